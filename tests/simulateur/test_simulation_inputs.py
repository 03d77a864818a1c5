"""Bad inputs, the shape of the answer, what the assumptions say."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import simulateur as package
from simulateur.errors import InvalidInputs, UnknownSimulation
from simulateur.registry import TYPES, Simulateur

ON = date(2026, 11, 23)
CPF: dict[str, Any] = {"profil": "salarie", "solde": 100, "annees": 1}
AGE: dict[str, Any] = {"date_naissance": "1964-05-10"}
START = {"avant_16": 0, "avant_18": 5, "avant_20": 6, "avant_21": 7}


@pytest.fixture(scope="module")
def simulateur() -> Simulateur:
    return Simulateur.load()


@pytest.mark.parametrize(
    ("kind", "inputs", "fields"),
    [
        ("cpf", {}, ["profil", "solde", "annees"]),
        ("cpf", [], [""]),
        ("cpf", None, [""]),
        ("cpf", "texte", [""]),
        ("cpf", CPF | {"profil": "cheminot"}, ["profil"]),
        ("cpf", CPF | {"attributs": ["riche"]}, ["attributs.0"]),
        ("cpf", CPF | {"attributs": "senior"}, ["attributs"]),
        ("cpf", CPF | {"solde": -0.01}, ["solde"]),
        ("cpf", CPF | {"solde": "100"}, ["solde"]),
        ("cpf", CPF | {"solde": True}, ["solde"]),
        ("cpf", CPF | {"solde": 1.234}, ["solde"]),
        ("cpf", CPF | {"solde": float("nan")}, ["solde"]),
        ("cpf", CPF | {"solde": float("inf")}, ["solde"]),
        ("cpf", CPF | {"solde": 10**400}, ["solde"]),
        ("cpf", CPF | {"solde": 1e300}, ["solde"]),
        ("cpf", CPF | {"annees": 0}, ["annees"]),
        ("cpf", CPF | {"annees": 51}, ["annees"]),
        ("cpf", CPF | {"annees": 2.5}, ["annees"]),
        ("cpf", CPF | {"annees": True}, ["annees"]),
        ("cpf", CPF | {"quotite": 80}, ["quotite"]),
        ("cpf", CPF | {"quotite": 0}, ["quotite"]),
        ("cpf", CPF | {"categorie": "D"}, ["categorie"]),
        ("cpf", CPF | {"temps_non_complet": "oui"}, ["temps_non_complet"]),
        ("cpf", CPF | {"profil": "agent_public", "temps_non_complet": True}, ["quotite"]),
        ("cpf", CPF | {"date": "23/11/2026"}, ["date"]),
        ("cpf", CPF | {"date": "2010-01-01"}, ["date"]),
        ("cpf", CPF | {"salaire": 1}, ["salaire"]),
        ("retraite_age", {}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "1964-02-30"}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": 19640510}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "1964-05-10T00:00:00"}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "10/05/1964"}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "2026-11-24"}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "9999-12-31"}, ["date_naissance"]),
        ("retraite_age", {"date_naissance": "1900-01-01"}, ["date_naissance"]),
        ("retraite_age", AGE | {"date_effet": "1964-05-10"}, ["date_effet"]),
        ("retraite_age", AGE | {"trimestres_valides": -1}, ["trimestres_valides"]),
        ("retraite_age", AGE | {"trimestres_valides": 160.5}, ["trimestres_valides"]),
        (
            "retraite_age",
            AGE | {"trimestres_valides": 160, "trimestres_cotises": 161},
            ["trimestres_cotises"],
        ),
        ("retraite_age", AGE | {"trimestres_debut": 5}, ["trimestres_debut"]),
        ("retraite_age", AGE | {"trimestres_debut": START | {"avant_18": -1}}, ["trimestres_debut.avant_18"]),
        ("retraite_age", AGE | {"trimestres_debut": START | {"avant_20": 4}}, ["trimestres_debut.avant_20"]),
        ("retraite_age", AGE | {"trimestres_debut": {"avant_17": 4}}, ["trimestres_debut.avant_17"]),
    ],
)
def test_bad_inputs_are_refused_with_the_field_and_what_is_expected(
    simulateur: Simulateur, kind: str, inputs: object, fields: list[str]
) -> None:
    with pytest.raises(InvalidInputs) as refused:
        simulateur.simulate(kind, inputs, ON)
    assert [error.field for error in refused.value.errors] == fields
    assert all(len(error.expected) > 5 for error in refused.value.errors)


def test_refusals_never_repeat_the_value(simulateur: Simulateur) -> None:
    with pytest.raises(InvalidInputs) as refused:
        simulateur.simulate("retraite_age", {"date_naissance": "1 84 05 75 116 003"}, ON)
    assert "116" not in str(refused.value)


def test_a_type_that_is_not_built_is_unknown(simulateur: Simulateur) -> None:
    with pytest.raises(UnknownSimulation, match="cpf, retraite_age"):
        simulateur.simulate("are", {}, ON)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [("cpf", CPF), ("retraite_age", AGE | {"trimestres_debut": START}), ("retraite_age", AGE)],
)
def test_the_answer_has_the_shape_of_the_contract_and_of_its_own_schema(
    simulateur: Simulateur, kind: str, inputs: dict[str, Any]
) -> None:
    found = simulateur.simulate(kind, inputs, ON, computed_at="2026-11-23T10:00:00+01:00")
    assert set(found) == {"type", "inputs", "results", "assumptions", "sources", "computed_at", "rules_date"}
    assert found["type"] == kind
    assert found["rules_date"] == "2026-11-23"
    assert found["inputs"] == inputs | {"date": "2026-11-23"}
    assert all(set(source) == {"title", "url", "date"} for source in found["sources"])
    described = TYPES[kind].described()
    jsonschema.validate(found["results"], described["results"], jsonschema.Draft202012Validator)
    jsonschema.validate(found["inputs"], described["inputs"], jsonschema.Draft202012Validator)
    for schema in (described["inputs"], described["results"]):
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_time_of_computation_is_absent_unless_given(simulateur: Simulateur) -> None:
    assert "computed_at" not in simulateur.simulate("cpf", CPF, ON)


def test_the_date_of_the_inputs_wins_over_today(simulateur: Simulateur) -> None:
    found = simulateur.simulate("cpf", CPF | {"date": "2025-06-30"}, ON)
    assert found["rules_date"] == "2025-06-30"
    assert found["results"]["solde_par_annee"][0]["annee"] == 2026


def test_the_credit_for_disabled_employees_is_told_to_be_checked(simulateur: Simulateur) -> None:
    found = simulateur.simulate("cpf", CPF | {"attributs": ["handicap"]}, ON)
    assert any("À vérifier" in sentence and "handicap" in sentence for sentence in found["assumptions"])


def test_the_assumptions_tell_the_calendar_and_how_long_it_is_valid(simulateur: Simulateur) -> None:
    told = " ".join(simulateur.simulate("retraite_age", AGE, ON)["assumptions"])
    assert "1er mars 2027" in told
    assert "1er septembre 2026" in told
    assert "jusqu'en 2028" in told


def test_a_date_too_early_under_the_old_calendar_is_explained_with_the_new_one(
    simulateur: Simulateur,
) -> None:
    told = " ".join(
        simulateur.simulate("retraite_age", AGE | {"date_effet": "2026-08-01"}, ON)["assumptions"]
    )
    assert "trop tôt" in told
    assert "62\u00a0ans et 9\u00a0mois" in told
    assert "1er mars 2027" in told


def test_a_generation_not_covered_says_so_and_gives_no_age(simulateur: Simulateur) -> None:
    results = simulateur.simulate("retraite_age", {"date_naissance": "1950-01-01"}, ON)["results"]
    assert set(results) == {"couvert", "motif"}
    assert results["couvert"] is False


def test_an_unqualified_civil_servant_of_unknown_category_is_told(simulateur: Simulateur) -> None:
    inputs = {"profil": "agent_public", "attributs": ["peu_qualifie"], "solde": 0, "annees": 1}
    told = simulateur.simulate("cpf", inputs, ON)["assumptions"]
    assert any("catégorie" in sentence for sentence in told)


def test_rules_have_neither_clock_nor_network() -> None:
    forbidden = {"time", "httpx", "requests", "socket", "urllib", "http", "asyncio", "random", "os"}
    for path in Path(package.__file__ or "").parent.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        calls = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not names & forbidden, path.name
        assert not calls & {"today", "now", "utcnow"}, path.name
        assert names <= {"simulateur"} | STANDARD, path.name


STANDARD = {
    "__future__", "collections", "dataclasses", "datetime", "decimal", "difflib", "pathlib", "re", "typing",
    "pydantic", "yaml",
}  # fmt: skip
