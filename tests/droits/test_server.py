"""The embedded rights server, spoken to over a real loopback connection, by httpx and by our own client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import jsonschema
import pytest

from droits import personnes
from droits.client import DroitsClient, DroitsRefused, DroitsUnavailable
from droits.model import Droits
from droits.server import PREFIX, droits_blueprint
from droits.tokens import mint
from edge.openapi import describe, operation
from tests.droits.serving import base_url, new_app, serving

SECRET = "un secret de test assez long"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    app = new_app("droits")
    app.blueprint(droits_blueprint(SECRET, clock=lambda: NOW))
    async with serving(app) as port:
        yield f"{base_url(port)}{PREFIX}"


@pytest.fixture
def token() -> Iterator[str]:
    yield mint("thomas-leroy", "conv-1", NOW, SECRET)


async def _get(address: str, header: str | None) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(
            f"{address}/me", headers={"Authorization": header} if header is not None else {}
        )


async def test_a_person_is_read_with_one_account_in_error_and_the_others_answered(
    address: str, token: str
) -> None:
    answer = await _get(address, f"Bearer {token}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    comptes = answer.json()["comptes"]
    assert comptes["retraite"]["erreur"]["code"] == "indisponible"
    assert comptes["cpf"]["solde"] == 4500
    assert set(comptes) == {"cpf", "retraite"}


@pytest.mark.parametrize("identifier", sorted(personnes.load()))
async def test_our_client_reads_every_person(address: str, identifier: str) -> None:
    async with DroitsClient(address) as client:
        rights = await client.me(mint(identifier, "conv-1", NOW, SECRET))
    assert rights == personnes.load()[identifier].droits(NOW)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer nimporte.quoi",
        "Basic dXNlcjpwYXNz",
        f"Bearer {mint('thomas-leroy', 'c', NOW - timedelta(seconds=120), SECRET)}",
        f"Bearer {mint('thomas-leroy', 'c', NOW, 'un tout autre secret')}",
        f"Bearer {mint('personne-inconnue', 'c', NOW, SECRET)}",
        f"Token {mint('thomas-leroy', 'c', NOW, SECRET)}",
    ],
)
async def test_any_bad_token_is_the_same_401_problem(address: str, header: str | None) -> None:
    answer = await _get(address, header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Jeton refusé",
        "status": 401,
        "detail": "Le jeton est absent, invalide ou expiré. Identifiez-vous de nouveau.",
    }


async def test_our_client_says_that_an_expired_token_is_refused(address: str) -> None:
    async with DroitsClient(address) as client:
        with pytest.raises(DroitsRefused):
            await client.me(mint("thomas-leroy", "c", NOW - timedelta(minutes=5), SECRET))


async def test_rights_are_only_read(address: str, token: str) -> None:
    async with httpx.AsyncClient() as http:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await http.request(method, f"{address}/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 405


async def test_nobody_at_the_address_is_unavailable() -> None:
    async with DroitsClient("http://127.0.0.1:1/api/v1/droits") as client:
        with pytest.raises(DroitsUnavailable, match="injoignable"):
            await client.me("jeton")


async def test_every_answer_follows_the_schema_that_is_published(address: str) -> None:
    schema = Droits.model_json_schema()
    for identifier in personnes.load():
        answer = await _get(address, f"Bearer {mint(identifier, 'c', NOW, SECRET)}")
        jsonschema.validate(answer.json(), schema, jsonschema.Draft202012Validator)


async def test_the_endpoint_is_described_as_the_application_does() -> None:
    app = new_app("droits_described")
    mark = operation("Mes droits", tag="droits", responses={200: Droits}, problems=(401,), security="droits")
    app.blueprint(droits_blueprint(SECRET, describe=mark))
    app.router.finalize()
    described = describe(app, title="t", version="1", description="d")
    assert set(described["paths"]) == {f"{PREFIX}/me"}
    assert {"200", "401"} <= set(described["paths"][f"{PREFIX}/me"]["get"]["responses"])
