"""The compact store says the same as the whole history; Rasa's SQL store can take its place."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.gate_channel import erase_tracker, recorded_replies
from nlu.tracker_store import CompactTrackerStore

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [cpf_definition]
    actions: [action_repondre]
    slots:
      solde: {type: float, influence_conversation: false, mappings: [{type: custom}]}
      essais: {type: float, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      formulaire_cpf: {required_slots: [solde]}
    """
)


def turn(number: int) -> list[Event]:
    return [
        ActionExecuted("action_listen"),
        UserUttered("question", {"name": "cpf_definition", "confidence": 0.9}, message_id=f"m{number}"),
        ActionExecuted("action_repondre"),
        BotUttered(data={"custom": {"text": f"réponse {number}", "sujet": "cpf_definition"}}),
    ]


def long_tracker() -> DialogueStateTracker:
    events: list[Event] = [*turn(0), SlotSet("solde", 500.0), ActiveLoop("formulaire_cpf")]
    for number in range(1, 30):
        events += [*turn(number), SlotSet("essais", float(number))]
    return DialogueStateTracker.from_events("c", [*events, ActionExecuted("action_listen")], DOMAIN.slots)


def stores(folder: Path) -> list[Any]:
    return [
        CompactTrackerStore(DOMAIN, db=str(folder / "compact.db")),
        SQLTrackerStore(DOMAIN, dialect="sqlite", db=str(folder / "sql.db")),
    ]


@pytest.mark.parametrize("kind", [0, 1])
def test_a_store_gives_back_the_state_and_the_last_answers(tmp_path: Path, kind: int) -> None:
    store, tracker = stores(tmp_path)[kind], long_tracker()
    asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("c"))
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.active_loop_name == "formulaire_cpf"
    assert again.latest_action_name == "action_listen"
    for number in (28, 29):
        assert [r["text"] for r in recorded_replies(again, f"m{number}") or []] == [f"réponse {number}"]
    assert recorded_replies(again, "unknown") is None


@pytest.mark.parametrize("kind", [0, 1])
def test_an_erased_conversation_is_gone(tmp_path: Path, kind: int) -> None:
    store = stores(tmp_path)[kind]
    asyncio.run(store.save(long_tracker()))
    asyncio.run(erase_tracker(store, "c"))
    assert asyncio.run(store.retrieve("c")) is None


def test_the_compact_store_keeps_two_turns_and_what_they_stand_on(tmp_path: Path) -> None:
    store = stores(tmp_path)[0]
    for _ in range(3):  # saving what was read changes nothing
        tracker = asyncio.run(store.retrieve("c")) or long_tracker()
        asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("c"))
    assert len([e for e in again.events if isinstance(e, UserUttered)]) == 2
    assert len(again.events) < 16
    assert again.current_slot_values() == long_tracker().current_slot_values()
