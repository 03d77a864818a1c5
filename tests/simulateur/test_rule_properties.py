"""What must hold for any person, not only those of the cases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulateur.dates import effective_date, next_first, quarters_between
from simulateur.registry import Simulateur

ON = date(2026, 11, 23)
SIMULATEUR = Simulateur.load()
PROFILS = ["salarie", "agent_public", "independant", "demandeur_emploi", "jeune", "retraite", "employeur"]
ATTRIBUTS = [
    "senior",
    "handicap",
    "temps_partiel",
    "peu_qualifie",
    "saisonnier",
    "esat",
    "contractuel_public",
]

births = st.dates(date(1955, 1, 1), date(2008, 12, 31))
balances = st.decimals(0, 20_000, places=2).map(float)
people = st.fixed_dictionaries(
    {
        "profil": st.sampled_from(PROFILS),
        "attributs": st.lists(st.sampled_from(ATTRIBUTS), unique=True),
        "solde": balances,
        "annees": st.integers(1, 30),
        "quotite": st.floats(0.01, 1).map(lambda share: round(share, 4)),
        "categorie": st.sampled_from(["A", "B", "C"]),
        "temps_non_complet": st.booleans(),
    }
)


def _age(birth: date, months: int) -> date:
    """The birthday of that age, the end of the month standing for a missing day."""
    first = date(birth.year + (birth.month - 1 + months) // 12, (birth.month - 1 + months) % 12 + 1, 1)
    last = next_first(first) - timedelta(days=1)
    return first.replace(day=min(birth.day, last.day))


@settings(deadline=None)
@given(birth=births, effet=st.none() | st.dates(date(2024, 1, 1), date(2070, 1, 1)))
def test_the_first_possible_date_is_a_first_of_month_reached_at_the_age_and_never_a_month_late(
    birth: date, effet: date | None
) -> None:
    inputs = {"date_naissance": birth.isoformat()} | ({"date_effet": effet.isoformat()} if effet else {})
    results = SIMULATEUR.simulate("retraite_age", inputs, ON)["results"]
    possible = date.fromisoformat(results["date_possible"])
    reached = _age(birth, results["age_legal"]["annees"] * 12 + results["age_legal"]["mois"])
    assert possible.day == 1
    assert reached <= possible <= next_first(reached)
    assert (possible == reached) == (birth.day == 1)


@settings(deadline=None)
@given(birth=births)
def test_the_calendar_chosen_is_the_one_of_the_first_possible_date(birth: date) -> None:
    free = SIMULATEUR.simulate("retraite_age", {"date_naissance": birth.isoformat()}, ON)["results"]
    asked = {"date_naissance": birth.isoformat(), "date_effet": free["date_possible"]}
    at_that_date = SIMULATEUR.simulate("retraite_age", asked, ON)["results"]
    assert at_that_date.pop("date_effet_possible") is True
    assert at_that_date == free


@settings(deadline=None)
@given(first=births, second=births)
def test_being_born_later_never_gives_a_lower_age_nor_fewer_quarters(first: date, second: date) -> None:
    older, younger = (
        SIMULATEUR.simulate("retraite_age", {"date_naissance": d.isoformat()}, ON)["results"]
        for d in sorted((first, second))
    )
    assert older["date_possible"] <= younger["date_possible"]
    assert older["trimestres_requis"] <= younger["trimestres_requis"]


@settings(deadline=None)
@given(birth=births)
def test_the_suspension_never_makes_anyone_worse_off(birth: date) -> None:
    before, after = (
        SIMULATEUR.simulate("retraite_age", {"date_naissance": birth.isoformat(), "date_effet": d}, ON)[
            "results"
        ]
        for d in ("2026-08-01", "2026-09-01")
    )
    assert after["date_possible"] <= before["date_possible"]
    assert after["trimestres_requis"] <= before["trimestres_requis"]


@settings(deadline=None)
@given(birth=births, valides=st.integers(0, 220))
def test_missing_quarters_complete_the_required_ones(birth: date, valides: int) -> None:
    inputs = {"date_naissance": birth.isoformat(), "trimestres_valides": valides}
    results = SIMULATEUR.simulate("retraite_age", inputs, ON)["results"]
    assert results["trimestres_manquants"] == max(0, results["trimestres_requis"] - valides)


@settings(deadline=None)
@given(
    birth=births,
    counts=st.lists(st.integers(0, 20), min_size=4, max_size=4).map(sorted),
    paid=st.integers(0, 200),
)
def test_a_long_career_leaves_before_the_legal_age_or_says_why_not(
    birth: date, counts: list[int], paid: int
) -> None:
    start = dict(zip(("avant_16", "avant_18", "avant_20", "avant_21"), counts, strict=True))
    inputs = {"date_naissance": birth.isoformat(), "trimestres_debut": start, "trimestres_cotises": paid}
    results = SIMULATEUR.simulate("retraite_age", inputs, ON)["results"]
    career = results["carriere_longue"]
    assert career["motif"]
    if career["possible"]:
        assert career["couvert"]
        assert career["date_possible"] < results["date_possible"]
    if not career["couvert"]:
        assert "non couvert" in career["motif"]
        assert "age" not in career


@settings(deadline=None)
@given(person=people)
def test_a_balance_never_goes_down_nor_is_fed_above_the_ceiling(person: dict[str, object]) -> None:
    results = SIMULATEUR.simulate("cpf", person, ON)["results"]
    start = Decimal(str(person["solde"]))
    highest = max(start, Decimal(str(results["plafond"])))
    previous = start
    for year, row in enumerate(results["solde_par_annee"], start=ON.year + 1):
        balance = Decimal(str(row["solde"]))
        assert row["annee"] == year
        assert previous <= balance <= highest
        assert balance - previous <= Decimal(str(results["credit_annuel"]))
        previous = balance
    assert len(results["solde_par_annee"]) == person["annees"]


@settings(deadline=None)
@given(person=people, more=st.decimals(0, 5_000, places=2).map(float))
def test_a_higher_balance_today_is_never_lower_tomorrow(person: dict[str, object], more: float) -> None:
    richer = person | {"solde": round(float(str(person["solde"])) + more, 2)}
    poor, rich = (SIMULATEUR.simulate("cpf", p, ON)["results"]["solde_par_annee"] for p in (person, richer))
    assert all(a["solde"] <= b["solde"] for a, b in zip(poor, rich, strict=True))


@settings(deadline=None)
@given(person=people, quotites=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)))
def test_working_more_never_credits_less(person: dict[str, object], quotites: tuple[float, float]) -> None:
    low, high = (round(share, 4) for share in sorted(quotites))
    less, more = (SIMULATEUR.simulate("cpf", person | {"quotite": q}, ON)["results"] for q in (low, high))
    assert less["credit_annuel"] <= more["credit_annuel"]


@settings(deadline=None)
@given(person=people)
def test_credits_are_whole_hours_or_whole_cents(person: dict[str, object]) -> None:
    results = SIMULATEUR.simulate("cpf", person, ON)["results"]
    step = Decimal(1) if results["unite"] == "heures" else Decimal("0.01")
    assert Decimal(str(results["credit_annuel"])) % step == 0
    assert results["unite"] == ("heures" if person["profil"] == "agent_public" else "euros")


@settings(deadline=None)
@given(start=st.dates(date(1960, 1, 1), date(2050, 1, 1)), days=st.integers(-400, 4000))
def test_civil_quarters_are_counted_without_hole(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert quarters_between(start, end) >= 0
    assert quarters_between(start, end) + quarters_between(end, date(2070, 1, 1)) >= quarters_between(
        start, date(2070, 1, 1)
    )


@pytest.mark.parametrize(
    ("birth", "months", "expected"),
    [
        (date(1964, 5, 10), 753, date(2027, 3, 1)),
        (date(1964, 5, 1), 753, date(2027, 2, 1)),
        (date(1964, 12, 31), 744, date(2027, 1, 1)),
        (date(1964, 2, 29), 744, date(2026, 3, 1)),
        (date(1964, 12, 1), 744, date(2026, 12, 1)),
    ],
)
def test_a_pension_starts_the_month_after_the_birthday(birth: date, months: int, expected: date) -> None:
    assert effective_date(birth, months) == expected
