"""What happens when something breaks: a French sentence, and nothing of the usager in the logs."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest

from actions.api.transport import Transport
from actions.errors import InvalidReply, PeerUnavailable
from actions.replies import check_reply, reply
from actions.server import build_executor
from tests.actions.turn_factory import MARKER, Rasa, payloads, rasa, services


class Broken:
    """A catalogue whose every use fails with the usager's words in the error."""

    def __contains__(self, sujet: object) -> bool:
        return sujet == "cpf_dif"

    def answer(self, sujet: str, **who: Any) -> Any:
        raise ValueError(f"{MARKER} {sujet}")

    sujets: dict[str, Any] = {}


async def test_any_failure_is_a_french_sentence_and_an_offer(caplog: pytest.LogCaptureFixture) -> None:
    bot = Rasa(build_executor(replace(services(), catalogue=Broken())))  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG):
        answered = await bot.one("action_repondre", "cpf_dif", MARKER)
    assert answered["failed"]
    assert answered["sujet"] == "cpf_dif"
    assert "problème technique" in answered["text"]
    assert payloads(answered) == ["gate:handoff"]
    assert "ValueError at test_actions_failures.py" in caplog.text
    assert MARKER not in caplog.text


async def test_a_simulation_of_another_shape_is_a_failure_not_a_wrong_answer() -> None:
    bot = rasa(simulator=lambda request: httpx.Response(200, json={"results": {"couvert": True}}))
    answered = await bot.one("action_calculer_cpf", slots={"solde": 10.0}, profil="salarie")
    assert answered["failed"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "a\n\nb"},
        {"sujet": None},
        {"profil": "roi"},
        {"extra": 1},
        {"buttons": [{"title": "x", "payload": "gate:admin"}]},
        {"sources": [{"title": "x", "url": "javascript:x", "date": "2026-01-01"}]},
        {"sources": [{"title": "x", "url": "https://a.fr", "date": "hier"}]},
        {"handoff": {"reason": "x", "skill": "y", "priority": "haute"}},
        {"question": {"kind": "autre"}},
        {"failed": None},
    ],
)
def test_a_reply_that_breaks_the_schema_never_leaves(change: dict[str, Any]) -> None:
    good = reply(["Bonjour."], sujet="salutation")
    assert check_reply(good) == good
    with pytest.raises(InvalidReply):
        check_reply({**good, **change})


def test_lines_are_joined_without_blank_line_and_with_french_spaces() -> None:
    made = reply(["Un :", "", "deux\n\n trois ?"], sujet="salutation")
    assert made["text"] == "Un\u00a0:\ndeux\ntrois\u00a0?"


def test_the_same_button_is_shown_once() -> None:
    twice = [{"title": "A", "payload": "/x"}, {"title": "B", "payload": "/x"}]
    assert reply(["x"], sujet="salutation", buttons=twice)["buttons"] == twice[:1]


async def test_a_lost_connection_is_tried_once_more() -> None:
    calls: list[str] = []

    def flaky(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if len(calls) == 1:
            raise httpx.ConnectError("lost")
        return httpx.Response(200, json={})

    transport = Transport("http://peer.test/api/", httpx.MockTransport(flaky))
    assert (await transport.post("/cpf", {})).status_code == 200
    assert calls == ["/api/cpf", "/api/cpf"]


async def test_a_slow_peer_is_given_up_and_not_asked_twice() -> None:
    calls = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        raise httpx.ReadTimeout("slow")

    transport = Transport("http://peer.test", httpx.MockTransport(slow))
    with pytest.raises(PeerUnavailable):
        await transport.post("/cpf", {})
    assert calls == 1


async def test_a_peer_that_keeps_failing_is_left_alone_for_a_while() -> None:
    calls, now = 0, 0.0

    def broken(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return httpx.Response(503)

    transport = Transport("http://peer.test", httpx.MockTransport(broken), clock=lambda: now)
    for _ in range(20):
        with pytest.raises(PeerUnavailable):
            await transport.post("/cpf", {})
    assert calls < 20
    before, now = calls, 3600.0
    with pytest.raises(PeerUnavailable):
        await transport.post("/cpf", {})
    assert calls > before
