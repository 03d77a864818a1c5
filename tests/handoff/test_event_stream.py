"""Invariant 4, on the wire: a reader that comes back misses nothing and sees nothing twice."""

import asyncio

from handoff.events import Event
from tests.peers.clock import eventually
from tests.peers.rasa import reply
from tests.peers.service import Service


async def test_the_stream_begins_with_the_state_then_what_was_missed(light_service: Service) -> None:
    usager = await light_service.open()
    await usager.say("Bonjour")
    async with usager.events(last=1) as events:
        first = await events.next()
        assert (first.kind, first.data, first.id) == ("state", {"state": "BOT"}, None)
        assert await events.messages(up_to=3) == [2, 3]


async def test_resuming_at_every_possible_cut_misses_nothing_and_repeats_nothing(
    light_service: Service,
) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    await usager.say("Une question")
    await usager.ask()
    handoff = await camille.claim()
    await camille.does("notes", handoff, {"text": "note interne"})
    await camille.says(handoff, "Bonjour")
    await camille.does("handback", handoff)
    await usager.say("Merci")
    last = (await usager.view())["messages"][-1]["seq"]
    for cut in range(last):
        async with usager.events(last=cut) as events:
            assert await events.messages(up_to=last) == list(range(cut + 1, last + 1))


async def test_cutting_and_resuming_while_people_write_misses_nothing(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    handoff = await camille.take_over(usager)
    total = 42

    async def write() -> None:
        for n in range(20):
            await asyncio.gather(usager.say(f"u{n}"), camille.says(handoff, f"c{n}"))

    writing = asyncio.create_task(write())
    seen: list[int] = []
    while not seen or seen[-1] < total:
        async with usager.events(last=seen[-1] if seen else 0) as events:
            seen += await events.messages(up_to=min(total, (seen[-1] if seen else 0) + 5))
    await writing
    assert seen == list(range(1, total + 1))


async def test_two_readers_see_the_same(light_service: Service) -> None:
    usager = await light_service.open()
    async with usager.events(last=1) as one, usager.events(last=1) as two:
        await usager.say("Bonjour")
        assert await one.messages(up_to=3) == await two.messages(up_to=3) == [2, 3]


async def test_only_visible_messages_carry_a_number(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    async with usager.events(last=1) as events:
        await usager.ask()
        handoff = await camille.claim()
        await camille.does("notes", handoff, {"text": "note interne"})
        await camille.call("POST", f"/handoffs/{handoff['id']}/typing")
        typing = await events.until("typing", author="conseiller")
        assert typing.id is None
        await camille.says(handoff, "Bonjour")
        assert (await events.until("message", author="conseiller")).id == 4


async def test_the_stream_tells_each_change_of_state_and_the_place_in_the_queue(
    light_service: Service,
) -> None:
    first, second, camille = (
        await light_service.open(),
        await light_service.open(),
        await light_service.conseiller(),
    )
    await first.ask()
    light_service.clock.advance(seconds=1)
    async with second.events(last=1) as events:
        await second.ask()
        assert (await events.until("state", state="QUEUED")).data["position"] == 2
        await camille.claim()
        assert (await events.until("position")).data["position"] == 1
        await second.call("DELETE", "/handoff")
        assert (await events.until("state", state="BOT")).data == {"state": "BOT"}


async def test_who_types_is_named(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    async with usager.events(last=1) as events:
        light_service.rasa.hold()
        asked = asyncio.create_task(usager.say("Bonjour"))
        assert (await events.until("typing", on=True)).data["author"] == "assistant"
        light_service.rasa.release()
        await asked
        await events.until("typing", on=False)
        handoff = await camille.take_over(usager)
        await camille.call("POST", f"/handoffs/{handoff['id']}/typing")
        assert (await events.until("typing", on=True)).data["author_name"] == "Camille"


async def test_a_bad_last_event_id_is_refused(light_service: Service) -> None:
    usager = await light_service.open()
    for bad in ("abc", "-1", "1.5", "9" * 12, "١"):
        headers = [(k.encode(), v.encode()) for k, v in (usager.headers | {"Last-Event-ID": bad}).items()]
        url = f"/api/v1/conversations/{usager.id}/events"
        answer = await light_service.http.get(url, headers=headers)
        assert answer.status_code == 422, bad


async def test_an_erased_conversation_ends_its_stream(light_service: Service) -> None:
    usager = await light_service.open()
    async with usager.events() as events:
        await events.messages(up_to=1)
        await usager.call("DELETE")
        assert await events.ends()


async def test_the_team_is_told_of_requests_and_of_messages_but_not_of_talks_with_the_bot(
    light_service: Service,
) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    async with camille.events() as events:
        await events.until("ready")
        await usager.say("Une chose privée dite à l'assistant")
        await usager.ask()
        seen = [await events.next()]
        while seen[-1].kind != "alert":
            seen.append(await events.next())
        assert seen[-1].data["kind"] == "new"
        private = [e for e in seen if e.kind == "message" and "privée" in e.data["message"]["text"]]
        assert private == []
        await usager.say("Vous êtes là ?")
        assert (await events.until("message")).data["message"]["text"] == "Vous êtes là ?"


async def test_a_signed_out_conseiller_no_longer_receives_anything(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    await light_service.conseiller("sacha")
    async with camille.events() as events:
        await events.until("ready")
        assert (await camille.call("DELETE", "/sessions/current")).status_code == 204
        await usager.ask()
        await usager.say("Un secret")
        assert await events.ends()


async def test_a_stream_whose_token_expires_ends(light_service: Service) -> None:
    usager = await light_service.open()
    async with usager.events() as events:
        await events.messages(up_to=1)
        light_service.clock.advance(days=31)
        light_service.built.core.bus.publish(f"conversation:{usager.id}", Event("changed"))
        assert await events.ends()


async def test_the_bot_s_answer_is_streamed_after_the_question(light_service: Service) -> None:
    usager = await light_service.open()
    light_service.rasa.answer = lambda _: [reply("Un"), reply("Deux")]
    async with usager.events(last=1) as events:
        await usager.say("Deux questions ?")
        assert await events.messages(up_to=4) == [2, 3, 4]
    await eventually(lambda: not light_service.built.core.bus._listeners)
