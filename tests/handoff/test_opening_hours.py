"""When conseillers answer, and the call-back slots that this leaves, to the minute and on the odd days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.opening import PARIS, OpeningHours, in_french

OFFICE = OpeningHours.parse("lun-ven 09:00-12:30 13:30-18:00; sam 09:00-12:00")
ALWAYS = OpeningHours.parse("24/7")
NIGHT = OpeningHours.parse("dim 00:00-06:00")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23 08:59:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:29:59", True),
        ("2026-11-23 12:30", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 11:00", True),
        ("2026-11-28 14:00", False),
        ("2026-11-29 10:00", False),
        ("2026-12-25 10:00", False),
        ("2026-07-14 10:00", False),
        ("2026-05-14 10:00", False),  # Ascension Day
        ("2027-03-29 10:00", False),  # Easter Monday
        ("2026-12-24 10:00", True),
    ],
)
def test_open_within_hours_and_never_on_a_public_holiday(at: str, is_open: bool) -> None:
    assert OFFICE.is_open(paris(at)) is is_open
    assert OFFICE.is_open(paris(at).astimezone(UTC)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23 12:45", "2026-11-23 13:30"),
        ("2026-11-23 18:00", "2026-11-24 09:00"),
        ("2026-11-28 12:00", "2026-11-30 09:00"),
        ("2026-12-24 18:00", "2026-12-26 09:00"),
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2027-03-27 13:00", "2027-03-30 09:00"),  # over the change of clocks and Easter Monday
    ],
)
def test_the_next_opening(at: str, opens: str) -> None:
    assert OFFICE.next_opening(paris(at)) == paris(opens)


def test_hours_that_never_come_have_no_next_opening() -> None:
    assert OpeningHours.parse("").next_opening(paris("2026-11-23 10:00")) is None


def test_slots_begin_two_hours_ahead_and_stay_within_hours() -> None:
    slots = list(OFFICE.callback_slots(paris("2026-11-23 10:15")))
    assert slots[0] == paris("2026-11-23 13:30")
    assert paris("2026-11-23 12:30") not in slots
    assert paris("2026-11-23 17:30") not in slots, "it would end after closing"
    assert paris("2026-11-28 11:00") in slots
    assert not [s for s in slots if s.weekday() == 6]


def test_no_slot_on_a_public_holiday() -> None:
    slots = list(OFFICE.callback_slots(paris("2026-12-23 10:00")))
    assert {s.date().day for s in slots if s.month == 12} & {24, 25, 26} == {24, 26}


def test_nobody_is_called_at_night_even_where_conseillers_always_answer() -> None:
    assert ALWAYS.is_open(paris("2026-12-25 03:00"))
    hours = {s.hour for s in ALWAYS.callback_slots(paris("2026-11-23 03:00"))}
    assert hours == set(range(9, 19))


@pytest.mark.parametrize(
    ("sunday", "hours", "starts"),
    [
        ("2027-03-28", 5, ["00:00+01:00", "01:00+01:00", "03:00+02:00", "04:00+02:00", "05:00+02:00"]),
        (
            "2026-10-25",
            7,
            [
                "00:00+02:00",
                "01:00+02:00",
                "02:00+02:00",
                "02:00+01:00",
                "03:00+01:00",
                "04:00+01:00",
                "05:00+01:00",
            ],
        ),
    ],
)
def test_on_the_days_when_clocks_change_every_slot_is_a_real_hour(
    sunday: str, hours: int, starts: list[str]
) -> None:
    before = paris(f"{sunday} 12:00") - timedelta(days=2)
    slots = [s for s in NIGHT.callback_slots(before) if str(s.date()) == sunday]
    assert len(slots) == hours
    assert [s.isoformat(timespec="minutes")[11:] for s in slots] == starts
    assert {b.astimezone(UTC) - a.astimezone(UTC) for a, b in pairwise(slots)} == {timedelta(hours=1)}


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_a_slot_is_always_ahead_ordered_and_open_all_along(now: datetime) -> None:
    slots = [s.astimezone(UTC) for s in OFFICE.callback_slots(now)]
    assert slots == sorted(set(slots))
    for slot in slots:
        assert slot >= now + timedelta(hours=2)
        assert OFFICE.is_open(slot)
        assert OFFICE.is_open(slot + timedelta(minutes=59))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_the_next_opening_is_open_and_not_past(now: datetime) -> None:
    opening = OFFICE.next_opening(now)
    assert opening is not None
    assert opening >= now
    assert OFFICE.is_open(opening)
    assert opening == now or not OFFICE.is_open(now)


@pytest.mark.parametrize(
    "text",
    [
        "lundi 9h-18h",
        "lun 09:00",
        "lun 18:00-09:00",
        "lun 09:00-09:00",
        "lun 09:00-24:00",
        "lun 25:00-26:00",
        "ven-lun 09:00-18:00",
        "xyz 09:00-18:00",
    ],
)
def test_hours_that_do_not_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"lun|09:00"):
        OpeningHours.parse(text)


def test_an_instant_is_written_as_people_say_it() -> None:
    assert in_french(paris("2026-12-01 09:05")) == "mardi 1er décembre à 9\u00a0h 05"
    assert in_french(datetime(2026, 7, 14, 22, 0, tzinfo=UTC)) == "mercredi 15 juillet à 0\u00a0h"
