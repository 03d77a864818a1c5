"""Every statement on the sentences kept to be reviewed; each runs inside its caller's transaction."""

from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import tables as t
from handoff.errors import NotFound
from handoff.records import Json, Relecture

_c = t.relectures.c


async def keep_for_review(connection: AsyncConnection, values: Json) -> None:
    """Insert a masked sentence."""
    await connection.execute(insert(t.relectures).values(**values))


async def to_review(connection: AsyncConnection, *, limit: int, offset: int) -> tuple[list[Relecture], int]:
    """Read the sentences that nobody has reviewed, oldest first, and how many there are in all."""
    waiting = _c.reviewed_on.is_(None)
    query = select(t.relectures).where(waiting).order_by(_c.kept_on, _c.id).limit(limit).offset(offset)
    found = [Relecture.of(row) for row in await connection.execute(query)]
    total = (await connection.execute(select(func.count()).where(waiting))).scalar_one()
    return found, total


async def label(connection: AsyncConnection, relecture_id: str, sujet: str, *, on: str) -> bool:
    """Note the topic chosen; False when somebody has chosen one before.

    Raises:
        NotFound: no such sentence, or no more.
    """
    chosen = await connection.execute(
        update(t.relectures)
        .where(_c.id == relecture_id, _c.reviewed_on.is_(None))
        .values(label=sujet, reviewed_on=on)
    )
    if chosen.rowcount:
        return True
    if (await connection.execute(select(_c.id).where(_c.id == relecture_id))).first() is None:
        raise NotFound("relecture")
    return False


async def discard(connection: AsyncConnection, relecture_id: str) -> bool:
    """Delete a sentence that nobody has reviewed; False when somebody has.

    Raises:
        NotFound: no such sentence, or no more.
    """
    gone = await connection.execute(
        delete(t.relectures).where(_c.id == relecture_id, _c.reviewed_on.is_(None))
    )
    if gone.rowcount:
        return True
    if (await connection.execute(select(_c.id).where(_c.id == relecture_id))).first() is None:
        raise NotFound("relecture")
    return False


async def labelled(connection: AsyncConnection) -> list[Relecture]:
    """Read what was labelled and not exported yet, oldest first."""
    query = select(t.relectures).where(_c.label.is_not(None), _c.exported_on.is_(None))
    return [Relecture.of(row) for row in await connection.execute(query.order_by(_c.kept_on, _c.id))]


async def mark_exported(connection: AsyncConnection, ids: list[str], *, on: str) -> None:
    """Note that these were written among the training examples."""
    await connection.execute(update(t.relectures).where(_c.id.in_(ids)).values(exported_on=on))


async def forget_kept_of(connection: AsyncConnection, conversation_id: str) -> int:
    """Delete all that was kept of a conversation; return how many."""
    return await _forget(connection, _c.conversation_id == conversation_id)


async def has_older(connection: AsyncConnection, day: str) -> bool:
    """Tell whether anything was kept before that day."""
    query = select(_c.id).where(_c.kept_on < day).limit(1)
    return (await connection.execute(query)).first() is not None


async def forget_older(connection: AsyncConnection, day: str) -> int:
    """Delete all that was kept before that day, reviewed or not; return how many."""
    return await _forget(connection, _c.kept_on < day)


async def _forget(connection: AsyncConnection, condition: Any) -> int:
    return int((await connection.execute(delete(t.relectures).where(condition))).rowcount)
