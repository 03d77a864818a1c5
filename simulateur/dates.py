"""Calendar arithmetic of pensions and French dates; owns the rule "first day of the month that follows"."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def effective_date(birth: date, age_months: int) -> date:
    """First day of the month that follows the birthday of this age; that very day when it is a 1st.

    >>> effective_date(date(1964, 5, 10), 753)
    datetime.date(2027, 3, 1)
    """
    months = birth.year * 12 + birth.month - 1 + age_months + (0 if birth.day == 1 else 1)
    return date(months // 12, months % 12 + 1, 1)


def next_first(day: date) -> date:
    """The first 1st of a month strictly after a day."""
    months = day.year * 12 + day.month
    return date(months // 12, months % 12 + 1, 1)


def quarters_between(start: date, end: date) -> int:
    """Civil quarters from the one of `start`, included, to the one of `end`, excluded; never negative."""
    return max(0, (end.year * 4 + (end.month - 1) // 3) - (start.year * 4 + (start.month - 1) // 3))


def long_date(day: date) -> str:
    """Write a date in French: `1er septembre 2026`."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
