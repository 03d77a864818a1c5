"""Every statement on handoffs and their queue; each runs inside its caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import tables as t
from handoff.errors import NotFound
from handoff.lifecycle import State
from handoff.records import Conversation, Handoff, Json


async def handoff(connection: AsyncConnection, handoff_id: str) -> Handoff:
    """Read a handoff.

    Raises:
        NotFound: no such handoff.
    """
    row = (await connection.execute(select(t.handoffs).where(t.handoffs.c.id == handoff_id))).one_or_none()
    if row is None:
        raise NotFound("handoff")
    return Handoff.of(row)


async def add_handoff(connection: AsyncConnection, values: Json) -> Handoff:
    """Insert a handoff and read it back."""
    await connection.execute(insert(t.handoffs).values(**values))
    return await handoff(connection, values["id"])


async def update_handoff(connection: AsyncConnection, handoff_id: str | None, **values: Any) -> None:
    """Change a handoff; nothing happens when there is none."""
    if handoff_id is not None:
        await connection.execute(update(t.handoffs).where(t.handoffs.c.id == handoff_id).values(**values))


async def open_handoffs(
    connection: AsyncConnection, *, states: list[str] | None = None, limit: int = 200, offset: int = 0
) -> list[tuple[Handoff, Conversation]]:
    """Read the open handoffs, by priority then age, each with its conversation."""
    condition = and_(t.handoffs.c.closed_at.is_(None), t.conversations.c.handoff_id == t.handoffs.c.id)
    if states:
        condition = and_(condition, t.conversations.c.state.in_(states))
    query = (
        select(t.handoffs)
        .join(t.conversations, t.conversations.c.id == t.handoffs.c.conversation_id)
        .where(condition)
        .order_by(t.handoffs.c.priority.desc(), t.handoffs.c.queued_at, t.handoffs.c.id)
        .limit(limit)
        .offset(offset)
    )
    found = [Handoff.of(row) for row in await connection.execute(query)]
    of_handoffs = select(t.conversations).where(t.conversations.c.id.in_([h.conversation_id for h in found]))
    held = {row.id: Conversation.of(row) for row in await connection.execute(of_handoffs)}
    return [(h, held[h.conversation_id]) for h in found]


async def next_to_claim(
    connection: AsyncConnection, skills: list[str] | None, conseiller_id: str, *, skip_locked: bool
) -> Conversation | None:
    """Pick the first conversation of the queue that this conseiller may take."""
    query = (
        select(t.conversations)
        .join(t.handoffs, t.conversations.c.handoff_id == t.handoffs.c.id)
        .where(
            or_(
                t.conversations.c.state == State.QUEUED.value,
                and_(
                    t.conversations.c.state == State.RESERVED.value,
                    t.handoffs.c.reserved_for == conseiller_id,
                ),
            ),
            t.handoffs.c.closed_at.is_(None),
        )
        .order_by(t.handoffs.c.priority.desc(), t.handoffs.c.queued_at, t.handoffs.c.id)
        .limit(1)
    )
    if skills:
        query = query.where(or_(t.handoffs.c.skill.in_(skills), t.handoffs.c.skill == "general"))
    if skip_locked:
        query = query.with_for_update(skip_locked=True, of=t.conversations)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Conversation.of(row)


async def place_in_queue(connection: AsyncConnection, handoff_id: str | None) -> int | None:
    """Return the rank in the queue, 1 being next; None when not in it."""
    waiting = await open_handoffs(connection, states=[State.QUEUED.value, State.RESERVED.value])
    ids = [h.id for h, _ in waiting]
    return ids.index(handoff_id) + 1 if handoff_id in ids else None


async def recent_handling_minutes(connection: AsyncConnection, since: datetime) -> list[float]:
    """Read how long each handoff that ended since then was held, in minutes."""
    query = select(t.handoffs.c.claimed_at, t.handoffs.c.closed_at).where(
        t.handoffs.c.closed_at >= since, t.handoffs.c.claimed_at.is_not(None)
    )
    return [(row.closed_at - row.claimed_at).total_seconds() / 60 for row in await connection.execute(query)]
