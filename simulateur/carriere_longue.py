"""Early departure for long careers. Uses dated ages only: a start for which the sources give a mere target
value is answered "non couvert"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from simulateur.dates import effective_date, long_date, next_first, quarters_between
from simulateur.errors import FieldError
from simulateur.formats import format_age, format_quantity
from simulateur.generations import LongCareerTable
from simulateur.result import Notes

STARTS = (16, 18, 20, 21)
LAST_QUARTER = 10  # born from October on: one quarter less
Count = Annotated[int, Field(strict=True, ge=0, le=30)]


class CareerStart(BaseModel):
    """Quarters gathered before the end of the year of each age; a later age includes the earlier ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    avant_16: Count | None = Field(default=None, description="un nombre entier de trimestres, positif ou nul")
    avant_18: Count | None = Field(default=None, description="un nombre entier de trimestres, positif ou nul")
    avant_20: Count | None = Field(default=None, description="un nombre entier de trimestres, positif ou nul")
    avant_21: Count | None = Field(default=None, description="un nombre entier de trimestres, positif ou nul")

    def count(self, start: int) -> int:
        """Quarters before that age: those given for it or for an earlier age."""
        return max(self._given(s) or 0 for s in STARTS if s <= start)

    def problems(self) -> list[FieldError]:
        """Counts are cumulative: they never go down with age."""
        found, highest = [], 0
        for start in STARTS:
            given = self._given(start)
            if given is not None and given < highest:
                field = f"trimestres_debut.avant_{start}"
                found.append(FieldError(field, "au moins autant de trimestres que pour l'âge précédent"))
            highest = max(highest, given or 0)
        return found

    def _given(self, start: int) -> int | None:
        value: int | None = getattr(self, f"avant_{start}")
        return value


@dataclass(frozen=True)
class LongCareer:
    """What can be said of an early departure; `covered` false when no dated value exists."""

    possible: bool
    covered: bool
    reason: str
    age: int | None = None
    first: date | None = None


def long_career(
    birth: date,
    start: CareerStart,
    paid: int | None,
    effet: date | None,
    required: Callable[[date], int],
    notes: Notes,
    table: LongCareerTable,
) -> LongCareer:
    """Earliest covered early departure. `required` gives the quarters for a pension taking effect on a day.

    Source: CSS D351-1-1 (start of career, age), L351-1-1 (paid quarters).
    """
    need = int(notes.value(_NEED[birth.month >= LAST_QUARTER]).number)
    notes.cite(table.source)
    met = [s for s in STARTS if start.count(s) >= need]
    if not met:
        return LongCareer(
            False, True, f"Il faut {_quarters(need)} avant la fin de l'année de l'âge de début."
        )
    covered = [(age, s) for s in met if (age := table.age(s, birth)) is not None]
    if not covered:
        return LongCareer(False, False, f"non couvert : aucun âge daté pour un début avant {met[0]} ans.")
    age, since = min(covered)
    reserve = _uncovered(met, since, table, birth)
    return _with_paid_quarters(birth, age, since, paid, effet, required, notes, reserve)


_NEED = {
    False: "retraite.carriere_longue_trimestres_debut",
    True: "retraite.carriere_longue_trimestres_debut_4e_trimestre",
}


def _with_paid_quarters(
    birth: date,
    age: int,
    since: int,
    paid: int | None,
    effet: date | None,
    required: Callable[[date], int],
    notes: Notes,
    reserve: str,
) -> LongCareer:
    first = effective_date(birth, age)
    departure = max(effet or first, first, notes.on if notes.on.day == 1 else next_first(notes.on))
    need = required(departure)
    head = f"Début avant {since} ans : départ possible à {format_age(age)} (le {long_date(first)}) "
    if paid is None:
        return LongCareer(True, True, f"{head}avec {_quarters(need)} cotisés.{reserve}", age, first)
    if paid >= need:
        return LongCareer(
            True, True, f"{head}: {_quarters(need)} cotisés requis, condition remplie.{reserve}", age, first
        )
    missing = need - paid
    reachable = quarters_between(notes.on, departure)
    if missing <= reachable:
        left = f": encore {_quarters(missing)} à cotiser d'ici là, sur {_quarters(need)} requis."
        return LongCareer(True, True, f"{head}{left}{reserve}", age, first)
    lack = (
        f"Début avant {since} ans, mais il manque {_quarters(missing)} cotisés sur {_quarters(need)} requis"
    )
    return LongCareer(False, True, f"{lack} pour partir à {format_age(age)}.{reserve}", age, first)


def _uncovered(met: list[int], since: int, table: LongCareerTable, birth: date) -> str:
    earlier = [s for s in met if s < since and table.age(s, birth) is None]
    if not earlier:
        return ""
    return (
        f" Un départ plus tôt encore, pour un début avant {earlier[0]} ans, est non couvert : aucun âge daté."
    )


def _quarters(count: int) -> str:
    return format_quantity(count, "trimestres")
