"""When conseillers answer: weekly hours, French public holidays, and the call-back slots they leave.

`lun-ven 09:00-12:30 13:30-18:00; sam 09:00-12:00` reads as it looks; `24/7` is always open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
ALWAYS = "24/7"
_DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_RULE = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?((?:\s+\d\d:\d\d-\d\d:\d\d)+)")
_SLOT = timedelta(hours=1)
#: Nobody is called at night, even where conseillers answer day and night.
_CALL_HOURS = (time(9), time(19))
_DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekly spans, by weekday (0 is Monday), in Paris time; `always` ignores them."""

    spans: dict[int, list[tuple[time, time]]]
    always: bool = False

    @classmethod
    def parse(cls, text: str) -> "OpeningHours":
        """Read the setting.

        Raises:
            ValueError: it does not read as opening hours (the message gives an example).
        """
        if text.strip() == ALWAYS:
            return cls({}, always=True)
        spans: dict[int, list[tuple[time, time]]] = {}
        for part in filter(None, (p.strip() for p in text.split(";"))):
            match = _RULE.fullmatch(part)
            if match is None or match[1] not in _DAYS or (match[2] or match[1]) not in _DAYS:
                raise ValueError(f"horaires illisibles : « {part} » ; exemple : lun-ven 09:00-18:00")
            first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
            if first > last:
                raise ValueError(f"jours à l'envers : « {part} » ; écrivez du lundi au dimanche")
            for day in range(first, last + 1):
                for span in match[3].split():
                    start, end = _span(span)
                    spans.setdefault(day, []).append((start, end))
        return cls(spans)

    def of_day(self, day: date) -> list[tuple[time, time]]:
        """Return the spans of a date; none on a public holiday."""
        if self.always:
            return [_CALL_HOURS]
        if day in _public_holidays(day.year):
            return []
        return sorted(self.spans.get(day.weekday(), []))

    def is_open(self, now: datetime) -> bool:
        """Tell whether conseillers answer at this instant."""
        local = now.astimezone(PARIS)
        return self.always or any(start <= local.time() < end for start, end in self.of_day(local.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """Return the next instant at which conseillers answer; `now` itself when open."""
        if self.is_open(now):
            return now
        local = now.astimezone(PARIS)
        for days in range(_DAYS_AHEAD + 1):
            day = local.date() + timedelta(days=days)
            for start, _ in self.of_day(day):
                opening = datetime.combine(day, start, PARIS)
                if opening > now.astimezone(UTC):
                    return opening
        return None

    def callback_slots(self, now: datetime) -> Iterator[datetime]:
        """Yield the starts of the one-hour slots to come, from two hours ahead, within opening hours."""
        earliest = now.astimezone(UTC) + timedelta(hours=2)
        for days in range(_DAYS_AHEAD + 1):
            day = earliest.astimezone(PARIS).date() + timedelta(days=days)
            for start, end in self.of_day(day):
                # In UTC: on the days when the clocks change, an hour of Paris lasts none or two.
                slot = datetime.combine(day, start, PARIS).astimezone(UTC)
                while slot + _SLOT <= datetime.combine(day, end, PARIS).astimezone(UTC):
                    if slot >= earliest:
                        yield slot.astimezone(PARIS)
                    slot += _SLOT


def _span(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(t) for t in text.split("-"))
    except ValueError:
        start = end = time(0)
    if start >= end:
        raise ValueError(f"heures illisibles : « {text} » ; exemple : 09:00-18:00 (au plus tard 23:59)")
    return start, end


@cache
def _public_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", years=year)


_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def in_french(moment: datetime) -> str:
    """Write an instant as people say it: « lundi 23 novembre à 9 h »."""
    local = moment.astimezone(PARIS)
    day = "1er" if local.day == 1 else str(local.day)
    minutes = f" {local.minute:02d}" if local.minute else ""
    return f"{_WEEKDAYS[local.weekday()]} {day} {_MONTHS[local.month - 1]} à {local.hour}\u00a0h{minutes}"
