"""What was answered to an idempotency key, kept in the transaction that made the answer true."""

import hashlib
import json

from sqlalchemy import select

from handoff import repository as repo
from handoff import tables as t
from handoff.core import Transaction
from handoff.records import Conversation, Json, Message
from handoff.views import message_view


def digest(body: Json) -> str:
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
