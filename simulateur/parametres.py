"""Loads, checks and serves the dated parameters (amounts, thresholds, durations, ages, telephone numbers).
A reference is `<domaine>.<cle>`; refuses a value without source, and never invents one for a date."""

from __future__ import annotations

import datetime
import difflib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from simulateur.errors import InvalidParametreFile, NotInForce, UnknownParameter
from simulateur.formats import format_phone, format_quantity

__all__ = [
    "DEFAULT_DIR",
    "InvalidParametreFile",
    "NotInForce",
    "Parametre",
    "Parametres",
    "Source",
    "UnknownParameter",
    "Value",
    "format_value",
    "parse_age",
]

DEFAULT_DIR = Path(__file__).parent / "parametres"

Unit = Literal[
    "EUR",
    "heures",
    "jours",
    "mois",
    "annees",
    "pourcent",
    "points",
    "trimestres",
    "nombre",
    "age",
    "telephone",
    "texte",
]
Confidence = Literal["A", "B", "C"]
Raw = str | int | float | None
_AGE = re.compile(r"(?P<years>\d{1,3}) ans?(?: (?:et )?(?P<months>\d{1,2}) mois)?")
_PHONE = re.compile(r"\d{2,6}|0\d(?: ?\d\d){4}")
_KEY = r"^[a-z][a-z0-9_]*$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a value was read: title, address, date of the text, and when we read it."""

    titre: str = Field(min_length=3)
    url: str = Field(pattern=r"^https?://")
    date: datetime.date
    consulte: datetime.date | None = None


class DatedValue(_Strict):
    """One value and the day it enters into force; `valeur: null` says that the rule has ended."""

    depuis: date
    valeur: Raw
    confiance: Confidence
    source: Source
    reference: str | None = None


class Parametre(_Strict):
    """A dated parameter as written in its file, values converted to numbers (ages in months)."""

    libelle: str = Field(min_length=3)
    unite: Unit
    revue: date
    valeurs: list[DatedValue] = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _convert(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("valeurs"), list):
            unit = data.get("unite")
            rows = [
                {**r, "valeur": _typed(unit, r.get("valeur"))} if isinstance(r, dict) else r
                for r in data["valeurs"]
            ]
            return {**data, "valeurs": rows}
        return data

    @field_validator("valeurs")
    @classmethod
    def _oldest_first(cls, rows: list[DatedValue]) -> list[DatedValue]:
        days = [row.depuis for row in rows]
        if days != sorted(set(days)):
            raise ValueError("les valeurs vont de la plus ancienne à la plus récente, une seule par date")
        return rows


@dataclass(frozen=True)
class Value:
    """The value in force at a date. `value`: number, months for an age, digits for a telephone, or text."""

    value: float | int | str
    unit: str
    source: Source
    confidence: Confidence
    label: str
    since: date
    reference: str | None = None

    @property
    def number(self) -> float | int:
        """The value as a number; Raises: TypeError for a text."""
        if isinstance(self.value, str):
            raise TypeError(f"valeur non numérique : {self.label}")
        return self.value

    @property
    def to_check(self) -> bool:
        """True when one secondary source alone gives the value: say "à vérifier" with it."""
        return self.confidence == "C"


