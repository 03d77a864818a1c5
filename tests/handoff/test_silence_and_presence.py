"""Deadlines: presence, owners who vanish, silence warned then closed; and what a new episode forgets."""

import asyncio

import pytest

from handoff import repository as repo
from handoff import tables as t
from handoff.lifecycle import Trigger
from tests.peers.rasa import reply
from tests.peers.service import Service, Usager


async def test_a_conseiller_unheard_of_for_90_seconds_is_no_longer_there(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    service.clock.advance(seconds=91)
    assert (await usager.ask())["open"] is False


async def test_any_call_is_a_sign_of_life(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    for _ in range(3):
        service.clock.advance(seconds=60)
        await camille.queue()
    assert (await usager.ask())["open"] is True


async def test_an_open_stream_is_a_sign_of_life_even_when_events_never_stop(light_service: Service) -> None:
    usager, other, camille = (
        await light_service.open(),
        await light_service.open(),
        await light_service.conseiller(),
    )
    await other.ask()
    async with camille.events() as team:
        await team.until("ready")
        for n in range(5):
            light_service.clock.advance(seconds=30)
            await other.say(f"message {n}")
            await team.until("message")
        assert (await usager.ask())["open"] is True


@pytest.mark.parametrize("status", ["away", "offline"])
async def test_who_is_away_neither_counts_nor_takes(service: Service, status: str) -> None:
    usager, camille = await service.open(), await service.conseiller(status=status)
    assert (await usager.ask())["open"] is False
    assert (await camille.call("POST", "/handoffs/claim", {})).status_code == 403


async def test_a_lost_owner_puts_the_waiting_usager_back_first(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    handoff = await camille.claim()
    await camille.says(handoff, "Bonjour")
    await usager.say("Vous êtes là ?")
    await service.sweep(seconds=80)
    assert await usager.state() == "HUMAN"
    await service.sweep(seconds=11)
    view = await usager.view()
    assert (view["state"], view["position"]) == ("QUEUED", 1)
    [row] = await service.rows(t.handoffs)
    assert (row.priority, row.owner, row.claimed_at) == (1, None, None)
    await service.sweep()
    assert len([m for m in (await usager.view())["messages"] if "plus disponible" in m["text"]]) == 1


async def test_an_owner_lost_right_after_the_claim_is_replaced(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.say("Ma question")
    await usager.ask()
    await camille.claim()
    await service.sweep(seconds=91)
    assert await usager.state() == "QUEUED"


async def test_an_owner_who_has_answered_and_left_keeps_the_conversation_while_nobody_waits(
    service: Service,
) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await camille.says(handoff, "Voilà votre réponse.")
    await service.sweep(seconds=91)
    assert await usager.state() == "HUMAN"


async def into_waiting_user(service: Service, usager: Usager) -> None:
    """`wait` has no address yet: the step is made as its service will make it."""
    async with service.built.core.database.write() as connection:
        current = await repo.conversation(connection, usager.id)
        await repo.transition(connection, current, Trigger.WAIT, actor="test", at=service.clock())


async def test_a_usager_who_was_waited_for_writes_and_is_back_with_their_conseiller(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await camille.says(handoff, "Envoyez-moi la date.")
    await into_waiting_user(service, usager)
    answer = await usager.say("Le 3 mars")
    assert (answer["state"], answer["replies"]) == ("HUMAN", [])
    assert service.rasa.received() == []


async def test_a_usager_who_was_waited_for_is_queued_again_if_their_conseiller_is_gone(
    service: Service,
) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await camille.says(handoff, "Envoyez-moi la date.")
    await into_waiting_user(service, usager)
    service.clock.advance(minutes=10)
    await usager.say("Le 3 mars")
    await service.sweep()
    assert await usager.state() == "QUEUED"


@pytest.mark.parametrize("state", ["BOT", "HUMAN", "WAITING_USER"])
async def test_silence_is_warned_of_then_closes(service: Service, state: str) -> None:
    usager, camille = await service.open(), await service.conseiller()
    if state != "BOT":
        await camille.says(await camille.take_over(usager), "Autre chose ?")
    if state == "WAITING_USER":
        await into_waiting_user(service, usager)
    await service.sweep(minutes=29)
    assert "toujours là" not in (await usager.transcript())[-1][1]
    await service.sweep(minutes=2)
    await service.sweep(minutes=14)
    assert [x for _, x in await usager.transcript() if "toujours là" in x] == [
        (await usager.transcript())[-1][1]
    ]
    assert await usager.state() == state
    await service.sweep(minutes=2)
    assert await usager.state() == "CLOSED"
    [last] = [s for s in await service.rows(t.transitions) if s.target == "CLOSED"]
    assert last.trigger == "silence"
    assert [h.outcome for h in await service.rows(t.handoffs)] == ([] if state == "BOT" else ["silence"])


async def test_an_answer_to_the_warning_keeps_the_conversation_open(service: Service) -> None:
    usager = await service.open()
    await service.sweep(minutes=31)
    await usager.say("Oui, je suis là")
    await service.sweep(minutes=16)
    assert await usager.state() == "BOT"


async def test_who_waits_for_the_conseiller_s_answer_is_not_silent(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await usager.say("Alors ?")
    for _ in range(60):
        service.clock.advance(minutes=1)
        await camille.queue()
        if _ % 10 == 0:
            await service.sweep()
    assert await usager.state() == "HUMAN"
    await camille.says(handoff, "Voici.")
    await service.sweep(seconds=30)
    assert await usager.state() == "HUMAN"
    assert "toujours là" not in (await usager.transcript())[-1][1]


async def test_a_message_that_comes_just_before_the_closing_prevents_it(service: Service) -> None:
    usager = await service.open()
    await service.sweep(minutes=31)
    service.clock.advance(minutes=16)
    async with service.built.core.database.read() as connection:
        seen = await repo.conversation(connection, usager.id)
    await usager.say("Attendez !")
    await service.built.sweeper._close(seen)
    assert await usager.state() == "BOT"


async def test_two_sweepers_do_no_harm(service: Service) -> None:
    usager = await service.open()
    service.clock.advance(minutes=31)
    await asyncio.gather(*(service.built.sweeper.sweep() for _ in range(4)))
    service.clock.advance(minutes=16)
    await asyncio.gather(*(service.built.sweeper.sweep() for _ in range(4)))
    assert await usager.state() == "CLOSED"
    assert len([x for _, x in await usager.transcript() if "toujours là" in x]) == 1
    assert len(await service.rows(t.transitions)) == 1


async def test_a_step_that_fails_does_not_stop_the_sweeping(
    light_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    usager = await light_service.open()

    async def broken() -> int:
        raise RuntimeError

    monkeypatch.setattr(light_service.built.turns, "recover", broken)
    await light_service.sweep(minutes=31)
    assert "toujours là" in (await usager.transcript())[-1][1]


async def test_writing_again_begins_a_new_episode_and_the_old_buttons_are_refused(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.answer = lambda _: [reply(buttons=[{"title": "Mon solde", "payload": "/cpf_solde"}])]
    old = (await usager.say("Bonjour"))["replies"][0]["buttons"][0]["payload"]
    await camille.does("close", await camille.take_over(usager))
    assert await usager.state() == "CLOSED"
    answer = await usager.say("Me revoilà")
    assert (answer["state"], len(answer["replies"])) == ("BOT", 1)
    assert len(service.rasa.received("reset")) == 1
    before = len(await service.rows(t.messages))
    assert (await usager.call("POST", "/messages", {"payload": old})).status_code == 422
    assert len(await service.rows(t.messages)) == before
    [row] = await service.rows(t.conversations)
    assert (row.episode, row.failed_turns, row.handoff_id) == (2, 0, None)
    await usager.press(answer["replies"][0]["buttons"][0]["payload"])


async def test_the_briefing_of_a_new_episode_leaves_the_old_one_aside(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.say("Une vieille question")
    await camille.does("close", await camille.take_over(usager))
    await usager.say("Une question neuve")
    await usager.ask()
    handoff = await camille.claim()
    assert handoff["briefing"]["question"] == "Une question neuve"
    assert "vieille" not in str(handoff["briefing"])


async def test_a_conversation_reopened_long_after_is_not_warned_at_once(service: Service) -> None:
    usager = await service.open()
    await service.sweep(minutes=31)
    await service.sweep(minutes=16)
    assert await usager.state() == "CLOSED"
    await usager.ask()
    await service.sweep()
    assert "toujours là" not in (await usager.transcript())[-1][1]
