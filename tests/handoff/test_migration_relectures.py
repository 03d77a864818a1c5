"""A database of before the learning loop keeps what it held, and nobody in it is taken to have agreed."""

import asyncio

from alembic import command
from sqlalchemy import text

from handoff import migrate
from handoff.database import Database

_NOW = "2026-11-23T09:00:00.000000+00:00"
_CONVERSATION = (
    "INSERT INTO conversations (id, token_digest, token_expires_at, canal, attributs, langage, state,"
    " version, epoch, episode, last_seq, failed_turns, profil_asked, identity, distress, reset_assistant,"
    " usager_at, created_at, updated_at)"
    f" VALUES ('c', 'd', '{_NOW}', 'web', '[]', 'standard', 'BOT', 1, 1, 1, 1, 0,"
    f" false, 'none', false, false, '{_NOW}', '{_NOW}', '{_NOW}')"
)
_MESSAGE = (
    "INSERT INTO messages (id, conversation_id, seq, episode, author, text, body, pending, created_at)"
    f" VALUES ('m', 'c', 1, 1, 'usager', 'Bonjour', '{{}}', false, '{_NOW}')"
)


async def _run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run these in one transaction; return the rows of the last."""
    database = Database(url)
    try:
        async with database.write() as connection:
            for statement in statements:
                found = await connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []
    finally:
        await database.close()


def test_what_was_there_stays_and_is_not_reused(database_url: str) -> None:
    settings = migrate.configuration(database_url)
    command.downgrade(settings, "0002")
    try:
        asyncio.run(_run(database_url, _CONVERSATION, _MESSAGE))
    finally:
        migrate.upgrade(database_url)
    rows = asyncio.run(
        _run(
            database_url,
            "SELECT c.reutilisation, m.text FROM conversations c JOIN messages m ON m.conversation_id = c.id",
        )
    )
    assert [(bool(reused), said) for reused, said in rows] == [(False, "Bonjour")]
    migrate.check(database_url)
