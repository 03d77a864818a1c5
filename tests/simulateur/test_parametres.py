"""Dated parameters: loading, refusal of bad files, value at a date, French writing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from simulateur.generations import Tables
from simulateur.parametres import (
    DEFAULT_DIR,
    InvalidParametreFile,
    NotInForce,
    Parametres,
    Source,
    UnknownParameter,
    Value,
    format_value,
    parse_age,
)

ENTRY = """
montant:
  libelle: "Montant d'essai"
  unite: {unite}
  revue: 2027-02-01
  valeurs:
    - depuis: 2024-05-02
      valeur: {first}
      confiance: A
      source: {{titre: Texte, url: "https://exemple.fr", date: 2024-04-30}}
    - depuis: {since}
      valeur: {second}
      confiance: C
      source: {{titre: Texte, url: "https://exemple.fr", date: 2025-01-01}}
"""


def _write(
    folder: Path, unite: str = "EUR", first: str = "100", second: str = "102.23", since: str = "2025-01-01"
) -> Path:
    (folder / "essai.yml").write_text(
        ENTRY.format(unite=unite, first=first, second=second, since=since), "utf-8"
    )
    return folder


def _value(value: float | str, unit: str) -> Value:
    source = Source(titre="Texte", url="https://exemple.fr", date=date(2026, 1, 1))
    return Value(value, unit, source, "A", "Essai", date(2026, 1, 1))


def test_the_value_in_force_is_the_last_that_has_begun(tmp_path: Path) -> None:
    parametres = Parametres.load(_write(tmp_path))
    assert parametres.value("essai.montant", date(2024, 5, 2)).value == 100
    assert parametres.value("essai.montant", date(2024, 12, 31)).value == 100
    later = parametres.value("essai.montant", date(2025, 1, 1))
    assert (later.value, later.unit, later.label, later.to_check) == (102.23, "EUR", "Montant d'essai", True)


def test_before_the_first_value_nothing_is_in_force(tmp_path: Path) -> None:
    with pytest.raises(NotInForce, match="01/05/2024"):
        Parametres.load(_write(tmp_path)).value("essai.montant", date(2024, 5, 1))


def test_a_null_value_ends_the_rule(tmp_path: Path) -> None:
    parametres = Parametres.load(_write(tmp_path, second="null"))
    assert parametres.value("essai.montant", date(2024, 6, 1)).value == 100
    with pytest.raises(NotInForce):
        parametres.value("essai.montant", date(2025, 6, 1))


def test_an_unknown_reference_names_the_nearest() -> None:
    with pytest.raises(UnknownParameter, match=r"cpf\.plafond"):
        Parametres.load().value("cpf.plafon", date(2026, 11, 23))


def test_parameters_due_for_review_are_listed(tmp_path: Path) -> None:
    parametres = Parametres.load(_write(tmp_path))
    assert parametres.to_review(date(2027, 1, 31)) == []
    assert parametres.to_review(date(2027, 2, 1)) == ["essai.montant"]


def test_the_next_change_is_the_first_value_written_for_a_later_day(tmp_path: Path) -> None:
    parametres = Parametres.load(_write(tmp_path, since="2025-01-01"))
    change = parametres.next_change("essai.montant", date(2024, 12, 31))
    assert change is not None and change.depuis == date(2025, 1, 1)
    assert parametres.next_change("essai.montant", date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unite": "dollars"}, "unite"),
        ({"first": '"cent"'}, "nombre est attendu"),
        ({"first": "true"}, "nombre est attendu"),
        ({"since": "2024-01-01"}, "plus ancienne"),
        ({"since": "2024-05-02"}, "plus ancienne"),
        ({"unite": "age", "first": "62 ans 13 mois"}, "62 ans 9 mois"),
        ({"unite": "telephone", "first": "31 14 abc"}, "téléphone"),
        ({"unite": "texte", "first": "12"}, "texte est attendu"),
        ({"since": "hier"}, "depuis"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, changes: dict[str, str], expected: str
) -> None:
    with pytest.raises(InvalidParametreFile, match=r"essai\.yml") as refused:
        Parametres.load(_write(tmp_path, **changes))
    assert expected in str(refused.value)


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path) / "essai.yml"
    path.write_text(path.read_text("utf-8") * 2, "utf-8")
    with pytest.raises(InvalidParametreFile, match="double"):
        Parametres.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "- liste", "montant: 3", "montant: {libelle: Rien}", "[", "Clé Interdite: {}"]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "essai.yml").write_text(text, "utf-8")
    with pytest.raises(InvalidParametreFile):
        Parametres.load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParametreFile):
        Parametres.load(tmp_path)


@pytest.mark.parametrize(
    ("value", "unit", "page", "voice"),
    [
        (500, "EUR", "500 €", "500 euros"),
        (5000, "EUR", "5 000 €", "5000 euros"),
        (103.2, "EUR", "103,20 €", "103 euros et 20 centimes"),
        (1, "EUR", "1 €", "1 euro"),
        (0.01, "EUR", "0,01 €", "0 euro et 1 centime"),
        (753, "age", "62 ans et 9 mois", "62 ans et 9 mois"),
        (804, "age", "67 ans", "67 ans"),
        (0.57, "pourcent", "57 %", "57 pour cent"),
        (0.0125, "pourcent", "1,25 %", "1,25 pour cent"),
        (1, "heures", "1 heure", "1 heure"),
        (1.5, "jours", "1,5 jour", "1,5 jour"),
        (25, "heures", "25 heures", "25 heures"),
        (15, "mois", "15 mois", "15 mois"),
        (1, "annees", "1 an", "1 an"),
        (2, "annees", "2 ans", "2 ans"),
        (1300, "jours", "1 300 jours", "1300 jours"),
        (172, "trimestres", "172 trimestres", "172 trimestres"),
        (4, "points", "4 points", "4 points"),
        (100, "nombre", "100", "100"),
        ("3114", "telephone", "3114", "31 14"),
        ("3949", "telephone", "3949", "39 49"),
        ("15", "telephone", "15", "15"),
        ("114", "telephone", "114", "114"),
        ("116006", "telephone", "116 006", "116 006"),
        ("0970823551", "telephone", "09 70 82 35 51", "09 70 82 35 51"),
        ("au 1er janvier", "texte", "au 1er janvier", "au 1er janvier"),
    ],
)
def test_values_are_written_and_spoken_in_french(
    value: float | str, unit: str, page: str, voice: str
) -> None:
    written = format_value(_value(value, unit))
    assert written.replace("\u00a0", " ").replace("\u202f", " ") == page
    assert format_value(_value(value, unit), spoken=True) == voice


def test_written_values_cannot_be_cut_at_the_end_of_a_line() -> None:
    assert format_value(_value(5000, "EUR")) == "5\u202f000\u00a0€"
    assert format_value(_value(25, "heures")) == "25\u00a0heures"


@pytest.mark.parametrize(
    ("text", "months"),
    [("62 ans 9 mois", 753), ("62 ans et 9 mois", 753), ("67 ans", 804), ("62 ans 0 mois", 744)],
)
def test_ages_are_read_in_months(text: str, months: int) -> None:
    assert parse_age(text) == months


def test_every_parameter_of_the_repository_is_in_force_with_a_source() -> None:
    parametres = Parametres.load()
    for ref in parametres.references:
        latest = parametres.definition(ref).valeurs[-1]
        assert latest.source.url.startswith("https://"), ref
        if latest.valeur is not None:
            assert format_value(parametres.value(ref, latest.depuis)), ref


def test_the_compulsory_contribution_keeps_its_history() -> None:
    parametres = Parametres.load()
    days = [date(2024, 5, 2), date(2025, 1, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 4, 2)]
    found = [parametres.value("cpf.participation_forfaitaire", day).value for day in days]
    assert found == [100, 102.23, 103.2, 103.2, 150]


def test_generations_follow_one_another_without_hole(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in ("age_legal.yml", "carriere_longue.yml"):
        text = (DEFAULT_DIR / "tables" / name).read_text("utf-8")
        folder.joinpath(name).write_text(text.replace("ne_du: 1962-01-01", "ne_du: 1962-01-02"), "utf-8")
    with pytest.raises(InvalidParametreFile, match="sans trou"):
        Tables.load(tmp_path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParametreFile, match=r"age_legal\.yml"):
        Tables.load(tmp_path)
