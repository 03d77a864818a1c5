"""Invariant 1: a transition is one conditional UPDATE and one appended event; a race has one winner."""

import asyncio

import pytest

from handoff import migrate
from handoff import repository as repo
from handoff import tables as t
from handoff.errors import IllegalTransition, Stale
from handoff.lifecycle import State, Trigger
from tests.peers.service import Service

ROUNDS = 12


async def test_a_step_grows_the_version_by_one_and_appends_one_event(service: Service) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    handoff = await camille.claim()
    await camille.does("handback", handoff)
    steps = await service.rows(t.transitions, conversation_id=usager.id)
    told = [(s.version, s.source, s.target, s.trigger) for s in sorted(steps, key=lambda s: s.version)]
    assert told == [
        (2, "BOT", "QUEUED", "request"),
        (3, "QUEUED", "HUMAN", "claim"),
        (4, "HUMAN", "BOT", "handback"),
    ]
    [row] = await service.rows(t.conversations, id=usager.id)
    assert (row.version, row.epoch, row.state) == (4, 4, "BOT")


async def test_a_step_decided_on_an_older_version_changes_nothing(service: Service) -> None:
    usager = await service.open()
    database, now = service.built.core.database, service.clock()
    async with database.read() as connection:
        seen = await repo.conversation(connection, usager.id)
    async with database.write() as connection:
        await repo.transition(connection, seen, Trigger.REQUEST, actor="a", at=now)
    with pytest.raises(Stale):
        async with database.write() as connection:
            await repo.transition(connection, seen, Trigger.TAKEOVER, actor="b", at=now, owner="b")
    [row] = await service.rows(t.conversations, id=usager.id)
    assert (row.state, row.version, row.owner) == ("QUEUED", seen.version + 1, None)
    assert len(await service.rows(t.transitions, conversation_id=usager.id)) == 1


async def test_a_step_and_its_event_are_rolled_back_together(service: Service) -> None:
    usager = await service.open()
    database = service.built.core.database
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            seen = await repo.conversation(connection, usager.id)
            await repo.transition(connection, seen, Trigger.REQUEST, actor="a", at=service.clock())
            raise RuntimeError
    assert await usager.state() == "BOT"
    assert await service.rows(t.transitions) == []


async def test_an_illegal_step_writes_nothing(service: Service) -> None:
    usager = await service.open()
    with pytest.raises(IllegalTransition):
        async with service.built.core.database.write() as connection:
            seen = await repo.conversation(connection, usager.id)
            await repo.transition(connection, seen, Trigger.ACCEPT, actor="a", at=service.clock())
    assert await service.rows(t.transitions) == []


@pytest.mark.parametrize("column", ["state", "version", "epoch", "last_seq"])
async def test_the_state_cannot_be_changed_beside_the_lifecycle(service: Service, column: str) -> None:
    usager = await service.open()
    with pytest.raises(ValueError, match=column):
        async with service.built.core.database.write() as connection:
            await repo.update_conversation(connection, usager.id, **{column: State.CLOSED.value})


async def test_two_who_accept_at_once_one_wins_and_the_other_learns_who(service: Service) -> None:
    camille, sacha = await service.conseiller("camille"), await service.conseiller("sacha")
    wins = {"Camille": 0, "Sacha": 0}
    for _ in range(ROUNDS):
        usager = await service.open()
        await usager.ask()
        [handoff] = [h for h in await camille.queue() if h["conversation_id"] == usager.id]
        path, body = f"/handoffs/{handoff['id']}/accept", {"version": handoff["version"]}
        answers = await asyncio.gather(*(who.call("POST", path, body) for who in (camille, sacha)))
        won, lost = sorted(answers, key=lambda a: a.status_code)
        assert (won.status_code, lost.status_code) == (200, 409), [a.text for a in answers]
        winner = won.json()["owner"]["name"]
        assert lost.json()["owner"] == winner
        assert winner in lost.json()["detail"]
        wins[winner] += 1
        claims = await service.rows(t.transitions, conversation_id=usager.id, trigger="claim")
        assert len(claims) == 1


async def test_many_who_claim_at_once_never_get_the_same_person(service: Service) -> None:
    team = [await service.conseiller(f"agent{n}") for n in range(6)]
    usagers = [await service.open() for _ in range(4)]
    for usager in usagers:
        await usager.ask()
    answers = await asyncio.gather(*(who.call("POST", "/handoffs/claim", {}) for who in team))
    taken = [a.json()["conversation_id"] for a in answers if a.status_code == 200]
    assert sorted(taken) == sorted(u.id for u in usagers), [a.status_code for a in answers]
    assert all(a.status_code in (200, 204) for a in answers)


async def test_two_who_take_over_at_once_one_wins(service: Service) -> None:
    camille, sacha = await service.conseiller("camille"), await service.conseiller("sacha")
    for _ in range(ROUNDS // 2):
        usager = await service.open()
        path = f"/conversations/{usager.id}/takeover"
        answers = await asyncio.gather(*(who.call("POST", path) for who in (camille, sacha)))
        assert sorted(a.status_code for a in answers) == [200, 409]
        assert len(await service.rows(t.handoffs, conversation_id=usager.id)) == 1


@pytest.mark.parametrize("step", ["accept", "release", "handback", "close"])
async def test_a_step_with_a_stale_version_is_refused_with_409(service: Service, step: str) -> None:
    usager, camille = await service.open(), await service.conseiller()
    await usager.ask()
    [waiting] = await camille.queue()
    held = await camille.claim() if step != "accept" else waiting
    answer = await camille.call("POST", f"/handoffs/{held['id']}/{step}", {"version": held["version"] - 1})
    assert answer.status_code == 409
    [row] = await service.rows(t.conversations, id=usager.id)
    assert row.version == held["version"]


async def test_asking_twice_at_once_queues_once(service: Service) -> None:
    usager = await service.open()
    await service.conseiller()
    answers = await asyncio.gather(*(usager.ask() for _ in range(5)))
    assert {a["state"] for a in answers} == {"QUEUED"}
    assert len(await service.rows(t.handoffs)) == 1


async def test_the_migrations_make_the_very_tables_of_the_code(database_url: str) -> None:
    await asyncio.to_thread(migrate.check, database_url)
