"""The simulator over HTTP, on a real loopback server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jsonschema
import pytest
from sanic import Sanic

from edge.openapi import describe
from edge.problem import Problem
from edge.simulations import PREFIX, simulations_blueprint
from tests.droits.serving import base_url, new_app, serving

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("Europe/Paris"))


def _app() -> Sanic[Any, Any]:
    app = new_app("simulations")
    app.blueprint(simulations_blueprint(clock=lambda: NOW))
    app.error_handler.add(Problem, lambda request, problem: problem.response())
    return app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with serving(_app()) as port, httpx.AsyncClient(base_url=f"{base_url(port)}{PREFIX}") as client:
        yield client


async def test_the_built_types_are_listed_with_their_schemas(http: httpx.AsyncClient) -> None:
    page = (await http.get("")).json()
    assert [item["type"] for item in page["items"]] == ["cpf", "retraite_age"]
    assert page["next_cursor"] is None
    for item in page["items"]:
        for schema in ("inputs", "results"):
            jsonschema.Draft202012Validator.check_schema(item[schema])


async def test_the_list_is_paginated(http: httpx.AsyncClient) -> None:
    first = (await http.get("", params={"limit": 1})).json()
    assert [item["type"] for item in first["items"]] == ["cpf"]
    second = (await http.get("", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [item["type"] for item in second["items"]] == ["retraite_age"]
    assert second["next_cursor"] is None


async def test_a_list_of_no_item_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("", params={"limit": 0})
    assert answer.status_code == 422


async def test_a_simulation_is_answered_with_the_day_and_time_of_the_service(http: httpx.AsyncClient) -> None:
    answer = await http.post("/cpf", json={"profil": "salarie", "solde": 4800, "annees": 2})
    assert answer.status_code == 200
    body = answer.json()
    assert body["results"]["solde_par_annee"] == [
        {"annee": 2027, "solde": 5000},
        {"annee": 2028, "solde": 5000},
    ]
    assert (body["rules_date"], body["computed_at"]) == ("2026-11-23", "2026-11-23T23:30:00+01:00")


async def test_a_date_in_the_body_is_used(http: httpx.AsyncClient) -> None:
    answer = await http.post("/retraite_age", json={"date_naissance": "1964-05-10", "date": "2025-06-01"})
    assert answer.json()["results"]["age_legal"] == {"annees": 63, "mois": 0}


@pytest.mark.parametrize("kind", ["are", "c2p", "mobilisation", "nimporte", "CPF", "cpf%00", "é"])
async def test_a_type_not_built_is_a_404_problem(http: httpx.AsyncClient, kind: str) -> None:
    answer = await http.post(f"/{kind}", json={})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 404
    assert "cpf" in answer.json()["detail"]


async def test_a_bad_field_is_a_422_problem_that_says_what_is_expected(http: httpx.AsyncClient) -> None:
    answer = await http.post("/cpf", json={"profil": "salarie", "solde": -3, "annees": 1})
    assert answer.status_code == 422
    body = answer.json()
    assert body["errors"][0]["field"] == "solde"
    assert "positif" in body["errors"][0]["expected"]
    assert "solde" in body["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{}", 422),
        (b"[]", 422),
        (b"null", 422),
        (b"3", 422),
        (b'{"profil":', 400),
        (b"\xff\xfe", 400),
        (b'{"profil": "salarie", "solde": NaN, "annees": 1}', 400),
        (b'{"profil": "salarie", "solde": 1e999, "annees": 1}', 422),
        (b'{"profil": "salarie", "solde": 1' + b"0" * 400 + b', "annees": 1}', 422),
        (b"[" * 5000, 400),
        (b'{"profil": "salarie\\u0000", "solde": 1, "annees": 1}', 422),
    ],
)
async def test_no_body_makes_the_service_fail(http: httpx.AsyncClient, body: bytes, status: int) -> None:
    answer = await http.post("/cpf", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_another_media_type_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/cpf", content=b"<xml/>", headers={"Content-Type": "text/xml"})
    assert answer.status_code == 415


async def test_what_is_described_is_what_is_answered(http: httpx.AsyncClient) -> None:
    app = _app()
    app.router.finalize()
    described = describe(app, title="t", version="1", description="d")
    assert set(described["paths"]) == {PREFIX, f"{PREFIX}/cpf", f"{PREFIX}/retraite_age"}
    operation = described["paths"][f"{PREFIX}/retraite_age"]["post"]
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = await http.post("/retraite_age", json={"date_naissance": "1964-05-10"})
    schema = reference | {"components": described["components"]}
    jsonschema.validate(json.loads(answer.text), schema, jsonschema.Draft202012Validator)
