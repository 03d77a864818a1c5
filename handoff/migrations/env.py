"""Alembic's entry: runs the migrations over the gate's own asynchronous engine."""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from handoff.database import Database
from handoff.tables import Instant, metadata


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own type as what it is in the database: a migration never imports the code's present."""
    return "sa.String(length=32)" if kind == "type" and isinstance(item, Instant) else False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, render_item=_render
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    database = Database(context.config.attributes["url"])
    try:
        async with database.write() as connection:
            await connection.run_sync(_migrate)
    finally:
        await database.close()


asyncio.run(_run())
