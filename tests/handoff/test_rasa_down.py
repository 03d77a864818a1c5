"""When Rasa does not answer: acknowledged, tried again for a minute, then a conseiller is offered."""

import asyncio
import json
from typing import Any

import pytest

from handoff import tables as t
from handoff.service import gate, turns
from tests.peers.clock import eventually
from tests.peers.rasa import reply
from tests.peers.service import Service


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PAUSES", (0.02,))
    monkeypatch.setattr(gate, "ANSWER_WITHIN", 0.15)


def offered(messages: list[dict[str, object]]) -> bool:
    return any("gate:handoff" in str(m["buttons"]) for m in messages if m["author"] == "system")


async def test_a_message_is_acknowledged_and_answered_when_rasa_is_back(service: Service) -> None:
    usager = await service.open()
    await service.rasa.down()
    answer = await usager.say("Bonjour", key="k")
    assert (answer["replies"], answer["state"]) == ([], "BOT")
    await service.rasa.up()
    await eventually(lambda: service.rasa.turns)
    await eventually(lambda: not service.built.turns._running)
    assert [a for a, _ in await usager.transcript()] == ["assistant", "usager", "assistant"]
    assert await usager.say("Bonjour", key="k") == answer
    assert len(service.rasa.turns) == 1


async def test_after_a_minute_a_conseiller_is_offered_and_nobody_is_queued(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    await service.rasa.down()
    await usager.say("Bonjour")
    service.clock.advance(seconds=59)
    await asyncio.sleep(0.1)
    assert not offered((await usager.view())["messages"])
    service.clock.advance(seconds=2)
    await eventually(lambda: not service.built.turns._running)
    view = await usager.view()
    assert offered(view["messages"])
    assert view["state"] == "BOT"
    [row] = await service.rows(t.conversations, id=usager.id)
    assert row.failed_turns == 1
    assert (await usager.press("gate:handoff"))["state"] == "QUEUED"
    [handoff] = await service.rows(t.handoffs)
    assert handoff.briefing["question"] == "Bonjour"


async def test_the_usager_is_told_of_a_delay_once(light_service: Service) -> None:
    usager = await light_service.open()
    await light_service.rasa.down()
    await usager.say("Bonjour")
    light_service.clock.advance(seconds=10)
    await asyncio.sleep(0.15)
    assert [a for a, _ in await usager.transcript()] == ["assistant", "usager", "system"]
    await light_service.rasa.up()
    await eventually(lambda: not light_service.built.turns._running)
    assert (await usager.transcript())[-1][0] == "assistant"


async def test_messages_written_meanwhile_are_answered_in_order(service: Service) -> None:
    usager = await service.open()
    service.rasa.answer = lambda body: [reply(f"Réponse à {body['text']}")]
    await service.rasa.down()
    for text in ("un", "deux", "trois"):
        await usager.say(text)
    await service.rasa.up()
    await eventually(lambda: len(service.rasa.turns) == 3)
    await eventually(lambda: not service.built.turns._running)
    said = [text for author, text in await usager.transcript() if author == "assistant"]
    assert said[1:] == ["Réponse à un", "Réponse à deux", "Réponse à trois"]


async def test_the_reset_of_a_form_survives_rasa_being_down(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await service.rasa.down()
    await camille.does("handback", handoff)
    await usager.say("Je reviens")
    await service.rasa.up()
    await eventually(lambda: service.rasa.turns)
    answered = [c.path.rsplit("/", 1)[1] for c in service.rasa.calls]
    assert answered == ["reset", "messages"]
    await eventually(lambda: not service.built.turns._running)
    await usager.say("Encore")
    assert len(service.rasa.received("reset")) == 1


def raw_answer(**wrong: Any) -> bytes:
    """Return an answer whose one reply differs from the agreed form."""
    return json.dumps({"message_id": "m", "replies": [reply(**wrong)]}).encode()


NOT_AS_AGREED = {
    "not JSON": b"<html>",
    "not an object": b"[]",
    "no replies": b"{}",
    "empty replies": b'{"replies": []}',
    "replies are no list": b'{"replies": {"text": "a"}}',
    "a reply is no object": b'{"replies": ["bonjour"]}',
    "not UTF-8": b'{"replies": ["\xff\xfe"]}',
    "an unknown field": raw_answer(secret=1),
    "a button to nowhere": raw_answer(buttons=[{"title": "t", "payload": "javascript:alert(1)"}]),
    "a confidence that is no number": raw_answer(confidence="sure"),
    "a NUL": raw_answer(text="a\0b"),
}


@pytest.mark.parametrize("raw", NOT_AS_AGREED.values(), ids=NOT_AS_AGREED)
async def test_an_answer_that_is_not_as_agreed_is_rasa_being_down(light_service: Service, raw: bytes) -> None:
    usager = await light_service.open()
    light_service.rasa.raw = raw
    answer = await usager.say("Bonjour")
    assert answer["replies"] == []
    light_service.clock.advance(seconds=61)
    await eventually(lambda: not light_service.built.turns._running)
    assert offered((await usager.view())["messages"])


@pytest.mark.parametrize("status", [401, 404, 422, 500, 502, 503])
async def test_an_error_of_rasa_s_is_tried_again(light_service: Service, status: int) -> None:
    usager = await light_service.open()
    light_service.rasa.status = status
    assert (await usager.say("Bonjour"))["replies"] == []
    light_service.rasa.status = None
    await eventually(lambda: light_service.rasa.turns)
    await eventually(lambda: not light_service.built.turns._running)
    assert (await usager.transcript())[-1][0] == "assistant"


async def test_a_takeover_while_rasa_is_down_ends_the_tries(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    await light_service.rasa.down()
    await usager.say("Bonjour")
    await camille.take_over(usager)
    await eventually(lambda: not light_service.built.turns._running)
    await light_service.rasa.up()
    assert light_service.rasa.received() == []
    light_service.clock.advance(seconds=61)
    await light_service.sweep()
    assert not offered((await usager.view())["messages"][2:])


async def test_health_says_degraded_and_still_serves(light_service: Service) -> None:
    await light_service.rasa.down()
    answer = await light_service.http.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["components"] == {"database": "ok", "assistant": "down"}
