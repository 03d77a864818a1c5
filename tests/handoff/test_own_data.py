"""A person's own conversation: theirs alone, exported whole, erased for good even when Rasa is down."""

import asyncio

import pytest

from handoff import tables as t
from tests.peers.clock import eventually
from tests.peers.rasa import Json
from tests.peers.service import Service, Usager

CALLS: list[tuple[str, str, Json | None]] = [
    ("GET", "", None),
    ("POST", "/messages", {"text": "Bonjour"}),
    ("PUT", "/profil", {"profil": "salarie"}),
    ("PUT", "/reutilisation", {"reutilisation": False}),
    ("POST", "/handoff", {}),
    ("DELETE", "/handoff", None),
    ("POST", "/callback", {"phone": "06 12 34 56 78", "slot": "2026-11-24T10:00:00+01:00"}),
    ("POST", "/feedback", {"rating": 3}),
    ("GET", "/export", None),
    ("GET", "/events", None),
    ("DELETE", "", None),
]
NAMES = [f"{method} {path}" for method, path, _ in CALLS]


@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=NAMES)
async def test_only_a_valid_token_of_this_conversation_opens_it(
    light_service: Service, method: str, path: str, body: Json | None
) -> None:
    mine, other = await light_service.open(), await light_service.open()
    before = await light_service.rows(t.conversations)
    refusals = {
        "another's": (Usager(light_service, mine.id, other.token), 404),
        "wrong": (Usager(light_service, mine.id, "x" * 43), 401),
        "of nothing": (Usager(light_service, "nothing", mine.token), 404),
        "none": (Usager(light_service, mine.id, ""), 401),
    }
    for why, (stranger, status) in refusals.items():
        answer = await stranger.call(method, path, body)
        assert answer.status_code == status, why
        assert answer.headers["content-type"] == "application/problem+json"
    light_service.clock.advance(days=31)
    assert (await mine.call(method, path, body)).status_code == 401
    assert await light_service.rows(t.conversations) == before
    assert light_service.rasa.calls == []


