"""Every statement on conversations; each runs inside its caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import statements
from handoff import tables as t
from handoff.errors import NotFound, Stale
from handoff.lifecycle import HELD, Decision, State, Trigger, decide
from handoff.records import Conversation, Json

KEEP = object()


def new_id() -> str:
    """Return an identifier that cannot be guessed."""
    return str(uuid.uuid4())


async def conversation(
    connection: AsyncConnection, conversation_id: str, *, lock: bool = False
) -> Conversation:
    """Read a conversation; `lock` holds it until the transaction ends (PostgreSQL).

    Raises:
        NotFound: it never was, or it was erased.
    """
    query = statements.CONVERSATION_LOCKED if lock else statements.CONVERSATION
    row = (await connection.execute(query, {"of": conversation_id})).one_or_none()
    if row is None:
        raise NotFound("conversation")
    return Conversation.of(row)


async def add_conversation(connection: AsyncConnection, values: Json) -> Conversation:
    """Insert a conversation and read it back."""
    await connection.execute(insert(t.conversations).values(**values))
    return await conversation(connection, values["id"])


async def update_conversation(connection: AsyncConnection, conversation_id: str, **values: Any) -> None:
    """Change columns that the lifecycle does not own."""
    await change(connection, conversation_id, values)


async def change(
    connection: AsyncConnection, conversation_id: str, values: Json, *, more: int = 0
) -> CursorResult[Any]:
    """Set columns of a conversation, and count `more` messages in it."""
    forbidden = {"state", "version", "epoch", "last_seq"} & values.keys()
    if forbidden:
        raise ValueError(f"only a transition or a message changes {sorted(forbidden)}")
    statement = statements.change_conversation(tuple(sorted(values)), counting=bool(more))
    named = {f"to_{name}": value for name, value in values.items()}
    counted = {"more": more} if more else {}
    return await connection.execute(statement, {"of": conversation_id, **named, **counted})


async def transition(
    connection: AsyncConnection,
    current: Conversation,
    trigger: Trigger,
    *,
    actor: str,
    at: datetime,
    owner: Any = KEEP,
    **changes: Any,
) -> Conversation:
    """Apply one step of the lifecycle: one conditional UPDATE and one appended event.

    `owner` is the new owner (None: nobody); unchanged when not given.

    Raises:
        IllegalTransition: the table has no such step.
        Stale: the conversation is not in the version that `current` shows.
    """
    new_owner = current.owner if owner is KEEP else owner
    decision = decide(current.status, trigger, owner=current.owner, new_owner=new_owner)
    row = (
        await connection.execute(
            update(t.conversations)
            .where(
                t.conversations.c.id == current.id,
                t.conversations.c.state == current.state,
                t.conversations.c.version == current.version,
            )
            .values(
                state=decision.target.value,
                version=current.version + 1,
                epoch=current.epoch + int(decision.changes_party),
                owner=new_owner,
                updated_at=at,
                **changes,
            )
            .returning(*t.conversations.c)
        )
    ).one_or_none()
    if row is None:
        owner_now = (await conversation(connection, current.id)).owner
        raise Stale(await conseiller_name(connection, owner_now))
    changed = Conversation.of(row)
    await _append_event(connection, changed, decision, actor, at)
    return changed


async def _append_event(
    connection: AsyncConnection, changed: Conversation, decision: Decision, actor: str, at: datetime
) -> None:
    await connection.execute(
        insert(t.transitions).values(
            conversation_id=changed.id,
            version=changed.version,
            epoch=changed.epoch,
            source=decision.source.value,
            target=decision.target.value,
            trigger=decision.trigger.value,
            actor=actor,
            at=at,
        )
    )


async def held_conversations(connection: AsyncConnection) -> list[Conversation]:
    """Read every conversation that a conseiller holds."""
    query = select(t.conversations).where(
        t.conversations.c.state.in_([s.value for s in HELD]), t.conversations.c.owner.is_not(None)
    )
    return [Conversation.of(row) for row in await connection.execute(query)]


async def silent_since(
    connection: AsyncConnection, states: list[State], before: datetime
) -> list[Conversation]:
    """Read the conversations in these states whose usager has said nothing since `before`."""
    query = select(t.conversations).where(
        t.conversations.c.state.in_([s.value for s in states]),
        t.conversations.c.usager_at < before,
        t.conversations.c.distress.is_(False),
    )
    return [Conversation.of(row) for row in await connection.execute(query)]


async def conseiller_name(connection: AsyncConnection, conseiller_id: str | None) -> str | None:
    """Read the name of a member of the team; None for nobody."""
    query = select(t.conseillers.c.name).where(t.conseillers.c.id == conseiller_id)
    return (await connection.execute(query)).scalar_one_or_none()


async def promised_call(connection: AsyncConnection, conversation_id: str) -> Json | None:
    """Read the call that was promised and not made yet: `slot`, `phone`, `email`."""
    query = select(t.callbacks.c.slot, t.callbacks.c.phone, t.callbacks.c.email).where(
        t.callbacks.c.conversation_id == conversation_id, t.callbacks.c.status == "prevu"
    )
    row = (await connection.execute(query)).first()
    return None if row is None else dict(row._mapping)


async def erase(connection: AsyncConnection, conversation_id: str) -> None:
    """Delete a conversation with all that hangs on it.

    Raises:
        NotFound: no such conversation.
    """
    result = await connection.execute(delete(t.conversations).where(t.conversations.c.id == conversation_id))
    if not result.rowcount:
        raise NotFound("conversation")
