"""What was answered to an idempotency key, kept in the transaction that made the answer true."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import select

from handoff import repository as repo
from handoff import tables as t
from handoff.core import Transaction
from handoff.errors import KeyReused
from handoff.records import Conversation, Json, Message
from handoff.views import message_view


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent, perhaps twice: under the same key, it counts once. Without a key, each time."""

    scope: str
    key: str | None
    body: Json

    async def receipt(self, tx: Transaction, conversation_id: str) -> Json | None:
        """Return what was kept of it the first time, None when this is the first time.

        Raises:
            KeyReused: the key came with another body.
        """
        if self.key is None:
            return None
        found = await repo.receipt(tx.connection, conversation_id, self.scope, self.key)
        if found is not None and found["digest"] != _digest(self.body):
            raise KeyReused
        return found

    async def keep(
        self,
        tx: Transaction,
        conversation_id: str,
        *,
        message_id: str | None = None,
        answer: Json | None = None,
    ) -> None:
        """Remember that it counted: the message that it recorded, or the answer that it was given."""
        if self.key is None:
            return
        await repo.add_receipt(
            tx.connection,
            conversation_id=conversation_id,
            scope=self.scope,
            key=self.key,
            digest=_digest(self.body),
            message_id=message_id,
            body=answer,
            created_at=tx.now,
        )


def _digest(body: Json) -> str:
    """Return a fingerprint of a request's body, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def answer_body(current: Conversation, message: Message, replies: list[Message]) -> Json:
    """Return the body that answers a posted message."""
    return {
        "message": message_view(message),
        "replies": [message_view(m) for m in replies],
        "state": current.state,
    }


async def keep_answer_of(
    tx: Transaction, current: Conversation, message: Message, replies: list[Message] | None = None
) -> Json:
    """Return the answer of a message, as it was first given under its key, if it has one.

    `replies` are those recorded in this same transaction; they are read when not given.
    """
    if replies is None:
        replies = await repo.replies(tx.connection, message.id)
    body = answer_body(current, message, replies)
    if await repo.answer_receipt(tx.connection, message.id, body):
        return body
    query = select(t.receipts.c.body).where(t.receipts.c.message_id == message.id)
    kept = (await tx.connection.execute(query)).scalar_one_or_none()
    return body if kept is None else dict(kept)
