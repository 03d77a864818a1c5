"""Who must be woken when something was committed: event streams of usagers and conseillers.

The database is the truth: a wake-up only says "look again", so a lost one costs a delay, never a message.
Only what is not worth keeping (who is typing) travels in the event itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

TEAM = "conseillers"
SIGNED_OUT = "signed_out"
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Event:
    """What a stream is told: its kind, and what it carries when nothing is stored of it."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Bus:
    """Hands events to whoever listens in this process."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    @contextmanager
    def listen(self, *topics: str) -> Iterator[asyncio.Queue[Event]]:
        """Give a queue that receives the events of these topics while the block runs."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_KEPT)
        for topic in topics:
            self._listeners[topic].add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._listeners[topic].discard(queue)
                if not self._listeners[topic]:
                    del self._listeners[topic]

    def publish(self, topic: str, event: Event) -> None:
        """Tell every listener of a topic; a listener that does not read loses events, not messages."""
        for queue in self._listeners.get(topic, ()):
            if not queue.full():
                queue.put_nowait(event)
