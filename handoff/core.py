"""What the services of the gate share: the database, the clock, the sentences, and a transaction that tells.

Nothing is told before it is committed: events gathered in a transaction leave after it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from handoff.database import Database
from handoff.events import TEAM, Bus, Event
from handoff.opening import OpeningHours
from handoff.records import Conversation, Json, Message
from handoff.texts import Texts
from handoff.views import message_view


def utc_now() -> datetime:
    """The clock of the running service."""
    return datetime.now(UTC)


def topic(conversation_id: str) -> str:
    """Name what the streams of one conversation listen to."""
    return f"conversation:{conversation_id}"


@dataclass(slots=True)
class Transaction:
    """An open write: its connection, its instant, what it recorded, and what to tell once it is committed."""

    connection: AsyncConnection
    now: datetime
    recorded: list[Message] = field(default_factory=list)
    outbox: list[tuple[str, Event]] = field(default_factory=list)

    def tell_usager(self, conversation_id: str) -> None:
        """Have the streams of the conversation look again."""
        self.outbox.append((topic(conversation_id), Event("changed")))

    def tell_messages(self, recorded: list[Message]) -> None:
        """Announce recorded messages to both sides."""
        self.recorded += recorded
        for message in recorded:
            self.tell_usager(message.conversation_id)
            data: Json = {"conversation_id": message.conversation_id, "message": message_view(message)}
            self.outbox.append((TEAM, Event("message", data)))

    def replies_to(self, message: Message) -> list[Message]:
        """Return what this transaction recorded in answer to a message."""
        return [said for said in self.recorded if said.reply_to == message.id]

    def tell_team(self, current: Conversation, *, alert: str | None = None) -> None:
        """Announce a change of a handoff to the conseillers; `alert`: `new` or `distress`."""
        if current.handoff_id is not None:
            data: Json = {"handoff_id": current.handoff_id}
            self.outbox.append((TEAM, Event("handoff", data)))
            if alert is not None:
                self.outbox.append((TEAM, Event("alert", {**data, "kind": alert})))


@dataclass(slots=True)
class Core:
    """Built once by `app.py`, given to every service."""

    database: Database
    bus: Bus
    texts: Texts
    opening: OpeningHours
    clock: Callable[[], datetime] = utc_now

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a write; its events leave once it is committed, and never if it fails."""
        async with self.database.write() as connection:
            open_transaction = Transaction(connection, self.clock())
            yield open_transaction
        for to, event in open_transaction.outbox:
            self.bus.publish(to, event)

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[Transaction]:
        """Open a read, which takes no lock and tells nothing."""
        async with self.database.read() as connection:
            yield Transaction(connection, self.clock())

    def say(self, current: Conversation, key: str, **values: object) -> str:
        """Return one of the service's sentences, worded for this conversation."""
        return self.texts(key, langage=current.langage, canal=current.canal, **values)
