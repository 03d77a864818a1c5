"""Reads a date of birth typed or said in French. Refuses to guess: names what is impossible or missing."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum

from unidecode import unidecode

from actions.numbers import words_to_figures

OLDEST = 120  # nobody older has ever lived much beyond
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEP = r"\s*[/.\-\s]\s*"
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_NUMERIC = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<y>\d{{4}}|\d{{2}})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<d>\d{2})(?P<m>\d{2})(?P<y>(?:19|20)\d{2})(?!\d)")
_WRITTEN = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)?\s*-?(?P<m>{_MONTH})\b\.?\s*-?(?:de\s)?(?P<y>\d{{4}}|\d{{2}})(?!\d)"
)
_MONTH_YEAR = re.compile(rf"\b(?P<m>{_MONTH})\b\.?\s*(?:de\s)?(?P<y>\d{{4}}|\d{{2}})(?!\d)")
_MONTH_YEAR_NUMERIC = re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<y>\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


class Missing(Enum):
    """Why no date was read."""

    NOTHING = "rien"
    MONTH = "mois"  # a year alone
    IMPOSSIBLE = "impossible"  # the 31st of February, or month 25
    UNLIKELY = "invraisemblable"  # in the future, or too long ago


@dataclass(frozen=True)
class BirthDate:
    """A date of birth; without its day, rules that only look at the month take the 2nd."""

    day: date
    exact: bool = True


def read_birth_date(text: str, today: date) -> BirthDate | Missing:
    """Read one date: `12/03/1965`, `12 mars 65`, `né en mars 1965`, `douze mars soixante-cinq`.

    A pension only depends on the month, except for people born on the 1st: a month and a year are enough, and
    the answer says so (`exact` is False).
    """
    plain = words_to_figures(unidecode(text).lower())
    for pattern in (_ISO, _WRITTEN, _NUMERIC, _COMPACT):
        if match := pattern.search(plain):
            return _built(match["y"], match["m"], int(match["d"]), today, exact=True)
    for pattern in (_MONTH_YEAR, _MONTH_YEAR_NUMERIC):
        if match := pattern.search(plain):
            return _built(match["y"], match["m"], 2, today, exact=False)
    return Missing.MONTH if _YEAR.search(plain) else Missing.NOTHING


def is_year_alone(text: str) -> bool:
    """Tell whether a message is a year, with a word or two around it."""
    plain = words_to_figures(unidecode(text).lower())
    return bool(_YEAR.search(plain)) and len(plain.split()) <= 4 and "?" not in plain


def _built(year: str, month: str, day: int, today: date, *, exact: bool) -> BirthDate | Missing:
    number = _MONTHS.get(month) or (int(month) if month.isdigit() else 0)
    full = _full_year(int(year), len(year), today)
    if not 1 <= number <= 12 or not 1 <= day <= monthrange(full, number)[1]:
        return Missing.IMPOSSIBLE
    found = date(full, number, day)
    return (
        BirthDate(found, exact) if found <= today and found.year >= today.year - OLDEST else Missing.UNLIKELY
    )


def _full_year(year: int, digits: int, today: date) -> int:
    """Two figures: last century, unless that makes a centenarian."""
    if digits == 4:
        return year
    return 1900 + year if today.year - (1900 + year) < 100 else 2000 + year
