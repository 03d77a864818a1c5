"""Legal retirement age, first possible date and required quarters, by date of birth and by calendar.
Refuses to answer for a generation whose dated value is not in the sources."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulateur.carriere_longue import CareerStart, LongCareer, long_career
from simulateur.dates import effective_date, long_date, next_first
from simulateur.errors import FieldError
from simulateur.formats import format_age, format_quantity
from simulateur.generations import AgeAndDuration, Calendar, Generation, LegalAgeTable, Tables
from simulateur.inputs import Day, SimulationInputs
from simulateur.result import Age, Notes, Results

CALENDARS: tuple[Calendar, ...] = ("suspendu", "initial")  # the latest first
OLDEST_AGE = 120
Quarters = Annotated[int, Field(strict=True, ge=0, le=300)]


class RetraiteAgeInputs(SimulationInputs):
    """Date of birth, and what is known of the career."""

    date_naissance: Day = Field(
        description="la date de naissance, au format AAAA-MM-JJ, par exemple 1964-05-10"
    )
    date_effet: Day | None = Field(
        default=None, description="la date d'effet souhaitée de la pension, au format AAAA-MM-JJ"
    )
    trimestres_valides: Quarters | None = Field(
        default=None, description="le nombre entier de trimestres validés, tous régimes, positif ou nul"
    )
    trimestres_cotises: Quarters | None = Field(
        default=None, description="le nombre entier de trimestres cotisés, tous régimes, positif ou nul"
    )
    trimestres_debut: CareerStart | None = Field(
        default=None,
        description="les trimestres réunis avant la fin de l'année des 16, 18, 20 et 21 ans : "
        "avant_16, avant_18, avant_20, avant_21, nombres entiers positifs ou nuls",
    )

    def problems(self, on: datetime.date) -> list[FieldError]:
        """Dates and counts that contradict one another."""
        found = []
        if not on.year - OLDEST_AGE <= self.date_naissance.year or self.date_naissance > on:
            found.append(FieldError("date_naissance", "une date de naissance passée et vraisemblable"))
        if self.date_effet and self.date_effet <= self.date_naissance:
            found.append(FieldError("date_effet", "une date postérieure à la date de naissance"))
        if None not in (self.trimestres_valides, self.trimestres_cotises) and (
            (self.trimestres_cotises or 0) > (self.trimestres_valides or 0)
        ):
            found.append(FieldError("trimestres_cotises", "au plus le nombre de trimestres validés"))
        return found + (self.trimestres_debut.problems() if self.trimestres_debut else [])


class LongCareerResult(BaseModel):
    """Early departure; `couvert` is false when no dated value exists: nothing is then said for or against."""

    model_config = ConfigDict(extra="forbid")
    possible: bool
    couvert: bool
    age: Age | None = None
    date_possible: date | None = None
    motif: str


class RetraiteAgeResults(Results):
    """Age, first date and quarters; absent when the generation is not covered."""

    age_legal: Age | None = None
    date_possible: date | None = None
    calendrier: Literal["initial", "suspendu"] | None = None
    trimestres_requis: int | None = None
    trimestres_manquants: int | None = None
    age_taux_plein_automatique: Age | None = None
    date_taux_plein_automatique: date | None = None
    date_effet_possible: bool | None = None
    carriere_longue: LongCareerResult | None = None


@dataclass(frozen=True)
class Departure:
    """The calendar that applies, its values for a generation, and the first possible date."""

    calendar: Calendar
    rule: AgeAndDuration
    first: date


def compute(inputs: RetraiteAgeInputs, notes: Notes, tables: Tables) -> RetraiteAgeResults:
    """Age and date of retirement under the calendar of the pension's date of effect.

    Source: CSS L161-17-2, L161-17-3, L351-8; loi n° 2025-1403 art. 105; CSS D351-1-1 for long careers.
    """
    table = tables.legal_age
    notes.cite(table.source)
    generation = table.generation(inputs.date_naissance)
    if generation is None:
        return RetraiteAgeResults(
            couvert=False,
            motif="non couvert : votre année de naissance n'est pas dans le tableau officiel utilisé ici, "
            "demandez à votre caisse de retraite",
        )
    departure = _departure(inputs.date_naissance, inputs.date_effet, generation, table, notes.on)
    _explain(inputs, departure, generation, table, notes)
    automatic = int(notes.value("retraite.age_taux_plein_automatique").number)
    valides = inputs.trimestres_valides
    results = RetraiteAgeResults(
        age_legal=Age.of(departure.rule.age),
        date_possible=departure.first,
        calendrier=departure.calendar,
        trimestres_requis=departure.rule.trimestres,
        trimestres_manquants=None if valides is None else max(0, departure.rule.trimestres - valides),
        age_taux_plein_automatique=Age.of(automatic),
        date_taux_plein_automatique=effective_date(inputs.date_naissance, automatic),
        date_effet_possible=None if inputs.date_effet is None else inputs.date_effet >= departure.first,
    )
    if inputs.trimestres_debut is not None:
        results.carriere_longue = _shown(_long_career(inputs, generation, notes, tables))
    return results


def _departure(
    birth: date, effet: date | None, generation: Generation, table: LegalAgeTable, on: date
) -> Departure:
    if effet is not None:
        calendar = _calendar_of(effet, table, on)
        rule = generation.under(calendar)
        return Departure(calendar, rule, effective_date(birth, rule.age))
    options = []
    for calendar in _known(table, on):
        rule = generation.under(calendar)
        start = getattr(table.calendriers, calendar).pensions_a_compter_du
        first = max(effective_date(birth, rule.age), start)
        if _calendar_of(first, table, on) == calendar:  # else that day belongs to the other calendar
            options.append(Departure(calendar, rule, first))
    return min(options, key=lambda option: option.first)


def _known(table: LegalAgeTable, on: date) -> list[Calendar]:
    """Calendars that were law on the day of the calculation, the latest first; the oldest always is."""
    return [c for c in CALENDARS if c == "initial" or getattr(table.calendriers, c).connu_depuis <= on]


def _calendar_of(effet: date, table: LegalAgeTable, on: date) -> Calendar:
    for calendar in _known(table, on):
        if effet >= getattr(table.calendriers, calendar).pensions_a_compter_du:
            return calendar
    return "initial"


def _long_career(
    inputs: RetraiteAgeInputs, generation: Generation, notes: Notes, tables: Tables
) -> LongCareer:
    table = tables.legal_age

    def required(departure: date) -> int:
        return generation.under(_calendar_of(departure, table, notes.on)).trimestres

    assert inputs.trimestres_debut is not None
    return long_career(
        inputs.date_naissance,
        inputs.trimestres_debut,
        inputs.trimestres_cotises,
        inputs.date_effet,
        required,
        notes,
        tables.long_career,
    )


def _shown(found: LongCareer) -> LongCareerResult:
    return LongCareerResult(
        possible=found.possible,
        couvert=found.covered,
        age=None if found.age is None else Age.of(found.age),
        date_possible=found.first,
        motif=found.reason,
    )


def _explain(
    inputs: RetraiteAgeInputs,
    departure: Departure,
    generation: Generation,
    table: LegalAgeTable,
    notes: Notes,
) -> None:
    frontier = long_date(table.calendriers.suspendu.pensions_a_compter_du)
    side = "à partir du" if departure.calendar == "suspendu" else "avant le"
    asked = "Date de départ demandée" if inputs.date_effet else "Premier départ possible"
    when = long_date(inputs.date_effet or departure.first)
    label = getattr(table.calendriers, departure.calendar).libelle
    notes.assume(
        f"{asked} : {when}. Règle appliquée aux retraites qui commencent {side} {frontier} : {label}."
    )
    if inputs.date_effet is None and departure.first <= notes.on:
        notes.assume(  # CSS R351-37: never before the request
            "Cette date est passée : une retraite ne commence jamais avant la demande. Demandée maintenant, "
            f"elle commencerait au plus tôt le {long_date(next_first(notes.on))}."
        )
    _explain_frontier(inputs, departure, generation, table, notes)
    if departure.calendar == "suspendu":
        notes.assume(
            f"La suspension de la réforme est valable {table.validite} : la loi peut encore changer."
        )
    notes.assume("Une retraite commence toujours le premier jour d'un mois.")
    notes.assume(
        "Calcul de la règle générale : les départs plus tôt (carrière longue, handicap, inaptitude, "
        "pénibilité, emploi public de catégorie active) ne sont pas comptés."
    )
    if inputs.trimestres_valides is not None:
        notes.assume("Trimestres validés à ce jour, tous régimes : ceux à venir ne sont pas comptés.")


def _explain_frontier(
    inputs: RetraiteAgeInputs,
    departure: Departure,
    generation: Generation,
    table: LegalAgeTable,
    notes: Notes,
) -> None:
    if inputs.date_effet is None or inputs.date_effet >= departure.first:
        return
    notes.assume(
        "Date demandée trop tôt : avec cette règle, le départ n'est possible que le "
        f"{long_date(departure.first)}."
    )
    free = _departure(inputs.date_naissance, None, generation, table, notes.on)
    if free.calendar != departure.calendar:
        notes.assume(
            f"Sans cette date, la règle est celle du {getattr(table.calendriers, free.calendar).libelle} : "
            f"{format_age(free.rule.age)}, {format_quantity(free.rule.trimestres, 'trimestres')}, "
            f"premier départ possible le {long_date(free.first)}."
        )
