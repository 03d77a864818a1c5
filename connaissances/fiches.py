"""An answer file in memory, and its loading under the JSON Schema. Knows the wording, not the values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from connaissances.errors import InvalidFile
from connaissances.reading import read_yaml

_SCHEMA = Path(__file__).parent / "schemas" / "reponse.schema.json"


@dataclass(frozen=True)
class Source:
    """Where a fact was read: `date` is the page's, `consulte` is when we read it (ISO)."""

    titre: str
    url: str
    date: str
    consulte: str


@dataclass(frozen=True)
class Acte:
    """The official step an answer leads to."""

    libelle: str
    url: str
    organisme: str


@dataclass(frozen=True)
class Suite:
    """A next step shown as a button: another topic or a simulation."""

    titre: str
    sujet: str | None = None
    simulation: str | None = None


@dataclass(frozen=True)
class Formulation:
    """One wording of the answer; `profil` or `attribut` says for whom (both None: the general answer).
    `lisibilite_raison`: why it cannot be written more simply, when it reads above level B1."""

    texte: str
    simple: str
    oral: str
    etapes: tuple[str, ...] = ()
    profil: str | None = None
    attribut: str | None = None
    acte: Acte | None = None
    incertitude: str | None = None
    verification: str | None = None
    lisibilite_raison: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """How this wording is named to the people who write it."""
        who = self.profil or self.attribut
        return f"variante {who}" if who else "réponse générale"

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every sentence-bearing field, with its name."""
        yield from (("texte", self.texte), ("simple", self.simple), ("oral", self.oral))
        yield from (("etapes", step) for step in self.etapes)
        for field in ("incertitude", "verification"):
            value = getattr(self, field)
            if value:
                yield field, value


@dataclass(frozen=True)
class Fiche:
    """One answer file."""

    sujet: str
    titre: str
    irreversible: bool
    reponse: Formulation
    variantes: tuple[Formulation, ...]
    suites: tuple[Suite, ...]
    acte: Acte | None
    incertitude: str | None
    verification: str | None
    sources: tuple[Source, ...]
    statut: str
    revue_le: str
    prochaine_revue: str

    @property
    def formulations(self) -> tuple[Formulation, ...]:
        """The general answer, then the variants."""
        return (self.reponse, *self.variantes)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every sentence-bearing field of the file, with a readable place."""
        yield "titre", self.titre
        for wording in self.formulations:
            yield from ((f"{wording.name}, {field}", text) for field, text in wording.texts())
        if self.incertitude:
            yield "incertitude", self.incertitude
        if self.verification:
            yield "verification", self.verification
        yield from (("suites", suite.titre) for suite in self.suites)
        if self.acte:
            yield "acte", self.acte.libelle


def load_fiche(path: Path) -> Fiche:
    """Read and validate one answer file. Raises: InvalidFile, listing each field that is wrong."""
    data = read_yaml(path)
    problems = [
        _explain(e) for e in sorted(_validator().iter_errors(data), key=lambda e: list(map(str, e.path)))
    ]
    if problems:
        raise InvalidFile(path.name, problems)
    return Fiche(
        sujet=data["sujet"],
        titre=data["titre"],
        irreversible=data["irreversible"],
        reponse=_formulation(data["reponse"]),
        variantes=tuple(map(_formulation, data.get("variantes", ()))),
        suites=tuple(Suite(**row) for row in data["suites"]),
        acte=_acte(data["acte"]),
        incertitude=_clean(data.get("incertitude")),
        verification=_clean(data.get("verification")),
        sources=tuple(Source(**row) for row in data["sources"]),
        statut=data["revue"]["statut"],
        revue_le=data["revue"]["le"],
        prochaine_revue=data["revue"]["prochaine"],
    )


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def _explain(error: Any) -> str:
    place = ".".join(str(part) for part in error.absolute_path) or "fichier"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place} : il manque {', '.join(missing)}"
    if error.validator == "additionalProperties":
        extra = sorted(set(error.instance) - set(error.schema["properties"]))
        return f"{place} : champ inconnu {', '.join(extra)}"
    if error.validator == "oneOf":
        return f"{place} : exactement un de {' ou '.join(s['required'][0] for s in error.validator_value)}"
    if error.validator in ("maxLength", "minLength", "maxItems", "minItems"):
        return f"{place} : taille {len(error.instance)}, attendu {error.validator} {error.validator_value}"
    return f"{place} : valeur refusée ({error.validator} {error.validator_value!r})"


def _formulation(data: dict[str, Any]) -> Formulation:
    return Formulation(
        texte=_text(data["texte"]),
        simple=_text(data["simple"]),
        oral=_text(data["oral"]),
        etapes=tuple(map(_text, data.get("etapes", ()))),
        profil=data.get("profil"),
        attribut=data.get("attribut"),
        acte=_acte(data.get("acte")),
        incertitude=_clean(data.get("incertitude")),
        verification=_clean(data.get("verification")),
        lisibilite_raison=_clean(data.get("lisibilite_raison")),
        sources=tuple(Source(**row) for row in data.get("sources", ())),
    )


def _acte(data: dict[str, Any] | None) -> Acte | None:
    return Acte(**data) if data else None


def _clean(text: str | None) -> str | None:
    return _text(text) if text else None


def _text(text: str) -> str:
    # Rasa and the gate split nothing, but a blank line would be a second message on other channels.
    return "\n".join(" ".join(line.split(" ")).strip() for line in text.splitlines() if line.strip())
