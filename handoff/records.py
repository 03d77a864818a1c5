"""What a row of the gate's tables is once read: plain values, no connection behind them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Row

from handoff.lifecycle import State

Json = dict[str, Any]
PRIORITIES = ("normale", "haute", "urgence")


@dataclass(frozen=True, slots=True)
class Record:
    """A row read by column name."""

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Build the record from a row that has at least its columns."""
        mapping = row._mapping
        return cls(**{f.name: mapping[f.name] for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Conversation(Record):
    """One person's conversation with the service, through all its episodes."""

    id: str
    token_digest: str
    token_expires_at: datetime
    canal: str
    profil: str | None
    attributs: list[str]
    langage: str
    state: str
    version: int
    epoch: int
    episode: int
    last_seq: int
    failed_turns: int
    last_sujet: str | None
    profil_asked: bool
    person: str | None
    identity: str
    owner: str | None
    handoff_id: str | None
    distress: bool
    reset_assistant: bool
    warned_at: datetime | None
    usager_at: datetime
    reutilisation: bool
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> State:
        """The state, as the lifecycle names it."""
        return State(self.state)


@dataclass(frozen=True, slots=True)
class Message(Record):
    """One line of the transcript, numbered without holes in its conversation."""

    id: str
    conversation_id: str
    seq: int
    episode: int
    author: str
    author_id: str | None
    author_name: str | None
    text: str
    body: Json
    action: str | None
    reply_to: str | None
    pending: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Handoff(Record):
    """One request for a human, from the queue to its outcome."""

    id: str
    conversation_id: str
    skill: str
    priority: int
    reason: str
    queued_at: datetime
    owner: str | None
    reserved_for: str | None
    reserved_until: datetime | None
    declined_by: list[str]
    claimed_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    prompted_at: datetime | None
    briefing: Json


@dataclass(frozen=True, slots=True)
class Relecture(Record):
    """A masked sentence that the assistant understood badly, and what a reviewer made of it."""

    id: str
    text: str
    canal: str
    reason: str
    sujet: str | None
    confidence: float | None
    alternatives: list[Json]
    kept_on: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Conseiller(Record):
    """A member of the team, as signed in."""

    id: str
    login: str
    name: str
    role: str
    password_hash: str
    skills: list[str]
    capacity: int
    status: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message not yet recorded: who speaks, what, and what goes with it."""

    author: str
    text: str
    body: Json
    author_id: str | None = None
    author_name: str | None = None
    action: str | None = None
    reply_to: str | None = None
    pending: bool = False
