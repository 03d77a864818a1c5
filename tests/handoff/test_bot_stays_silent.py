"""Invariants 2 and 3: the bot never talks over a human, and outside BOT nothing reaches Rasa."""

import asyncio

from handoff import tables as t
from tests.peers.clock import eventually
from tests.peers.rasa import reply
from tests.peers.service import Service


async def test_a_reply_computed_before_a_takeover_is_dropped(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.hold()
    asked = asyncio.create_task(usager.say("Comment alimenter mon CPF ?"))
    await eventually(service.rasa.received)
    handoff = await camille.take_over(usager)
    service.rasa.release()
    answer = await asked
    assert answer["replies"] == []
    assert answer["state"] == "HUMAN"
    await eventually(lambda: not service.built.turns._running)
    assert [a for a, _ in await usager.transcript()] == ["assistant", "usager", "system"]
    await camille.says(handoff, "Bonjour, je suis là.")
    assert [m["author"] for m in (await usager.view())["messages"]][-1] == "conseiller"


async def test_a_reply_computed_before_a_takeover_and_a_handback_is_dropped_too(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.hold()
    asked = asyncio.create_task(usager.say("Comment alimenter mon CPF ?"))
    await eventually(service.rasa.received)
    handoff = await camille.take_over(usager)
    await camille.does("handback", handoff)
    service.rasa.release()
    await asked
    await eventually(lambda: not service.built.turns._running)
    assert [a for a, _ in await usager.transcript()] == ["assistant", "usager", "system", "system"]


async def test_a_takeover_while_the_form_is_being_reset_keeps_the_message_from_rasa(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await camille.does("handback", await camille.take_over(usager))
    service.rasa.hold()
    asked = asyncio.create_task(usager.say("Et maintenant ?"))
    await eventually(lambda: service.rasa.received("reset"))
    await camille.take_over(usager)
    service.rasa.release()
    await asked
    await eventually(lambda: not service.built.turns._running)
    assert service.rasa.received() == []


async def test_a_message_that_a_human_has_read_is_not_sent_again_after_the_handback(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.status = 503
    asked = asyncio.create_task(usager.say("Allô ?"))
    await eventually(service.rasa.received)
    await camille.does("handback", await camille.take_over(usager))
    before = len(service.rasa.received())
    service.rasa.status = None
    await asked
    await eventually(lambda: not service.built.turns._running)
    assert len(service.rasa.received()) == before
    assert service.rasa.turns == []


async def test_replies_come_before_the_handoff_that_they_ask_for_in_one_transaction(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    wanted = {"reason": "juriste", "skill": "general", "priority": "haute"}
    service.rasa.answer = lambda _: [reply("Cela dépend."), reply("Un conseiller saura.", handoff=wanted)]
    answer = await usager.say("Mon cas est compliqué")
    assert answer["state"] == "QUEUED"
    assert [(m["author"], m["text"][:12]) for m in answer["replies"][:2]] == [
        ("assistant", "Cela dépend."),
        ("assistant", "Un conseille"),
    ]
    assert [m["author"] for m in answer["replies"][2:]] == ["system"]
    assert [m["seq"] for m in answer["replies"]] == [3, 4, 5]
    [handoff] = await service.rows(t.handoffs)
    assert (handoff.reason, handoff.priority) == ("juriste", 1)


async def test_a_reply_dropped_for_its_epoch_drops_the_handoff_it_asked_for(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    wanted = {"reason": "juriste", "skill": "general", "priority": "haute"}
    service.rasa.answer = lambda _: [reply(handoff=wanted)]
    service.rasa.hold()
    asked = asyncio.create_task(usager.say("Mon cas est compliqué"))
    await eventually(service.rasa.received)
    await camille.does("handback", await camille.take_over(usager))
    service.rasa.release()
    await asked
    await eventually(lambda: not service.built.turns._running)
    assert await usager.state() == "BOT"
    assert len(await service.rows(t.handoffs)) == 1


async def test_outside_bot_no_event_of_any_kind_reaches_rasa(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.answer = lambda _: [reply(buttons=[{"title": "Mon solde", "payload": "/cpf_solde"}])]
    answered = await usager.say("Bonjour")
    [button] = answered["replies"][0]["buttons"]
    await usager.ask()
    before = len(service.rasa.calls)

    async def everything() -> None:
        await usager.say("Un texte")
        await usager.press(button["payload"])
        await usager.press("gate:handoff")
        await usager.call("PUT", "/profil", {"profil": "salarie", "attributs": [], "langage": "simple"})
        await usager.call("POST", "/feedback", {"message_id": answered["replies"][0]["id"], "helpful": False})
        await usager.view()

    await everything()  # QUEUED
    handoff = await camille.claim()
    await everything()  # HUMAN
    await camille.says(handoff, "Bonjour")
    await camille.does("notes", handoff, {"text": "à suivre"})
    await camille.call("POST", f"/handoffs/{handoff['id']}/typing")
    await service.sweep(minutes=1)
    await camille.does("close", handoff)
    await usager.call("POST", "/feedback", {"rating": 5, "comment": "merci"})  # CLOSED
    await usager.view()
    await service.sweep()
    assert service.rasa.calls[before:] == []


async def test_in_callback_the_usager_s_words_are_kept_for_the_conseiller_and_not_sent_to_rasa(
    service: Service,
) -> None:
    usager = await service.open()
    slot = (await service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
    booked = await usager.call("POST", "/callback", {"phone": "06 12 34 56 78", "slot": slot})
    assert booked.json()["state"] == "CALLBACK"
    answer = await usager.say("Je serai en réunion")
    assert [m["author"] for m in answer["replies"]] == ["system"]
    assert service.rasa.calls == []


async def test_after_a_handback_the_bot_answers_the_next_message(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    handoff = await camille.claim()
    await camille.does("handback", handoff)
    assert (await usager.transcript())[-1][0] == "system", "the usager is told who answers now"
    answer = await usager.say("Et mon CPF ?")
    assert [m["author"] for m in answer["replies"]] == ["assistant"]
    assert len(service.rasa.received("reset")) == 1, "any form was closed first"
    order = [c.path.rsplit("/", 1)[1] for c in service.rasa.calls]
    assert order == ["reset", "messages"]
