"""Durable tracker store of constant cost: one SQLite row a conversation, its state and its last two turns.

Older turns become a snapshot (slots, active loop) that says the same to RulePolicy and to the forms. The
transcript belongs to the gate. docs/decisions/0002-suivi-rasa.md has the measures.
"""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any, Iterable

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

KEPT_TURNS = 2
KEPT_RANKING = 6
_SCHEMA = """
CREATE TABLE IF NOT EXISTS trackers (
  conversation TEXT PRIMARY KEY, state TEXT NOT NULL, saved_at REAL NOT NULL
) WITHOUT ROWID
"""


class CompactTrackerStore(TrackerStore):
    """Chosen in endpoints.yml; Rasa's SQL store (PostgreSQL) can take its place by setting alone."""

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        db: str = "var/rasa_tracker.db",
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        Path(db).parent.mkdir(parents=True, exist_ok=True)
        # NORMAL in WAL mode: nothing is lost when the process is killed; a power cut may lose the last
        # turn, which the
        # gate sends again.
        self._connection = sqlite3.connect(db, timeout=5, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA secure_delete=ON")
        self._connection.execute(_SCHEMA)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """As Rasa's, without writing an empty conversation."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        events = compact(tracker, self.domain)
        state = json.dumps(
            [_slim(event.as_dict()) for event in events], ensure_ascii=False, separators=(",", ":")
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO trackers VALUES (?, ?, ?)", (tracker.sender_id, state, time.time())
        )

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        row = self._connection.execute(
            "SELECT state FROM trackers WHERE conversation = ?", (sender_id,)
        ).fetchone()
        if row is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(row[0]), self.domain.slots)

    async def keys(self) -> Iterable[str]:
        return [row[0] for row in self._connection.execute("SELECT conversation FROM trackers")]

    async def erase(self, sender_id: str) -> None:
        """Delete a conversation, and its bytes from the write-ahead log."""
        self._connection.execute("DELETE FROM trackers WHERE conversation = ?", (sender_id,))
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._connection.close()


def compact(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Return the events to keep: a snapshot of the state before the last turns, then these turns as
    they were."""
    events = list(tracker.events)
    messages = {  # the questions of one message share its id, and are one turn; kept by the first of them
        event.message_id: i
        for i, event in reversed(list(enumerate(events)))
        if isinstance(event, UserUttered)
    }
    turns = sorted(messages.values())
    if len(turns) <= KEPT_TURNS:
        return events
    cut = turns[-KEPT_TURNS]
    while cut > 0 and not (
        isinstance(events[cut], ActionExecuted) and events[cut].action_name == ACTION_LISTEN_NAME
    ):
        cut -= 1  # a turn begins with the action_listen that the user message answers
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots)
    return snapshot(before, domain) + events[cut:]


def snapshot(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Return events that bring a new tracker to the same slots and the same active loop."""
    initial = {slot.name: slot.initial_value for slot in domain.slots}
    moment = tracker.events[0].timestamp if tracker.events else None
    changed: list[Event] = [
        SlotSet(name, value, moment)
        for name, value in tracker.current_slot_values().items()
        if value != initial.get(name)
    ]
    if tracker.active_loop_name:
        changed.append(ActiveLoop(tracker.active_loop_name, moment))
    return changed


def _slim(event: dict[str, Any]) -> dict[str, Any]:
    """Drop what no turn will read again."""
    event.pop("metadata", None)
    data = event.get("parse_data")
    if data:
        event["parse_data"] = {
            "text": data.get("text"),
            "intent": data.get("intent"),
            "entities": data.get("entities", []),
            "intent_ranking": (data.get("intent_ranking") or [])[:KEPT_RANKING],
        }
    return event
