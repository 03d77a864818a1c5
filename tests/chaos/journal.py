"""What the clients saw, written down as they saw it: all that the verdict believes besides the database."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Sent:
    """One message under one idempotency key, and every message id that it was acknowledged under."""

    key: str
    ids: list[str] = field(default_factory=list)
    refused: int | None = None  # the status that told that nothing was recorded


@dataclass
class Followed:
    """One conversation as its clients knew it."""

    id: str
    token: str
    said: list[Sent] = field(default_factory=list)
    answered: list[Sent] = field(default_factory=list)  # by conseillers
    streamed: list[tuple[int, str]] = field(default_factory=list)  # (seq, id), in the order received
    shown: set[str] = field(default_factory=set)  # the ids of the replies that an acknowledgement held
    connections: int = 0
    state: str = "BOT"
    witness: bool = False  # left to the assistant: what it remembers is what is tested


@dataclass
class Kill:
    """One kill -9, what was under way then, and how long until all was well again."""

    victim: str
    pid: int
    at: float
    in_flight: int
    with_humans: int
    pending: int
    recovered: float | None = None


@dataclass
class Journal:
    """Everything that happened to the clients during a campaign."""

    conversations: dict[str, Followed] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)  # answers that no client should get
    lost_connections: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
