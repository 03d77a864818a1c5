"""Every statement on conversations, messages and handoffs; each runs inside its caller's transaction."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import statements
from handoff import tables as t
from handoff.errors import NotFound, Stale
from handoff.lifecycle import HELD, Decision, State, Trigger, decide
from handoff.records import Conversation, Draft, Handoff, Json, Message

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
    forbidden = {"state", "version", "epoch", "last_seq"} & values.keys()
    if forbidden:
        raise ValueError(f"only a transition or a message changes {sorted(forbidden)}")
    await connection.execute(
        update(t.conversations).where(t.conversations.c.id == conversation_id).values(**values)
    )


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
        raise Stale((await conversation(connection, current.id)).owner)
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


async def append(
    connection: AsyncConnection, conversation_id: str, drafts: list[Draft], *, at: datetime
) -> list[Message]:
    """Record messages under the next sequence numbers; the numbers have no holes."""
    if not drafts:
        return []
    row = (
        await connection.execute(
            update(t.conversations)
            .where(t.conversations.c.id == conversation_id)
            .values(last_seq=t.conversations.c.last_seq + len(drafts), updated_at=at)
            .returning(t.conversations.c.last_seq, t.conversations.c.episode)
        )
    ).one_or_none()
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
    await connection.execute(insert(t.messages), [{c: getattr(m, c) for c in _MESSAGE} for m in recorded])
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


async def add_buttons(connection: AsyncConnection, rows: list[Json]) -> None:
    """Remember what each issued button stands for; one already issued is renewed for its episode."""
    if rows:
        renewed = [{"of": row["conversation_id"], "issued": row["payload"]} for row in rows]
        await connection.execute(statements.FORGET_BUTTON, renewed)
        await connection.execute(insert(t.buttons), rows)


async def button(connection: AsyncConnection, current: Conversation, payload: str) -> tuple[str, str] | None:
    """Return the title and the action of a button issued in the current episode."""
    query = select(t.buttons.c.title, t.buttons.c.action).where(
        t.buttons.c.conversation_id == current.id,
        t.buttons.c.payload == payload,
        t.buttons.c.episode == current.episode,
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.title, row.action)


async def receipt(connection: AsyncConnection, conversation_id: str, scope: str, key: str) -> Json | None:
    """Read what was recorded under an idempotency key."""
    asked = {"of": conversation_id, "in_scope": scope, "under": key}
    row = (await connection.execute(statements.RECEIPT, asked)).one_or_none()
    return None if row is None else dict(row._mapping)


async def add_receipt(connection: AsyncConnection, **values: Any) -> None:
    """Remember which message a key recorded."""
    await connection.execute(insert(t.receipts).values(**values))


async def erase(connection: AsyncConnection, conversation_id: str) -> None:
    """Delete a conversation with all that hangs on it.

    Raises:
        NotFound: no such conversation.
    """
    result = await connection.execute(delete(t.conversations).where(t.conversations.c.id == conversation_id))
    if not result.rowcount:
        raise NotFound("conversation")
