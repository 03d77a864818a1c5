"""SQLite called from the event loop: a wait never stops the loop, and a cancelled wait keeps no lock."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from handoff.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'gate.db'}")
    async with opened.write() as connection:
        await connection.execute(text("CREATE TABLE notes (note TEXT)"))
    yield opened
    await opened.close()


async def notes(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(text("SELECT note FROM notes ORDER BY note"))).scalars())


async def note(database: Database, value: str) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO notes VALUES (:note)"), {"note": value})


def locked_by_another(tmp_path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(tmp_path / "gate.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_the_loop_goes_on_while_a_write_waits_for_another_process(
    database: Database, tmp_path: Path
) -> None:
    other = locked_by_another(tmp_path)
    writing = asyncio.create_task(note(database, "après"))
    async with asyncio.timeout(2):
        for _ in range(10):
            await asyncio.sleep(0.01)
            assert await notes(database) == []
    assert not writing.done()
    other.execute("ROLLBACK")
    await writing
    assert await notes(database) == ["après"]
    other.close()


async def test_a_write_cancelled_while_it_waits_keeps_no_lock(database: Database, tmp_path: Path) -> None:
    other = locked_by_another(tmp_path)
    writing = asyncio.create_task(note(database, "jamais"))
    await asyncio.sleep(0.05)
    writing.cancel()
    other.execute("ROLLBACK")
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with asyncio.timeout(2):
        await note(database, "ensuite")
    assert await notes(database) == ["ensuite"]
    other.close()


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO notes VALUES ('perdu')"))
            raise ZeroDivisionError
    assert await notes(database) == []


async def test_many_writers_and_readers_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(
        *(note(database, f"{n:02}") for n in range(30)), *(notes(database) for _ in range(30))
    )
    assert await notes(database) == [f"{n:02}" for n in range(30)]