class Parametres:
    """All parameters of a folder, read once."""

    def __init__(self, entries: dict[str, Parametre]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, directory: Path = DEFAULT_DIR) -> Parametres:
        """Read `<domaine>.yml` files. Raises: InvalidParametreFile, naming file, key and field."""
        entries: dict[str, Parametre] = {}
        for path in sorted(Path(directory).glob("*.yml")):
            for key, entry in _read(path).items():
                entries[f"{path.stem}.{key}"] = entry
        if not entries:
            raise InvalidParametreFile(f"aucun paramètre dans {Path(directory).name}")
        return cls(entries)

    @property
    def references(self) -> list[str]:
        """Every reference, sorted."""
        return sorted(self._entries)

    def definition(self, ref: str) -> Parametre:
        """The whole entry. Raises: UnknownParameter, with the nearest names."""
        try:
            return self._entries[ref]
        except KeyError:
            raise UnknownParameter(ref, difflib.get_close_matches(ref, self._entries, n=3)) from None

    def value(self, ref: str, on: date) -> Value:
        """The value in force on a day: the last one whose `depuis` <= `on`.

        Raises: UnknownParameter, NotInForce (before the first value, or after the rule has ended).
        """
        entry = self.definition(ref)
        current = next((row for row in reversed(entry.valeurs) if row.depuis <= on), None)
        if current is None or current.valeur is None:
            raise NotInForce(ref, on)
        return Value(
            current.valeur,
            entry.unite,
            current.source,
            current.confiance,
            entry.libelle,
            current.depuis,
            current.reference,
        )

    def next_change(self, ref: str, on: date) -> DatedValue | None:
        """The first value written for a later day. Raises: UnknownParameter."""
        return next((row for row in self.definition(ref).valeurs if row.depuis > on), None)

    @property
    def reviews(self) -> dict[str, date]:
        """By when each parameter must be read again."""
        return {ref: self._entries[ref].revue for ref in self.references}

    def to_review(self, on: date) -> list[str]:
        """References whose review date has come."""
        return [ref for ref, day in self.reviews.items() if day <= on]


def format_value(value: Value, spoken: bool = False) -> str:
    """Write a value with its unit, for a page (`1 803 €`, `62 ans et 9 mois`) or a voice (`1803 euros`)."""
    if isinstance(value.value, str):
        return format_phone(value.value, spoken) if value.unit == "telephone" else value.value
    return format_quantity(value.value, value.unit, spoken)


def parse_age(text: str) -> int:
    """Months in an age such as `62 ans 9 mois`. Raises: ValueError."""
    match = _AGE.fullmatch(text.strip())
    if not match or int(match["months"] or 0) > 11:
        raise ValueError("un âge s'écrit « 62 ans 9 mois »")
    return int(match["years"]) * 12 + int(match["months"] or 0)


def _typed_row(unit: object, row: object) -> object:
    return {**row, "valeur": _typed(unit, row.get("valeur"))} if isinstance(row, dict) else row


def _typed(unit: object, raw: object) -> object:
    if raw is None:
        return None
    if unit == "age" and isinstance(raw, str):
        return parse_age(raw)
    if unit == "telephone":
        text = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
        if not _PHONE.fullmatch(text):
            raise ValueError("un numéro de téléphone s'écrit entre guillemets, en chiffres")
        return text.replace(" ", "")
    if unit == "texte" and not (isinstance(raw, str) and raw.strip()):
        raise ValueError("un texte est attendu")
    if unit != "texte" and (isinstance(raw, bool | str) or not isinstance(raw, int | float)):
        raise ValueError("un nombre est attendu (sans unité ni espace)")
    return raw


_FILE = TypeAdapter(dict[Annotated[str, Field(pattern=_KEY)], Parametre])


def _read(path: Path) -> dict[str, Parametre]:
    try:
        return _FILE.validate_python(yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys))
    except yaml.YAMLError as exc:
        raise InvalidParametreFile(f"{path.name} : YAML illisible ({exc})") from None
    except ValidationError as exc:
        lines = [f"{'.'.join(map(str, e['loc']))} : {e['msg']}" for e in exc.errors(include_url=False)]
        raise InvalidParametreFile(f"{path.name} : {' ; '.join(lines)}") from None


class _UniqueKeys(yaml.SafeLoader):
    """A key written twice is an error: YAML would keep the last one in silence."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[object, object]:
    keys = [loader.construct_object(k) for k, _ in node.value]
    twice = sorted({str(k) for k in keys if keys.count(k) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(
            None, None, f"clé en double : {', '.join(twice)}", node.start_mark
        )
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
