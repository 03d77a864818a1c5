"""What a usager may send back: buttons that were issued, idempotency keys that were used."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import statements
from handoff import tables as t
from handoff.records import Conversation, Json


async def add_buttons(connection: AsyncConnection, rows: list[Json]) -> None:
    """Remember what each issued button stands for; one already issued is renewed for its episode."""
    if not rows:
        return
    # A payload that was drawn cannot have been issued before; one that is the action itself can.
    renewed = [
        {"of": row["conversation_id"], "issued": row["payload"]}
        for row in rows
        if row["payload"] == row["action"]
    ]
    if renewed:
        await connection.execute(statements.FORGET_BUTTON, renewed)
    await connection.execute(statements.ADD_BUTTON, rows)


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
    await connection.execute(statements.ADD_RECEIPT, values)


async def answer_receipt(connection: AsyncConnection, message_id: str, body: Json) -> bool:
    """Keep the first answer given to a message under its key; False when there is one, or no key."""
    kept = await connection.execute(statements.ANSWER_RECEIPT, {"of": message_id, "first": body})
    return bool(kept.rowcount)
