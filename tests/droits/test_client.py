"""The client of the rights API: what it retries, what it does not wait for, what its errors never say."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from droits import personnes
from droits.breaker import FAILURES, REST, CircuitBreaker
from droits.client import CircuitOpen, DroitsClient, DroitsRefused, DroitsUnavailable, InvalidAnswer
from droits.errors import ClientError, DroitsError

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOKEN = "jeton-tres-secret-0123456789"
BODY: dict[str, Any] = personnes.load()["nadia-benali"].droits(NOW).to_json()


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Scripted(httpx.AsyncBaseTransport):
    """Answers from a list, in order, and counts what it was asked; the last answer is repeated."""

    def __init__(self, *script: int | bytes | type[httpx.TransportError]) -> None:
        self.script = list(script)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, type):
            raise step("panne", request=request)
        if isinstance(step, bytes):
            return httpx.Response(200, content=step)
        return httpx.Response(step, json=BODY if step == 200 else {"nom": "Nadia Benali"})


class Slow(httpx.AsyncBaseTransport):
    """Never answers."""

    asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.sleep(3600)
        raise AssertionError("unreachable")


Make = Callable[..., DroitsClient]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[DroitsClient] = []

    def build(
        transport: httpx.AsyncBaseTransport, clock: Clock | None = None, timeout: float = 2.0
    ) -> DroitsClient:
        client = DroitsClient(
            "http://droits.test/api/v1/droits/", transport, timeout=timeout, clock=clock or Clock()
        )
        made.append(client)
        return client

    yield build
    for client in made:
        await client.aclose()


async def test_the_rights_are_asked_with_the_token_in_the_header_only(make: Make) -> None:
    transport = Scripted(200)
    rights = await make(transport).me(TOKEN)
    assert rights.personne.id == "nadia-benali"
    request = transport.requests[0]
    assert (request.method, str(request.url)) == ("GET", "http://droits.test/api/v1/droits/me")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectError, 500, 502, 503, 504])
async def test_one_failure_is_retried_once(make: Make, failure: int | type[httpx.TransportError]) -> None:
    transport = Scripted(failure, 200)
    assert (await make(transport).me(TOKEN)).profil == "salarie"
    assert len(transport.requests) == 2


@pytest.mark.parametrize("failure", [httpx.ConnectError, 500, 503])
async def test_two_failures_are_enough(make: Make, failure: int | type[httpx.TransportError]) -> None:
    transport = Scripted(failure)
    with pytest.raises(DroitsUnavailable):
        await make(transport).me(TOKEN)
    assert len(transport.requests) == 2


@pytest.mark.parametrize("failure", [httpx.ReadTimeout, httpx.ConnectTimeout, httpx.ReadError])
async def test_a_slow_or_broken_exchange_is_not_tried_again(
    make: Make, failure: type[httpx.TransportError]
) -> None:
    transport = Scripted(failure)
    with pytest.raises(DroitsUnavailable):
        await make(transport).me(TOKEN)
    assert len(transport.requests) == 1


async def test_a_server_that_never_answers_is_left_in_time(make: Make) -> None:
    transport = Slow()
    started = asyncio.get_running_loop().time()
    with pytest.raises(DroitsUnavailable, match="à temps"):
        await make(transport, timeout=0.05).me(TOKEN)
    assert asyncio.get_running_loop().time() - started < 1
    assert transport.asked == 1


def test_the_default_patience_is_two_seconds() -> None:
    assert inspect.signature(DroitsClient).parameters["timeout"].default == 2.0


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_token_is_not_tried_again(make: Make, status: int) -> None:
    transport = Scripted(status)
    with pytest.raises(DroitsRefused):
        await make(transport).me(TOKEN)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("status", [204, 302, 404, 418, 429])
async def test_another_status_is_an_invalid_answer(make: Make, status: int) -> None:
    with pytest.raises(InvalidAnswer, match=str(status)):
        await make(Scripted(status)).me(TOKEN)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b"\xff", b'{"personne": null}'])
async def test_a_body_out_of_contract_is_an_invalid_answer(make: Make, body: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        await make(Scripted(body)).me(TOKEN)


async def test_one_unreadable_account_does_not_hide_the_others(make: Make) -> None:
    body = json.dumps(BODY | {"comptes": BODY["comptes"] | {"cpf": {"solde": "?"}}}).encode()
    rights = await make(Scripted(body)).me(TOKEN)
    assert rights.comptes.in_error == ["cpf"]
    assert rights.comptes.retraite is not None


async def test_after_several_failures_nothing_is_asked_until_the_rest_is_over(make: Make) -> None:
    transport, clock = Scripted(503), Clock()
    client = make(transport, clock)
    for _ in range(FAILURES):
        with pytest.raises(DroitsUnavailable):
            await client.me(TOKEN)
    asked = len(transport.requests)
    with pytest.raises(CircuitOpen):
        await client.me(TOKEN)
    assert len(transport.requests) == asked
    clock.now = REST
    transport.script = [200]
    assert await client.me(TOKEN)
    assert await client.me(TOKEN)


async def test_a_failed_trial_opens_the_circuit_again(make: Make) -> None:
    transport, clock = Scripted(503), Clock()
    client = make(transport, clock)
    for _ in range(FAILURES):
        with pytest.raises(DroitsUnavailable):
            await client.me(TOKEN)
    clock.now = REST
    with pytest.raises(DroitsUnavailable, match="en erreur"):
        await client.me(TOKEN)
    with pytest.raises(CircuitOpen):
        await client.me(TOKEN)


async def test_refused_tokens_never_open_the_circuit(make: Make) -> None:
    client = make(Scripted(401))
    for _ in range(FAILURES * 2):
        with pytest.raises(DroitsRefused):
            await client.me(TOKEN)


async def test_a_call_given_up_by_the_caller_leaves_the_half_open_circuit_usable(make: Make) -> None:
    transport, clock = Scripted(503), Clock()
    client = make(transport, clock)
    for _ in range(FAILURES):
        with pytest.raises(DroitsUnavailable):
            await client.me(TOKEN)
    clock.now = REST
    client._http._transport = Slow()
    trial = asyncio.create_task(client.me(TOKEN))
    await asyncio.sleep(0.01)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    client._http._transport = Scripted(200)
    assert await client.me(TOKEN)


def test_a_half_open_circuit_lets_one_request_through_at_a_time() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock, failures=1, rest=10)
    assert breaker.allow()
    breaker.record(False)
    assert breaker.state == "open"
    clock.now = 10
    assert breaker.state == "half-open"
    assert breaker.allow()
    assert not breaker.allow()
    breaker.record(True)
    assert breaker.state == "closed"
    assert breaker.allow()
    assert breaker.allow()


def test_a_success_forgets_past_failures() -> None:
    breaker = CircuitBreaker(Clock(), failures=2)
    for success in (False, True, False):
        assert breaker.allow()
        breaker.record(success)
    assert breaker.state == "closed"


@pytest.mark.parametrize(
    "step", [httpx.ConnectError, httpx.ReadTimeout, 401, 404, 503, b'{"nom": "Nadia Benali"}']
)
async def test_errors_carry_neither_token_nor_personal_data(
    make: Make, step: int | bytes | type[httpx.TransportError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(ClientError) as failed:
        await make(Scripted(step)).me(TOKEN)
    told = "".join(traceback.format_exception(failed.value)) + caplog.text
    assert TOKEN not in told
    assert "Nadia" not in told
    assert failed.value.__context__ is None
    assert failed.value.__cause__ is None
    assert isinstance(failed.value, DroitsError)


@pytest.mark.parametrize("token", ["é", "a\r\nX-Autre: 1", "a\nb", ""])
async def test_a_token_that_is_no_header_never_escapes_as_another_error(make: Make, token: str) -> None:
    client = DroitsClient("http://127.0.0.1:1/api/v1/droits")
    with pytest.raises(ClientError):
        await client.me(token)
    await client.aclose()
