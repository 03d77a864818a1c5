"""SQLite for an event loop, without a thread: a statement takes microseconds, a hop to a thread far more.

Only what waits (a lock held by another process, the disk) runs in a thread: BEGIN, COMMIT and checkpoints.
"""

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

DRIVER = "sqlite+inline"
_MAY_WAIT = ("BEGIN", "PRAGMA wal_checkpoint")


class InlineCursor(sqlite3.Cursor):
    """A cursor as SQLAlchemy's asynchronous results expect it."""

    async def _async_soft_close(self) -> None:
        """Nothing to wait for: rows are read where they are."""


class InlineConnection(sqlite3.Connection):
    """Makes such cursors."""

    def cursor(self, factory: Any = InlineCursor) -> Any:
        """Open a cursor."""
        return super().cursor(factory)


class InlineSqlite(SQLiteDialect_pysqlite):
    """The standard library's driver, called from the loop itself."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """Connections shared by the tasks of one loop."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """As the standard dialect's, with our connections."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": InlineConnection, "check_same_thread": False}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement here, or in a thread when it may wait."""
        # SQLAlchemy takes a statement that never awaits for a driver that blocks by mistake.
        await_only(_nothing())
        if not statement.startswith(_MAY_WAIT):
            cursor.execute(statement, parameters)
        elif not _done_at_once(cursor, statement):
            await_only(asyncio.to_thread(cursor.execute, statement, parameters))

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement for several rows."""
        await_only(_nothing())
        cursor.executemany(statement, parameters)

    def do_commit(self, dbapi_connection: Any) -> None:
        """Wait for the disk in a thread: the loop goes on."""
        await_only(asyncio.to_thread(dbapi_connection.commit))


def _done_at_once(cursor: Any, statement: str) -> bool:
    """Take the write lock without waiting; False when another process holds it, or for anything else."""
    if statement != "BEGIN IMMEDIATE":
        return False
    [[patience]] = cursor.execute("PRAGMA busy_timeout").fetchall()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        cursor.execute(statement)
    except sqlite3.OperationalError:
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")
    return True


async def _nothing() -> None:
    """Awaited for form."""


registry.register("sqlite.inline", __name__, "InlineSqlite")
