"""Every statement on messages; each runs inside its caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import statements
from handoff import tables as t
from handoff.errors import NotFound
from handoff.records import Draft, Message
from handoff.repository.conversations import change, new_id


async def append(
    connection: AsyncConnection, conversation_id: str, drafts: list[Draft], *, at: datetime, **changes: Any
) -> list[Message]:
    """Record messages under the next sequence numbers, which have no holes.

    `changes` are columns of the conversation to set at the same time.
    """
    if not drafts:
        return []
    changed = await change(connection, conversation_id, {**changes, "updated_at": at}, more=len(drafts))
    row = changed.one_or_none()
    if row is None:
        raise NotFound("conversation")
    recorded = [
        Message(
            id=new_id(),
            conversation_id=conversation_id,
            seq=row.last_seq - len(drafts) + position,
            episode=row.episode,
            author=draft.author,
            author_id=draft.author_id,
            author_name=draft.author_name,
            text=draft.text,
            body=draft.body,
            action=draft.action,
            reply_to=draft.reply_to,
            pending=draft.pending,
            created_at=at,
        )
        for position, draft in enumerate(drafts, start=1)
    ]
    await connection.execute(statements.ADD_MESSAGE, [{c: getattr(m, c) for c in _MESSAGE} for m in recorded])
    return recorded


_MESSAGE = tuple(c.name for c in t.messages.c)


async def messages(
    connection: AsyncConnection, conversation_id: str, *, after: int = 0, limit: int | None = None
) -> list[Message]:
    """Read the transcript in order, after a sequence number."""
    query = (
        select(t.messages)
        .where(t.messages.c.conversation_id == conversation_id, t.messages.c.seq > after)
        .order_by(t.messages.c.seq)
        .limit(limit)
    )
    return [Message.of(row) for row in await connection.execute(query)]


async def message(connection: AsyncConnection, message_id: str) -> Message:
    """Read one message.

    Raises:
        NotFound: no such message.
    """
    row = (await connection.execute(select(t.messages).where(t.messages.c.id == message_id))).one_or_none()
    if row is None:
        raise NotFound("message")
    return Message.of(row)


async def last_spoken(connection: AsyncConnection, conversation_id: str) -> Message | None:
    """Read the newest message that is somebody's, the service's own sentences left out."""
    query = (
        select(t.messages)
        .where(t.messages.c.conversation_id == conversation_id, t.messages.c.author != "system")
        .order_by(t.messages.c.seq.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Message.of(row)


async def last_of(connection: AsyncConnection, before: Message, *authors: str) -> Message | None:
    """Read the newest message of these authors before one, in its episode."""
    query = (
        select(t.messages)
        .where(
            t.messages.c.conversation_id == before.conversation_id,
            t.messages.c.episode == before.episode,
            t.messages.c.seq < before.seq,
            t.messages.c.author.in_(authors),
        )
        .order_by(t.messages.c.seq.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Message.of(row)


async def replies(connection: AsyncConnection, message_id: str) -> list[Message]:
    """Read what answered a usager's message, in order."""
    return [Message.of(row) for row in await connection.execute(statements.REPLIES, {"of": message_id})]


async def settle(connection: AsyncConnection, message_id: str) -> bool:
    """Mark a usager's message as dealt with; False when it already was."""
    return bool((await connection.execute(statements.SETTLE, {"of": message_id})).rowcount)


async def settle_all(connection: AsyncConnection, conversation_id: str) -> None:
    """Mark every message of a conversation as dealt with: a human reads them from now on."""
    await connection.execute(
        update(t.messages)
        .where(t.messages.c.conversation_id == conversation_id, t.messages.c.pending.is_(True))
        .values(pending=False)
    )


async def pending(connection: AsyncConnection, conversation_id: str | None = None) -> list[Message]:
    """Read the messages that the assistant has not answered, oldest first."""
    if conversation_id is not None:
        rows = await connection.execute(statements.PENDING_IN, {"of": conversation_id})
    else:
        everywhere = select(t.messages).where(t.messages.c.pending.is_(True))
        rows = await connection.execute(everywhere.order_by(t.messages.c.created_at, t.messages.c.seq))
    return [Message.of(row) for row in rows]
