"""The rules every answer obeys before it is served. Reports `fichier : problème`; changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from connaissances.amounts import amounts_in
from connaissances.catalogue import answer_files
from connaissances.errors import BrokenReference, InvalidFile
from connaissances.fiches import Fiche, load_fiche
from connaissances.readability import measures
from connaissances.reading import read_yaml
from connaissances.rendering import Format, Rendering, Resolve, references
from connaissances.sentences import sentences, words
from connaissances.sujets import Referentiel, load_perimetre, load_referentiel

MAX_WORDS_A_SENTENCE = 30
MAX_SPOKEN_WORDS = 60
NEARLY_THE_SAME = 90
MAX_ANSWERS_A_DAY = 20  # to read again: more in a day, and none is really read
_UNSPEAKABLE = "€%&#*@/→•+<>="
_URL = ("http", "www.", ".fr", ".gouv", ".com", ".org")


@dataclass(frozen=True)
class Problem:
    """What is wrong and where. A `warning` is to be read but does not stop publication."""

    file: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file} : {'(avertissement) ' if self.warning else ''}{self.message}"


@dataclass(frozen=True)
class Context:
    """What the rules compare the answers with; `reviews`: by when each parameter must be read again."""

    referentiel: Referentiel
    perimetre: frozenset[str]
    without_act: frozenset[str]
    simulations: frozenset[str]
    resolve: Resolve
    format_value: Format
    on: date
    reviews: Mapping[str, date]

    def rendering(self, spoken: bool = False) -> Rendering:
        """A fresh rendering at the date of the check."""
        return Rendering(self.resolve, self.format_value, self.on, spoken)


def load_context(
    root: Path,
    simulations: Collection[str],
    resolve: Resolve,
    format_value: Format,
    on: date,
    reviews: Mapping[str, date],
) -> Context:
    """Read what sujets.yml and perimetre.yml ask for. Raises: InvalidFile."""
    referentiel = load_referentiel(root)
    perimetre = load_perimetre(root, referentiel.sujets.values())
    without_act = frozenset(read_yaml(root / "perimetre.yml").get("sans_acte", ()))
    return Context(
        referentiel, perimetre, without_act, frozenset(simulations), resolve, format_value, on, reviews
    )


def load_all(root: Path, paths: Collection[Path] | None = None) -> tuple[dict[Path, Fiche], list[Problem]]:
    """Load the answer files; those that do not follow the schema become problems."""
    fiches: dict[Path, Fiche] = {}
    problems: list[Problem] = []
    for path in answer_files(root) if paths is None else paths:
        try:
            fiches[path] = load_fiche(path)
        except InvalidFile as exc:
            problems += [Problem(path.name, problem) for problem in exc.problems]
    return fiches, problems


def check_fiche(path: Path, fiche: Fiche, context: Context) -> list[Problem]:
    """Every rule that concerns one file alone."""
    found = [Problem(path.name, message) for rule in _RULES for message in rule(fiche, context)]
    found += [Problem(path.name, message) for message in _place(path, fiche, context)]
    if date.fromisoformat(fiche.prochaine_revue) <= context.on:
        found.append(Problem(path.name, f"revue dépassée depuis le {fiche.prochaine_revue}", warning=True))
    return found


def check_missing(fiches: Collection[Fiche], context: Context) -> list[Problem]:
    """Topics that should be answered and have no file."""
    written = {fiche.sujet for fiche in fiches}
    return [
        Problem(f"{context.referentiel.sujets[sujet].theme}/{sujet}.yml", "fiche manquante")
        for sujet in sorted(context.perimetre - written)
    ]


def check_review_days(fiches: Collection[Fiche]) -> list[Problem]:
    """Days on which nobody could read all the answers that are due."""
    due = Counter(fiche.prochaine_revue for fiche in fiches)
    return [
        Problem("sujets", f"{count} réponses à relire le {day}, {MAX_ANSWERS_A_DAY} au plus", warning=True)
        for day, count in sorted(due.items())
        if count > MAX_ANSWERS_A_DAY
    ]


def check_orphan_parameters(
    fiches: Collection[Fiche], parameters: Collection[str], used_elsewhere: Collection[str]
) -> list[Problem]:
    """Parameters that no answer and no rule uses."""
    used = {ref for fiche in fiches for ref in _cited(fiche)}
    return [
        Problem(f"{ref.split('.')[0]}.yml", f"paramètre orphelin : {ref}")
        for ref in sorted(set(parameters) - used - set(used_elsewhere))
    ]


def _place(path: Path, fiche: Fiche, context: Context) -> Iterator[str]:
    topic = context.referentiel.sujets.get(fiche.sujet)
    if topic is None:
        yield f"sujet orphelin : « {fiche.sujet} » n'est pas dans sujets.yml"
    elif (path.parent.name, path.stem) != (topic.theme, topic.id):
        yield f"le fichier doit être {topic.theme}/{topic.id}.yml"


def _variants(fiche: Fiche, context: Context) -> Iterator[str]:
    topic = context.referentiel.sujets.get(fiche.sujet)
    asked = {*(topic.profils if topic else ()), *(topic.attributs if topic else ())}
    written = [wording.profil or wording.attribut or "" for wording in fiche.variantes]
    for name in sorted(asked - set(written)):
        yield f"variante manquante : {name} (demandée par sujets.yml)"
    for name in sorted(set(written) - asked):
        yield f"variante non demandée par sujets.yml : {name}"
    for name in sorted({name for name in written if written.count(name) > 1}):
        yield f"variante en double : {name}"


def _alike(fiche: Fiche, context: Context) -> Iterator[str]:
    for one, other in combinations(fiche.formulations, 2):
        if fuzz.ratio(_plain(one.texte), _plain(other.texte)) > NEARLY_THE_SAME:
            yield f"{one.name} et {other.name} : textes identiques ou presque"
        for field in ("simple", "oral"):
            if _plain(getattr(one, field)) == _plain(getattr(other, field)):
                yield f"{one.name} et {other.name} : champs « {field} » identiques"


def _written_amounts(fiche: Fiche, context: Context) -> Iterator[str]:
    for place, text in fiche.texts():
        for amount in amounts_in(text):
            yield f"{place} : « {amount} » est écrit dans la phrase ; utilisez une référence {{domaine.cle}}"


def _references(fiche: Fiche, context: Context) -> Iterator[str]:
    uncertain: set[str] = set()
    for place, text in fiche.texts():
        rendering = context.rendering()
        try:
            rendering.text(text)
        except BrokenReference as exc:
            yield f"{place} : {exc}"
        if _stray_brace(text):
            yield f"{place} : accolade qui n'est pas une référence {{domaine.cle}}"
        uncertain.update(rendering.to_check())
    if uncertain and not (fiche.incertitude or all(w.incertitude for w in fiche.formulations)):
        yield f"incertitude absente alors qu'une valeur est à vérifier : {', '.join(sorted(uncertain))}"


def _long_sentences(fiche: Fiche, context: Context) -> Iterator[str]:
    for place, text in fiche.texts():
        for sentence in sentences(_rendered(text, context)):
            if (count := words(sentence)) > MAX_WORDS_A_SENTENCE:
                limit = f"maximum {MAX_WORDS_A_SENTENCE}"
                yield f"{place} : phrase de {count} mots ({limit}) : « {sentence[:60]}… »"


def _spoken(fiche: Fiche, context: Context) -> Iterator[str]:
    said = [(f"{wording.name}, oral", wording.oral) for wording in fiche.formulations]
    for place, template in said:
        if (count := words(_rendered(template, context, spoken=True))) >= MAX_SPOKEN_WORDS:
            yield f"{place} : {count} mots (moins de {MAX_SPOKEN_WORDS})"
    # The check before an act that cannot be undone is said on the phone too.
    said += [(place, text) for place, text in fiche.texts() if place.endswith("verification")]
    for place, template in said:
        text = _rendered(template, context, spoken=True)
        if any(mark in text.lower() for mark in _URL):
            yield f"{place} : adresse internet"
        if signs := sorted({c for c in text if c in _UNSPEAKABLE}):
            yield f"{place} : signe imprononçable {' '.join(signs)}"
        if "\n" in text:
            yield f"{place} : une liste ne se dit pas au téléphone"


def _readable(fiche: Fiche, context: Context) -> Iterator[str]:
    try:
        found = list(measures(fiche, context.rendering()))
    except BrokenReference:
        return  # reported by _references
    for measure in found:
        if measure.too_hard and not measure.excused:
            what = f"niveau {measure.level}, indice {measure.score:.0f}, au-dessus de B1"
            yield f"{measure.wording}, {measure.version} : {what} ; écrivez plus simplement"
    for wording in fiche.formulations:
        hard = any(measure.too_hard for measure in found if measure.wording == wording.name)
        if wording.lisibilite_raison and not hard:
            yield f"{wording.name} : « lisibilite_raison » inutile, le texte est au niveau B1 ou plus simple"


def _addresses(fiche: Fiche, context: Context) -> Iterator[str]:
    for place, text in fiche.texts():
        if "http" in text or "www." in text:
            yield f"{place} : adresse internet dans la phrase ; elle va dans « acte » ou « sources »"


def _act(fiche: Fiche, context: Context) -> Iterator[str]:
    if fiche.acte is None and fiche.sujet not in context.without_act:
        yield "acte absent"


def _irreversible(fiche: Fiche, context: Context) -> Iterator[str]:
    if fiche.irreversible and not fiche.verification:
        yield "acte irréversible sans « verification »"


def _source_dates(fiche: Fiche, context: Context) -> Iterator[str]:
    rows = [*fiche.sources, *(s for wording in fiche.variantes for s in wording.sources)]
    for source in rows:
        if date.fromisoformat(source.date) > context.on or date.fromisoformat(source.consulte) > context.on:
            yield f"source datée dans le futur : {source.titre}"


def _review_day(fiche: Fiche, context: Context) -> Iterator[str]:
    """An answer is read again no later than the values that it cites."""
    day = date.fromisoformat(fiche.prochaine_revue)
    sooner = {ref: context.reviews[ref] for ref in _cited(fiche) if context.reviews.get(ref, day) < day}
    if sooner:
        ref = min(sooner, key=lambda ref: (sooner[ref], ref))
        yield f"à relire le {day}, trop tard : {ref} est à relire le {sooner[ref]}"


def _suites(fiche: Fiche, context: Context) -> Iterator[str]:
    for suite in fiche.suites:
        if suite.sujet and suite.sujet not in context.referentiel.sujets:
            yield f"suite vers un sujet inconnu : {suite.sujet}"
        elif suite.sujet and suite.sujet not in context.perimetre:
            yield f"suite vers un sujet sans réponse aujourd'hui : {suite.sujet}"
        elif suite.sujet == fiche.sujet:
            yield "suite vers le sujet lui-même"
        if suite.simulation and suite.simulation not in context.simulations:
            yield f"suite vers une simulation inconnue : {suite.simulation}"


_RULES: tuple[Callable[[Fiche, Context], Iterator[str]], ...] = (
    _variants,
    _alike,
    _written_amounts,
    _references,
    _long_sentences,
    _spoken,
    _readable,
    _addresses,
    _act,
    _irreversible,
    _source_dates,
    _review_day,
    _suites,
)


def _cited(fiche: Fiche) -> set[str]:
    return {ref for _, text in fiche.texts() for ref in references(text)}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _stray_brace(text: str) -> bool:
    return text.count("{") != len(references(text)) or text.count("}") != len(references(text))


def _rendered(text: str, context: Context, spoken: bool = False) -> str:
    try:
        return context.rendering(spoken).text(text)
    except BrokenReference:
        return text  # reported once by _references
