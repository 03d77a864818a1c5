"""All the answers, ready to serve: chooses the wording for a person and a channel, renders it at a date.
Refuses a topic without an answer; never guesses a profil."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from connaissances.errors import InvalidFile, UnknownSujet
from connaissances.fiches import Acte, Fiche, Formulation, Suite, load_fiche
from connaissances.rendering import Format, Rendering, Resolve
from connaissances.sujets import Referentiel, Sujet, load_referentiel


@dataclass(frozen=True)
class Answer:
    """A rendered answer. `profil` and `attributs`: for whom it is worded; `profil_options`: whom it could be
    worded for; `verification`: the check to make before an act that cannot be undone, already in `text`;
    `sources`: `{title, url, date}` with ISO dates."""

    sujet: Sujet
    text: str
    profil: str | None
    attributs: list[str]
    sources: list[dict[str, str]]
    suites: tuple[Suite, ...]
    acte: Acte | None
    profil_options: tuple[str, ...]
    verification: str | None = None


class Catalogue:
    """The answers of a folder. `sujets` holds the topics that have one."""

    def __init__(
        self, referentiel: Referentiel, fiches: Iterable[Fiche], resolve: Resolve, format_value: Format
    ) -> None:
        self.referentiel = referentiel
        self._fiches = {fiche.sujet: fiche for fiche in fiches}
        self._resolve = resolve
        self._format = format_value
        self.sujets: dict[str, Sujet] = {
            topic.id: replace(topic, titre=fiche.titre, irreversible=fiche.irreversible)
            for topic in referentiel.sujets.values()
            if (fiche := self._fiches.get(topic.id))
        }

    @property
    def fiches(self) -> list[Fiche]:
        """The answer files, as written."""
        return list(self._fiches.values())

    def __contains__(self, sujet: object) -> bool:
        return sujet in self.sujets

    def answer(
        self,
        sujet: str,
        *,
        profil: str | None = None,
        attributs: Collection[str] = (),
        langage: str = "standard",
        canal: str = "web",
        on: date,
    ) -> Answer:
        """Word one topic for a person. Raises: UnknownSujet, BrokenReference."""
        topic = self.sujets.get(sujet)
        if topic is None:
            raise UnknownSujet(sujet)
        fiche = self._fiches[sujet]
        wording = choose(fiche, profil, attributs)
        rendering = Rendering(self._resolve, self._format, on, spoken=canal == "phone")
        return Answer(
            sujet=topic,
            text=compose(fiche, wording, rendering, langage),
            profil=wording.profil,
            attributs=[wording.attribut] if wording.attribut else [],
            sources=_sources(fiche, wording),
            suites=fiche.suites,
            acte=wording.acte or fiche.acte,
            profil_options=topic.profils,
            verification=_verification(fiche, wording, rendering),
        )


def load_catalogue(root: Path, resolve: Resolve, format_value: Format) -> Catalogue:
    """Load every answer under `root/sujets`.

    `resolve(ref, on)` gives the value of a reference, `format_value(value, spoken=…)` writes it.
    Raises: InvalidFile for the first file that does not follow the schema.
    """
    referentiel = load_referentiel(root)
    fiches = [load_fiche(path) for path in answer_files(root)]
    for fiche in fiches:
        if fiche.sujet not in referentiel.sujets:
            raise InvalidFile(f"{fiche.sujet}.yml", ["sujet absent de sujets.yml"])
    return Catalogue(referentiel, fiches, resolve, format_value)


def answer_files(root: Path) -> list[Path]:
    """The answer files, sorted."""
    return sorted((root / "sujets").glob("*/*.yml"))


def choose(fiche: Fiche, profil: str | None, attributs: Collection[str]) -> Formulation:
    """The wording for a person: an attribut variant wins over a profil's, itself over the general."""
    for wording in fiche.variantes:
        if wording.attribut and wording.attribut in attributs:
            return wording
    for wording in fiche.variantes:
        if wording.profil and wording.profil == profil:
            return wording
    return fiche.reponse


def compose(fiche: Fiche, wording: Formulation, rendering: Rendering, langage: str) -> str:
    """What is served of a wording: its text, its steps, the check to make, what is uncertain.

    Raises: BrokenReference.
    """
    spoken = rendering.spoken
    body = wording.oral if spoken else wording.simple if langage == "simple" else wording.texte
    lines = [rendering.text(body)]
    if not spoken:
        lines += [f"{number}. {rendering.text(step)}" for number, step in enumerate(wording.etapes, 1)]
    verification = _verification(fiche, wording, rendering)
    if verification:
        lines.append(verification)
    incertitude = wording.incertitude or fiche.incertitude
    if incertitude and not spoken:
        lines.append(rendering.text(incertitude))
    lines += _to_check(rendering)
    return "\n".join(lines)


def _verification(fiche: Fiche, wording: Formulation, rendering: Rendering) -> str | None:
    text = wording.verification or fiche.verification
    return rendering.text(text) if text else None


def _to_check(rendering: Rendering) -> list[str]:
    labels = rendering.to_check()
    if not labels:
        return []
    if rendering.spoken:
        return ["Ce chiffre reste à vérifier auprès de l'organisme."]
    names = ", ".join(label[:1].lower() + label[1:] for label in labels)
    return [rendering.text(f"À vérifier auprès de l'organisme : {names}.")]


def _sources(fiche: Fiche, wording: Formulation) -> list[dict[str, str]]:
    rows = {
        s.url: {"title": s.titre, "url": s.url, "date": s.date} for s in (*wording.sources, *fiche.sources)
    }
    return list(rows.values())
