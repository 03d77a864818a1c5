"""Dates, amounts, shares and profils as people write them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from actions.dates import BirthDate, Missing, read_birth_date
from actions.numbers import read_amount, read_share
from actions.profils import read_profil

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "12/03/1965",
        "12-03-1965",
        "12.03.1965",
        "12 03 1965",
        "12/3/65",
        "12 mars 65",
        "12 mars 1965",
        "le 12 MARS 1965 à Lyon",
        "je suis née le 12 mars 1965",
        "12031965",
        "1965-03-12",
        "douze mars mille neuf cent soixante-cinq",
        "le douze mars soixante-cinq",
        "12 mars de 65",
    ],
)
def test_a_whole_date_is_read(text: str) -> None:
    assert read_birth_date(text, TODAY) == BirthDate(date(1965, 3, 12))


def test_the_first_of_a_month_is_read() -> None:
    assert read_birth_date("1er août 1961", TODAY) == BirthDate(date(1961, 8, 1))


@pytest.mark.parametrize("text", ["né en mars 1965", "mars 65", "03/1965", "mars soixante-cinq"])
def test_a_month_and_a_year_are_enough_and_said_to_be_inexact(text: str) -> None:
    found = read_birth_date(text, TODAY)
    assert isinstance(found, BirthDate)
    assert (found.exact, f"{found.day:%Y-%m}") == (False, "1965-03")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("je ne sais pas", Missing.NOTHING),
        ("", Missing.NOTHING),
        ("mon compte C2P", Missing.NOTHING),
        ("1965", Missing.MONTH),
        ("31/02/1965", Missing.IMPOSSIBLE),
        ("03/25/1965", Missing.IMPOSSIBLE),
        ("12/03/2031", Missing.UNLIKELY),
        ("12/03/1865", Missing.UNLIKELY),
    ],
)
def test_what_is_not_a_birth_date_says_why(text: str, expected: Missing) -> None:
    assert read_birth_date(text, TODAY) is expected


def test_two_figures_mean_the_last_century_unless_that_makes_a_centenarian() -> None:
    assert read_birth_date("12/03/05", TODAY) == BirthDate(date(2005, 3, 12))
    assert read_birth_date("12/03/64", TODAY) == BirthDate(date(1964, 3, 12))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", 1200),
        ("1 200 €", 1200),
        ("1\u202f200,50\u00a0€", 1200.5),
        ("1.200 euros", 1200),
        ("j'ai 1200 euros depuis 2019", 1200),
        ("environ mille deux cents euros", 1200),
        ("cent vingt heures", 120),
        ("quatre-vingt-dix-sept euros", 97),
        ("120 h", 120),
        ("zéro", 0),
        ("il est vide", 0),
        ("sur mon C2P rien du tout", 0),
    ],
)
def test_an_amount_is_read(text: str, amount: float) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize("text", ["je ne sais pas", "mon C2P", "entre 100 et 200", "", "un peu"])
def test_no_amount_is_invented(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("80 %", 0.8),
        ("80%", 0.8),
        ("80", 0.8),
        ("quatre-vingts pour cent", 0.8),
        ("0,8", 0.8),
        ("4/5", 0.8),
        ("quatre cinquièmes", 0.8),
        ("je suis à mi-temps", 0.5),
        ("la moitié", 0.5),
        ("40 pour cent", 0.4),
    ],
)
def test_a_share_of_full_time_is_read(text: str, share: float) -> None:
    assert read_share(text) == share


@pytest.mark.parametrize("text", ["28 heures", "150 %", "je ne sais pas", "0 %"])
def test_no_share_is_invented(text: str) -> None:
    assert read_share(text) is None


@pytest.mark.parametrize(
    ("text", "profil"),
    [
        ("je suis fonctionnaire", "agent_public"),
        ("fonctionnaire", "agent_public"),
        ("je travaille à la mairie", "agent_public"),
        ("je suis au chômage", "demandeur_emploi"),
        ("demandeuse d'emploi", "demandeur_emploi"),
        ("auto-entrepreneur", "independant"),
        ("je suis infirmière libérale", "independant"),
        ("je suis à la retraite", "retraite"),
        ("étudiante", "jeune"),
        ("responsable RH", "employeur"),
        ("salarié du privé", "salarie"),
        ("en fait je suis salarié pas fonctionnaire", "salarie"),
        ("je ne suis plus salarié je suis au chômage", "demandeur_emploi"),
        ("agent_public", "agent_public"),
        ("changer de profil", None),
        ("salarié et auto-entrepreneur", None),
        (None, None),
    ],
)
def test_a_profil_is_recognised_or_left_open(text: str | None, profil: str | None) -> None:
    assert read_profil(text) == profil


@pytest.mark.parametrize("text", ["deux " * 800, "1 " * 2000, "12/" * 1300, "pas d" * 800, "1" * 4000])
def test_a_very_long_message_is_read_quickly(text: str) -> None:
    start = time.perf_counter()
    read_birth_date(text, TODAY), read_amount(text), read_share(text), read_profil(text)
    assert time.perf_counter() - start < 1