async def test_no_token_is_kept_as_it_is(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    kept = str(await service.rows(t.conversations)) + str(await service.rows(t.sessions))
    assert usager.token not in kept
    assert camille.token not in kept


async def test_a_usager_s_token_is_no_conseiller_s_nor_the_other_way_round(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    answer = await service.http.get("/api/v1/handoffs", headers=usager.headers)
    assert answer.status_code == 401
    assert (await Usager(service, usager.id, camille.token).call("GET")).status_code == 401


async def test_a_conseiller_s_session_expires(light_service: Service) -> None:
    camille = await light_service.conseiller()
    light_service.clock.advance(hours=13)
    assert (await camille.call("GET", "/handoffs")).status_code == 401


async def test_an_export_holds_all_that_is_kept(service: Service) -> None:
    usager, camille = await service.open(profil="salarie", attributs=["parent"]), await service.conseiller()
    await usager.say("Ma question", key="k")
    message = (await usager.view())["messages"][-1]["id"]
    await usager.call("POST", "/feedback", {"message_id": message, "helpful": False, "comment": "mon avis"})
    slot = (await service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
    await usager.call("POST", "/callback", {"email": "moi@exemple.fr", "slot": slot})
    [handoff] = await camille.queue()
    await camille.does("accept", handoff)
    await camille.does("notes", handoff, {"text": "ma note interne"})
    export = (await usager.call("GET", "/export")).json()
    assert export["messages"] == (await usager.view())["messages"]
    assert (export["profil"], export["attributs"]) == ("salarie", ["parent"])
    assert [f["comment"] for f in export["feedbacks"]] == ["mon avis"]
    assert [c["email"] for c in export["callbacks"]] == ["moi@exemple.fr"]
    assert [n["text"] for n in export["notes"]] == ["ma note interne"]
    assert [s["trigger"] for s in export["transitions"]] == ["book_callback", "start_callback"]
    assert export["handoffs"][0]["briefing"]["question"] == "Ma question"
    assert [e["text"] for e in export["assistant"]["events"]] == ["Ma question"]
    assert len(export["receipts"]) == 1
    assert usager.token not in str(export)


async def test_an_export_says_when_rasa_could_not_be_read(light_service: Service) -> None:
    usager = await light_service.open()
    await light_service.rasa.down()
    export = (await usager.call("GET", "/export")).json()
    assert export["assistant"]["events"] is None
    assert export["assistant"]["detail"]


async def test_an_erasure_is_told_to_rasa_even_if_it_was_down(service: Service) -> None:
    usager = await service.open()
    await usager.say("Bonjour")
    await service.rasa.down()
    assert (await usager.call("DELETE")).status_code == 204
    assert (await usager.call("GET")).status_code == 404
    await service.sweep()
    assert len(await service.rows(t.erasures)) == 1
    await service.rasa.up()
    await service.sweep()
    assert service.rasa.tracker == {}
    assert await service.rows(t.erasures) == []
    await service.sweep()
    assert len(service.rasa.received("erase")) == 1


async def test_an_erasure_that_rasa_refuses_does_not_keep_the_others_waiting(service: Service) -> None:
    one, two = await service.open(), await service.open()
    for usager in (one, two):
        await usager.say("Bonjour")
    await service.rasa.down()
    for usager in (one, two):
        await usager.call("DELETE")
    service.rasa.refuses = one.id
    await service.rasa.up()
    await service.sweep()
    assert [e.conversation_id for e in await service.rows(t.erasures)] == [one.id]
    assert two.id not in service.rasa.tracker


async def test_erasing_while_rasa_is_computing_leaves_nothing(service: Service) -> None:
    usager, stays = await service.open(), await service.open()
    service.rasa.hold()
    asked = asyncio.create_task(usager.call("POST", "/messages", {"text": "Bonjour"}))
    await eventually(service.rasa.received)
    erased = asyncio.create_task(usager.call("DELETE"))
    await asyncio.sleep(0.05)
    service.rasa.release()
    assert (await erased).status_code == 204
    assert (await asked).status_code == 404
    assert {m.conversation_id for m in await service.rows(t.messages)} == {stays.id}
    assert (await stays.say("Et moi ?"))["replies"]


async def test_erasing_what_a_conseiller_holds_tells_them(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    handoff = await camille.take_over(usager)
    async with camille.events() as team:
        await team.until("ready")
        await usager.call("DELETE")
        assert (await team.until("handoff", id=handoff["id"], erased=True)).data["state"] == "CLOSED"
    assert (await camille.call("GET", f"/handoffs/{handoff['id']}")).status_code == 404
    answer = await camille.call("POST", f"/handoffs/{handoff['id']}/messages", {"text": "Bonjour ?"})
    assert answer.status_code == 404
    assert await camille.queue() == []


async def test_an_opinion_is_about_a_message_of_one_s_own(service: Service) -> None:
    mine, other = await service.open(), await service.open()
    theirs = (await other.view())["messages"][0]["id"]
    assert (await mine.call("POST", "/feedback", {"message_id": theirs, "helpful": True})).status_code == 422
    assert (await mine.call("POST", "/feedback", {})).status_code == 422
    assert await service.rows(t.feedbacks) == []


async def test_only_who_holds_the_conversation_speaks_in_it(service: Service) -> None:
    usager = await service.open()
    camille, sacha = await service.conseiller("camille"), await service.conseiller("sacha")
    handoff = await camille.take_over(usager)
    path = f"/handoffs/{handoff['id']}"
    assert (await sacha.call("POST", f"{path}/messages", {"text": "Bonjour"})).status_code == 403
    assert (await sacha.call("POST", f"{path}/typing")).status_code == 403
    for step in ("handback", "release", "close"):
        answer = await sacha.call("POST", f"{path}/{step}", {})
        assert (answer.status_code, answer.json()["owner"]) == (409, "Camille")
    chief = await service.conseiller("chef", role="superviseur")
    assert (await chief.call("POST", f"{path}/handback", {})).status_code == 200
