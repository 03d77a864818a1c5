"""Reads and serves the two tables by generation: legal age and duration, early departure for long careers.
A generation without a dated value is absent, and stays so."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from simulateur.errors import InvalidParametreFile
from simulateur.parametres import Confidence, Source, parse_age

Calendar = Literal["initial", "suspendu"]
Months = Annotated[int, BeforeValidator(lambda raw: parse_age(raw) if isinstance(raw, str) else raw)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Born(_Strict):
    ne_du: date
    ne_au: date | None

    def covers(self, birth: date) -> bool:
        """True when this row is for people born that day."""
        return self.ne_du <= birth and (self.ne_au is None or birth <= self.ne_au)


class AgeAndDuration(_Strict):
    """Legal age in months and quarters required for a full-rate pension."""

    age: Months
    trimestres: int = Field(gt=0)


class Generation(_Born):
    """The two calendars of one generation."""

    initial: AgeAndDuration
    suspendu: AgeAndDuration

    def under(self, calendar: Calendar) -> AgeAndDuration:
        """The values of one calendar."""
        return self.initial if calendar == "initial" else self.suspendu


class CalendarDates(_Strict):
    """From when a calendar is law, and to which pensions it applies."""

    libelle: str
    connu_depuis: date
    pensions_a_compter_du: date


class Calendars(_Strict):
    initial: CalendarDates
    suspendu: CalendarDates


class _Table(_Strict):
    revue: date
    confiance: Confidence
    source: Source
    reference: str


class LegalAgeTable(_Table):
    """Legal age and duration by date of birth."""

    validite: str
    calendriers: Calendars
    generations: list[Generation] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_hole(self) -> LegalAgeTable:
        for before, after in zip(self.generations, self.generations[1:], strict=False):
            if before.ne_au is None or before.ne_au + datetime.timedelta(days=1) != after.ne_du:
                raise ValueError(f"les générations se suivent sans trou ni recouvrement ({after.ne_du})")
        return self

    def generation(self, birth: date) -> Generation | None:
        """The row of a date of birth, or None when the sources hold no dated value for it."""
        return next((row for row in self.generations if row.covers(birth)), None)


class LongCareerAge(_Born):
    """Age of early departure for a start of career before an age."""

    debut_avant: Literal[16, 18, 20, 21]
    age: Months


class LongCareerTable(_Table):
    """Ages of early departure for long careers."""

    bornes: list[LongCareerAge] = Field(min_length=1)

    def age(self, debut_avant: int, birth: date) -> int | None:
        """Months of age, or None when no dated value covers this start and this birth."""
        rows = (row for row in self.bornes if row.debut_avant == debut_avant and row.covers(birth))
        return next((row.age for row in rows), None)


@dataclass(frozen=True)
class Tables:
    """Both tables, read once."""

    legal_age: LegalAgeTable
    long_career: LongCareerTable

    @classmethod
    def load(cls, directory: Path) -> Tables:
        """Read the tables of a parameter folder. Raises: InvalidParametreFile."""
        folder = Path(directory) / "tables"
        return cls(
            _read(folder / "age_legal.yml", LegalAgeTable),
            _read(folder / "carriere_longue.yml", LongCareerTable),
        )


T = TypeVar("T", bound=_Table)


def _read(path: Path, model: type[T]) -> T:
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as exc:
        raise InvalidParametreFile(f"{path.name} : fichier illisible ({exc.__class__.__name__})") from None
    except ValidationError as exc:
        lines = [f"{'.'.join(map(str, e['loc']))} : {e['msg']}" for e in exc.errors(include_url=False)]
        raise InvalidParametreFile(f"{path.name} : {' ; '.join(lines)}") from None
