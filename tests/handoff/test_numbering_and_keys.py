"""Invariant 4: numbers without holes whoever writes at once, and a resent message recorded once."""

import asyncio

import pytest

from handoff import tables as t
from handoff.service import gate
from tests.peers.clock import eventually
from tests.peers.rasa import reply
from tests.peers.service import Service


async def test_twenty_writers_at_once_leave_no_hole_in_the_numbers(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await asyncio.gather(
        *(usager.say(f"usager {n}", key=f"u{n}") for n in range(10)),
        *(camille.says(handoff, f"conseiller {n}") for n in range(10)),
    )
    kept = await service.rows(t.messages, conversation_id=usager.id)
    assert sorted(m.seq for m in kept) == list(range(1, 23))
    [row] = await service.rows(t.conversations, id=usager.id)
    assert row.last_seq == 22


async def test_messages_sent_at_once_to_the_bot_are_each_answered_once(service: Service) -> None:
    usager = await service.open()
    service.rasa.answer = lambda body: [reply(f"Réponse à {body['text']}")]
    answers = await asyncio.gather(*(usager.say(f"question {n}", key=f"k{n}") for n in range(8)))
    assert [a["replies"][0]["text"] for a in answers] == [f"Réponse à question {n}" for n in range(8)]
    assert len(service.rasa.turns) == 8
    kept = await service.rows(t.messages, conversation_id=usager.id)
    assert sorted(m.seq for m in kept) == list(range(1, 18))


async def test_a_replayed_key_is_recorded_once_and_answers_the_same_body(service: Service) -> None:
    usager = await service.open()
    first = await usager.say("Bonjour", key="k")
    service.rasa.answer = lambda _: [reply("Autre chose")]
    assert await usager.say("Bonjour", key="k") == first
    assert len(await service.rows(t.messages, author="usager")) == 1
    assert len(service.rasa.turns) == 1


async def test_a_replayed_key_answers_the_same_body_whatever_the_state_became(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.hold()
    asked = asyncio.create_task(usager.say("Bonjour", key="k"))
    await eventually(service.rasa.received)
    handoff = await camille.take_over(usager)
    service.rasa.release()
    first = await asked
    await camille.does("handback", handoff)
    assert await usager.say("Bonjour", key="k") == first


async def test_the_same_key_in_flight_waits_and_answers_the_same_body(service: Service) -> None:
    usager = await service.open()
    service.rasa.hold()
    sent = [asyncio.create_task(usager.say("Bonjour", key="k")) for _ in range(5)]
    await eventually(service.rasa.received)
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in sent)
    service.rasa.release()
    answers = await asyncio.gather(*sent)
    assert answers == [answers[0]] * 5
    assert len(answers[0]["replies"]) == 1
    assert len(await service.rows(t.messages, author="usager")) == 1


async def test_an_answer_that_took_too_long_comes_by_the_stream_and_the_key_keeps_its_first_body(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "ANSWER_WITHIN", 0.2)
    usager = await service.open()
    async with usager.events(last=1) as events:
        service.rasa.hold()
        first = await usager.say("Bonjour", key="k")
        assert first["replies"] == []
        late = asyncio.create_task(usager.say("Bonjour", key="k"))
        await asyncio.sleep(0.05)
        service.rasa.release()
        assert (await events.until("message", author="assistant")).data["text"] == reply()["text"]
        assert await late == first
    assert await usager.say("Bonjour", key="k") == first


async def test_the_same_key_with_another_body_is_refused_and_records_nothing(service: Service) -> None:
    usager = await service.open()
    await usager.say("Bonjour", key="k")
    other = await usager.call("POST", "/messages", {"text": "Autre"}, "k")
    assert other.status_code == 422
    assert len(await service.rows(t.messages, author="usager")) == 1


async def test_the_same_key_in_two_conversations_is_two_messages(service: Service) -> None:
    one, two = await service.open(), await service.open()
    await one.say("Bonjour", key="k")
    await two.say("Autre", key="k")
    assert len(await service.rows(t.messages, author="usager")) == 2


@pytest.mark.parametrize("state", ["QUEUED", "HUMAN"])
async def test_a_resent_message_is_recorded_once_while_humans_hold_it(service: Service, state: str) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    if state == "HUMAN":
        await camille.claim()
    answers = await asyncio.gather(*(usager.say("Vous êtes là ?", key="k") for _ in range(4)))
    assert answers == [answers[0]] * 4
    assert len(await service.rows(t.messages, author="usager")) == 1


async def test_a_button_resent_with_its_key_acts_once(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    answers = await asyncio.gather(*(usager.press("gate:handoff", key="k") for _ in range(4)))
    assert answers == [answers[0]] * 4
    assert len(await service.rows(t.handoffs)) == 1
    assert len(await service.rows(t.messages, author="usager")) == 1


async def test_a_conseiller_s_resent_reply_is_recorded_once(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    path = f"/handoffs/{handoff['id']}/messages"
    sent = await asyncio.gather(*(camille.call("POST", path, {"text": "Oui"}, "k") for _ in range(4)))
    assert len({a.text for a in sent}) == 1
    assert (await camille.call("POST", path, {"text": "Non"}, "k")).status_code == 422
    assert len(await service.rows(t.messages, author="conseiller")) == 1


async def test_a_page_that_leaves_in_the_middle_loses_nothing(service: Service) -> None:
    usager = await service.open()
    service.rasa.delay = 0.1
    sent = [asyncio.create_task(usager.say(f"q{n}", key=f"k{n}")) for n in range(6)]
    for n, task in enumerate(sent):
        await asyncio.sleep(0.005 * n)
        task.cancel()
    await asyncio.gather(*sent, return_exceptions=True)
    service.rasa.delay = 0
    answers = [await usager.say(f"q{n}", key=f"k{n}") for n in range(6)]
    assert all(len(a["replies"]) == 1 for a in answers)
    kept = sorted(m.seq for m in await service.rows(t.messages, conversation_id=usager.id))
    assert kept == list(range(1, 14))
