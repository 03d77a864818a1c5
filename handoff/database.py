"""Connections to the gate's database: SQLite (WAL) by default, PostgreSQL by its address.

A write is one short transaction; on SQLite writers take turns in the process rather than poll the file.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from handoff.sqlite_inline import DRIVER, InlineSqlite

T = TypeVar("T")


class Database:
    """Opens read and write connections; `close` before the loop ends."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        if self.is_sqlite and address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True, "pool_size": 10}
        if self.is_sqlite:
            address = address.set(drivername=DRIVER)
        # An error of the database never shows what a statement carried: it may be what a person wrote.
        self.engine = create_async_engine(address, hide_parameters=True, **options)
        self._readers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turn = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_immediate)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end of the block, rolled back on any error."""
        async with self._turn or nullcontext(), _opened(self.engine) as connection:
            await uninterrupted(connection.begin().start())
            yield connection
            await uninterrupted(connection.commit())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that takes no lock and sees what is committed."""
        async with _opened(self._readers) as connection:
            yield connection

    async def forget_deleted(self) -> None:
        """Have the write-ahead log let go of deleted rows: the file keeps its old pages otherwise."""
        if self.is_sqlite:
            async with self.read() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


async def uninterrupted(doing: Awaitable[T]) -> T:
    """Wait until it is done, even when the caller is cancelled meanwhile; the cancellation comes after.

    A page that leaves cancels its call. A statement cut in its middle would leave its connection open, and
    on SQLite the lock that it holds would stop every other write.
    """
    task = asyncio.ensure_future(doing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # seen: the cancellation is what the caller must know
        raise cancelled
    return task.result()


class _Connection(AsyncConnection):
    """A connection whose statements are never cut in their middle."""

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await _whole(self, super().execute(*args, **options))

    async def exec_driver_sql(self, *args: Any, **options: Any) -> Any:
        return await uninterrupted(super().exec_driver_sql(*args, **options))


async def _whole(connection: AsyncConnection, doing: Awaitable[T]) -> T:
    """Wait for what a caller that leaves must not cut; on SQLite it never waits, so nothing can cut it."""
    inline = connection.engine.dialect.driver == InlineSqlite.driver
    return await (doing if inline else uninterrupted(doing))


@asynccontextmanager
async def _opened(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    connection = _Connection(engine)
    try:
        await _whole(connection, connection.start())
        yield connection
    finally:
        if connection.sync_connection is not None:
            await _whole(connection, connection.close())


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event opens the transactions, not the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: an acknowledged message survives a power cut, not only the end of the process.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    # Erased rows are overwritten: an erasure that leaves the text in free pages is none.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
