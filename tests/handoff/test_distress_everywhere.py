"""Invariant 9: distress is heard in every state, with or without Rasa, and is never dropped."""

import asyncio

import pytest

from handoff import tables as t
from handoff.database import Database
from handoff.distress import DistressDetector
from tests.conftest import StartService
from tests.peers.clock import eventually
from tests.peers.rasa import Json
from tests.peers.service import Conseiller, Service, Usager

CRY = "je n'en peux plus, je veux mourir"
NUMBERS = ("3114", "112")


async def enter(state: str, service: Service, usager: Usager, camille: Conseiller) -> Json | None:
    """Bring the conversation into a state, through the service's own calls where it has them."""
    if state == "QUEUED":
        await usager.ask()
    elif state == "HUMAN":
        return await camille.take_over(usager)
    elif state == "CALLBACK":
        slot = (await service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
        await usager.call("POST", "/callback", {"phone": "06 12 34 56 78", "slot": slot})
    elif state == "CLOSED":
        await camille.does("close", await camille.take_over(usager))
    assert await usager.state() == state
    return None


@pytest.mark.parametrize("rasa_is", ["up", "down"])
@pytest.mark.parametrize("state", ["BOT", "QUEUED", "HUMAN", "CALLBACK", "CLOSED"])
async def test_the_numbers_go_out_at_once_and_the_priority_is_the_highest(
    service: Service, state: str, rasa_is: str
) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await enter(state, service, usager, camille)
    if rasa_is == "down":
        await service.rasa.down()
    async with camille.events() as team:
        await team.until("ready")
        answer = await usager.say(CRY)
        alert = await team.until("alert", kind="distress")
    numbers = answer["replies"][0]
    assert all(number in numbers["text"] for number in NUMBERS)
    assert numbers["sujet"] == "detresse"
    assert numbers["author"] == ("assistant" if state in ("BOT", "CLOSED") else "system")
    assert answer["state"] == ("HUMAN" if state == "HUMAN" else "QUEUED")
    assert alert.data["handoff"]["priority"] == "urgence"
    [open_now] = [h for h in await service.rows(t.handoffs) if h.closed_at is None]
    assert (open_now.priority, open_now.reason) == (2, "detresse")
    danger = {"titre": "Danger repéré, à vérifier", "valeur": "idées suicidaires"}
    assert alert.data["handoff"]["briefing"]["facts"][0] == danger
    assert service.rasa.received() == []


async def test_a_human_who_holds_the_conversation_is_alerted_not_displaced(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await enter("HUMAN", service, usager, camille)
    assert handoff is not None
    answer = await usager.say(CRY)
    assert [m["author"] for m in answer["replies"]] == ["system"]
    [row] = await service.rows(t.conversations)
    assert (row.state, row.version) == ("HUMAN", handoff["version"])
    assert (await camille.says(handoff, "Je suis là."))["author"] == "conseiller"


async def test_distress_in_the_middle_of_a_form_closes_the_form(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.say("Quel âge pour ma retraite ?")
    await usager.say(CRY)
    await camille.does("handback", await camille.claim())
    await usager.say("Merci, où en étions-nous ?")
    assert len(service.rasa.received("reset")) == 1
    assert CRY not in service.rasa.texts()


async def test_with_nobody_there_it_is_queued_all_the_same_and_said_honestly(
    start_service: StartService, sqlite_url: str
) -> None:
    service = await start_service(sqlite_url, opening="lun-ven 20:00-21:00")
    usager = await service.open()
    answer = await usager.say(CRY)
    assert answer["state"] == "QUEUED"
    assert "3114" in answer["replies"][0]["text"]
    assert "Aucun conseiller" in answer["replies"][1]["text"]


async def test_who_is_in_distress_passes_before_everybody(service: Service) -> None:
    first, second, camille = await service.open(), await service.open(), await service.conseiller()
    await first.ask()
    service.clock.advance(minutes=5)
    await second.ask()
    await second.say(CRY)
    assert (await camille.claim())["conversation_id"] == second.id


async def test_distress_while_an_earlier_message_waits_for_rasa_is_heard_first(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    service.rasa.hold()
    earlier = asyncio.create_task(usager.say("Comment alimenter mon CPF ?"))
    await eventually(service.rasa.received)
    answer = await usager.say(CRY)
    assert "3114" in answer["replies"][0]["text"]
    service.rasa.release()
    await earlier
    authors = [a for a, _ in await usager.transcript()]
    assert authors == ["assistant", "usager", "usager", "assistant", "system"]


async def test_a_call_back_alone_is_no_answer_to_distress(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.say(CRY)
    slot = (await service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
    booked = await usager.call("POST", "/callback", {"phone": "06 12 34 56 78", "slot": slot})
    assert booked.json()["state"] == "QUEUED"
    assert [c.status for c in await service.rows(t.callbacks)] == ["prevu"]
    [handoff] = await camille.queue()
    assert handoff["priority"] == "urgence"


@pytest.mark.parametrize("state", ["BOT", "HUMAN"])
async def test_silence_never_closes_who_was_in_distress(service: Service, state: str) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await enter(state, service, usager, camille)
    await usager.say(CRY)
    if handoff is not None:
        await camille.says(handoff, "Je suis là.")
    for _ in range(4):
        await service.sweep(hours=3)
    assert await usager.state() != "CLOSED"


async def test_a_conseiller_who_vanishes_after_a_cry_is_replaced(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await enter("HUMAN", service, usager, camille)
    await usager.say(CRY)
    await service.sweep(seconds=91)
    assert await usager.state() == "QUEUED"
    [handoff] = await service.rows(t.handoffs)
    assert handoff.priority == 2


@pytest.mark.parametrize("canal", ["web", "sms", "phone", "email"])
async def test_distress_is_heard_on_every_channel(light_service: Service, canal: str) -> None:
    usager = await light_service.open(canal=canal)
    answer = await usager.say(CRY)
    assert answer["replies"][0]["sujet"] == "detresse"
    assert answer["state"] == "QUEUED"


async def test_a_cry_resent_with_its_key_alerts_once(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    async with camille.events() as team:
        await team.until("ready")
        first = await usager.say(CRY, key="k")
        assert await usager.say(CRY, key="k") == first
        await usager.call("DELETE", "/handoff")
        kinds: list[str] = []
        while not kinds or kinds[-1] != "BOT":
            event = await team.next()
            kinds.append(
                event.kind if event.kind == "alert" else str(event.data.get("state")).replace("CLOSED", "BOT")
            )
        assert kinds.count("alert") == 1


@pytest.mark.parametrize("state", ["BOT", "QUEUED", "HUMAN", "CALLBACK", "CLOSED"])
async def test_distress_said_in_a_comment_is_heard_as_if_it_were_a_message(
    service: Service, state: str
) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await enter(state, service, usager, camille)
    async with camille.events() as team:
        await team.until("ready")
        answer = await usager.call("POST", "/feedback", {"rating": 1, "comment": CRY})
        alert = await team.until("alert", kind="distress")
    assert (answer.status_code, answer.content) == (204, b"")
    said = (await usager.view())["messages"]
    heard = next(n for n, message in enumerate(said) if message["text"] == CRY)
    assert said[heard]["author"] == "usager"
    assert said[heard + 1]["sujet"] == "detresse" and "3114" in said[heard + 1]["text"]
    assert await usager.state() == ("HUMAN" if state == "HUMAN" else "QUEUED")
    assert alert.data["handoff"]["priority"] == "urgence"
    assert [kept.comment for kept in await service.rows(t.feedbacks)] == [CRY]
    assert service.rasa.received() == []


@pytest.mark.parametrize(
    "wrong", [{"message_id": "ailleurs"}, {"rating": 9}, {"helpful": "non", "rating": 1}]
)
async def test_a_cry_is_not_lost_for_a_wrong_field_beside_it(light_service: Service, wrong: Json) -> None:
    usager = await light_service.open()
    refused = await usager.call("POST", "/feedback", {**wrong, "comment": "Bien"})
    assert (refused.status_code, await light_service.rows(t.feedbacks)) == (422, [])
    heard = await usager.call("POST", "/feedback", {**wrong, "comment": CRY})
    assert (heard.status_code, await usager.state()) == (204, "QUEUED")
    [kept] = await light_service.rows(t.feedbacks)
    assert (kept.comment, kept.message_id, kept.helpful, kept.rating) == (CRY, None, None, None)


async def test_who_cried_in_a_closed_conversation_may_leave_at_once(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await enter("CLOSED", service, usager, camille)
    await usager.call("POST", "/feedback", {"rating": 1, "comment": CRY})
    assert await usager.state() == "QUEUED"
    assert (await usager.call("DELETE", "/handoff")).json() == {"state": "BOT"}


async def test_an_ordinary_comment_wakes_nobody(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await enter("CLOSED", service, usager, camille)
    before = (await usager.view())["messages"]
    await usager.call("POST", "/feedback", {"rating": 2, "comment": "C'était trop long, à mourir de rire."})
    assert ((await usager.view())["messages"], await usager.state()) == (before, "CLOSED")


async def test_distress_said_as_the_reason_for_asking_a_human_is_heard(light_service: Service) -> None:
    usager = await light_service.open()
    answer = await usager.call("POST", "/handoff", {"reason": CRY})
    assert answer.json()["state"] == "QUEUED"
    _, cry, numbers, _ = (await usager.view())["messages"]
    assert (cry["author"], cry["text"]) == ("usager", CRY)
    assert numbers["sujet"] == "detresse" and "3114" in numbers["text"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/messages", {"text": CRY}), ("/feedback", {"comment": CRY}), ("/handoff", {"reason": CRY})],
)
async def test_words_are_listened_to_once_while_nobody_waits_to_write(
    light_service: Service, monkeypatch: pytest.MonkeyPatch, path: str, body: Json
) -> None:
    usager, seen = await light_service.open(), []
    hears, kind_of, write = DistressDetector.__call__, DistressDetector.kind_of, Database.write
    monkeypatch.setattr(DistressDetector, "__call__", lambda *of: seen.append("hears") or hears(*of))
    monkeypatch.setattr(DistressDetector, "kind_of", lambda *of: seen.append("kind") or kind_of(*of))
    monkeypatch.setattr(Database, "write", lambda of: seen.append("write") or write(of))
    assert (await usager.call("POST", path, body)).is_success
    assert seen[:3] == ["hears", "kind", "write"]
    assert (seen.count("hears"), seen.count("kind")) == (1, 1)


@pytest.mark.parametrize(
    ("path", "body"), [("/feedback", {"rating": 1, "comment": CRY}), ("/handoff", {"reason": CRY})]
)
async def test_a_cry_beside_a_message_resent_with_its_key_is_heard_once(
    service: Service, path: str, body: Json
) -> None:
    usager, camille = await service.open(), await service.conseiller()
    async with camille.events() as team:
        await team.until("ready")
        first = await usager.call("POST", path, body, key="k")
        said = (await usager.view())["messages"]
        again = await usager.call("POST", path, body, key="k")
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert (await usager.view())["messages"] == said
        await usager.call("DELETE", "/handoff")
        seen: list[Json] = []
        while not seen or seen[-1].get("state") not in ("BOT", "CLOSED"):
            event = await team.next()
            seen.append(event.data | {"event": event.kind})
    assert [one["event"] for one in seen].count("alert") == 1
    assert len(await service.rows(t.feedbacks)) == (path == "/feedback")
    other = {name: 2 if value == 1 else "Autre chose" for name, value in body.items()}
    assert (await usager.call("POST", path, other, key="k")).status_code == 422


async def test_a_demand_resent_after_the_closing_does_not_reopen(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    first = await usager.call("POST", "/handoff", {"reason": "Mon cas est compliqué"}, key="k")
    await camille.does("close", await camille.claim())
    again = await usager.call("POST", "/handoff", {"reason": "Mon cas est compliqué"}, key="k")
    assert (again.json(), await usager.state()) == (first.json(), "CLOSED")
