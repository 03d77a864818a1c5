"""Invariants 6 to 8: what is said before anybody waits, and how a wait ends."""

import pytest

from handoff import tables as t
from handoff.estimates import waiting_minutes
from tests.conftest import StartService
from tests.peers.rasa import Json, reply
from tests.peers.service import Service, Usager

NIGHT_TO_PARIS = {"opening": "lun-ven 20:00-21:00"}  # the clock stands on a Monday at 10:00


async def slot_of(service: Service) -> str:
    return str((await service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"])


async def book(service: Service, usager: Usager, **contact: str) -> Json:
    contact = contact or {"phone": "06 12 34 56 78"}
    answer = await usager.call("POST", "/callback", {"slot": await slot_of(service), **contact})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_with_nobody_present_it_stays_with_the_bot_and_says_so(service: Service) -> None:
    usager = await service.open()
    await service.conseiller(status="away")
    answer = await usager.ask()
    assert (answer["state"], answer["open"]) == ("BOT", False)
    assert [b["payload"] for b in answer["alternatives"]] == ["gate:callback"]
    assert (await usager.transcript())[-1][0] == "system"
    assert await service.rows(t.handoffs) == []
    assert (await usager.say("Alors mon CPF ?"))["replies"][0]["author"] == "assistant"


async def test_when_closed_it_says_when_it_opens_even_with_somebody_present(
    start_service: StartService, sqlite_url: str
) -> None:
    service = await start_service(sqlite_url, **NIGHT_TO_PARIS)
    usager = await service.open()
    await service.conseiller()
    answer = await usager.ask()
    assert (answer["state"], answer["open"]) == ("BOT", False)
    assert answer["next_opening"] == "2026-11-23T20:00:00.000+01:00"
    assert answer["alternatives"]
    assert "lundi 23 novembre à 20" in (await usager.transcript())[-1][1]


async def test_the_button_of_the_greeting_asks_for_a_human(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    [button] = usager.greeting[0]["buttons"]
    answer = await usager.press(button["payload"])
    assert answer["state"] == "QUEUED"
    assert [m["author"] for m in answer["replies"]] == ["system"]
    assert service.rasa.calls == []


async def test_asking_again_keeps_the_place(service: Service) -> None:
    usager, other = await service.open(), await service.open()
    await service.conseiller()
    await usager.ask()
    service.clock.advance(seconds=1)
    await other.ask()
    assert (await usager.ask())["position"] == 1
    assert (await other.view())["position"] == 2
    assert len(await service.rows(t.handoffs)) == 2


async def test_giving_up_goes_back_to_the_bot_and_says_so(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    answer = await usager.call("DELETE", "/handoff")
    assert answer.json() == {"state": "BOT"}
    assert (await usager.transcript())[-1][0] == "system"
    assert await camille.queue() == []
    assert (await usager.say("Et mon CPF ?"))["replies"][0]["author"] == "assistant"
    [handoff] = await service.rows(t.handoffs)
    assert handoff.outcome == "abandon"


async def test_giving_up_is_harmless_when_nobody_is_waited_for(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    assert (await usager.call("DELETE", "/handoff")).json() == {"state": "BOT"}
    await camille.does("close", await camille.take_over(usager))
    assert (await usager.call("DELETE", "/handoff")).json() == {"state": "CLOSED"}


async def test_giving_up_while_a_human_speaks_is_refused(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await camille.take_over(usager)
    assert (await usager.call("DELETE", "/handoff")).status_code == 409
    answer = await usager.say("Vous êtes là ?")
    assert (answer["state"], answer["replies"]) == ("HUMAN", [])


async def test_a_queued_usager_is_never_closed_by_silence_and_is_told_once_of_a_long_wait(
    service: Service,
) -> None:
    usager = await service.open()
    await service.conseiller()
    await usager.ask()
    for _ in range(5):
        await service.sweep(hours=2)
    view = await usager.view()
    assert view["state"] == "QUEUED"
    [told] = [m for m in view["messages"] if "gate:callback" in str(m["buttons"])]
    assert {b["payload"] for b in told["buttons"]} == {"gate:callback", "gate:cancel"}


async def test_nobody_waits_unwarned_in_a_queue_that_its_only_conseiller_has_left(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    await usager.say("Vous êtes là ?")
    await camille.be("offline")
    await service.sweep()
    assert await usager.state() == "QUEUED"
    last = (await usager.view())["messages"][-1]
    assert {b["payload"] for b in last["buttons"]} == {"gate:callback", "gate:cancel"}
    assert handoff["priority"] == "normale"
    [row] = await service.rows(t.handoffs)
    assert row.priority == 1


async def test_a_call_is_promised_then_made(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    booked = await book(service, usager)
    assert booked["state"] == "CALLBACK"
    [handoff] = await camille.queue()
    assert handoff["state"] == "CALLBACK"
    taken = await camille.does("accept", handoff, {"version": handoff["version"]})
    assert taken["state"] == "HUMAN"
    await camille.does("close", taken)
    assert [c.status for c in await service.rows(t.callbacks)] == ["fait"]


async def test_a_promised_call_ends_with_the_handback(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await book(service, usager)
    [handoff] = await camille.queue()
    await camille.does("handback", await camille.does("accept", handoff))
    assert [c.status for c in await service.rows(t.callbacks)] == ["fait"]


async def test_a_promised_call_can_be_cancelled_by_its_button_and_booked_again(service: Service) -> None:
    usager = await service.open()
    await book(service, usager, email="quelqu.un@exemple.fr")
    answer = await usager.press("gate:cancel")
    assert answer["state"] == "BOT"
    await book(service, usager)
    assert sorted(c.status for c in await service.rows(t.callbacks)) == ["annule", "prevu"]


@pytest.mark.parametrize(
    "body",
    [
        {"phone": "06 12 34 56 78", "slot": "2026-11-23T03:00:00+01:00"},
        {"phone": "06 12 34 56 78", "slot": "2020-11-23T10:00:00+01:00"},
        {"phone": "06 12 34 56 78", "slot": "2026-11-24T10:00:00"},
        {"phone": "06 12 34 56 78", "slot": "demain"},
        {"phone": "appelez-moi", "slot": "2026-11-24T10:00:00+01:00"},
        {"email": "personne", "slot": "2026-11-24T10:00:00+01:00"},
        {"slot": "2026-11-24T10:00:00+01:00"},
    ],
)
async def test_a_call_that_could_not_be_made_is_refused(light_service: Service, body: Json) -> None:
    usager = await light_service.open()
    assert (await usager.call("POST", "/callback", body)).status_code == 422
    assert await light_service.rows(t.callbacks) == []
    assert await usager.state() == "BOT"


async def test_every_message_says_who_speaks(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    service.rasa.answer = lambda _: [reply("Voilà.")]
    await usager.say("Bonjour")
    await usager.ask()
    handoff = await camille.claim()
    await camille.says(handoff, "Je vous lis.")
    seen = [(m["author"], m.get("author_name")) for m in (await usager.view())["messages"]]
    assert seen == [
        ("assistant", None),
        ("usager", None),
        ("assistant", None),
        ("system", None),
        ("system", None),
        ("conseiller", "Camille"),
    ]
    theirs = (await camille.call("GET", f"/handoffs/{handoff['id']}")).json()["messages"]
    assert theirs == (await usager.view())["messages"]


@pytest.mark.parametrize(
    ("place", "handling", "present", "expected"),
    [
        (1, [10.0] * 4, 1, None),
        (1, [10.0] * 5, 0, None),
        (0, [10.0] * 5, 1, None),
        (1, [10.0] * 5, 1, (10, 10)),
        (3, [10.0] * 5, 3, (10, 10)),
        (4, [5.0, 8.0, 10.0, 12.0, 20.0], 2, (13, 32)),
        (1, [0.1] * 5, 1, (1, 2)),
    ],
)
def test_an_estimate_is_a_range_from_what_happened_or_nothing(
    place: int, handling: list[float], present: int, expected: tuple[int, int] | None
) -> None:
    assert waiting_minutes(place, handling, present) == expected


async def test_the_wait_is_told_once_enough_is_known(light_service: Service) -> None:
    camille = await light_service.conseiller()
    for _ in range(5):
        done = await light_service.open()
        await done.ask()
        handoff = await camille.claim()
        light_service.clock.advance(minutes=8)
        await camille.does("close", handoff)
    usager = await light_service.open()
    answer = await usager.ask()
    low, high = answer["wait_minutes"]
    assert 1 <= low <= 8 <= high
    assert "minutes" in (await usager.transcript())[-1][1]


async def test_no_wait_is_told_without_enough_data(light_service: Service) -> None:
    usager = await light_service.open()
    await light_service.conseiller()
    answer = await usager.ask()
    assert "wait_minutes" not in answer
    assert "minutes" not in (await usager.transcript())[-1][1]
