"""Reads, beside the service, what it has recorded of a conversation; writes nothing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """A conversation as the database holds it: messages by seq, transitions by version."""

    conversation: Row
    messages: list[Row]
    transitions: list[Row]
    receipts: list[Row]
    handoffs: list[Row]


def _rows(connection: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    return [dict(row) for row in connection.execute(query, values)]


def _open(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


def read(database: Path, conversation_id: str) -> Recorded:
    """Everything that bears on the promises of the gate."""
    with closing(_open(database)) as connection:
        [conversation] = _rows(connection, "SELECT * FROM conversations WHERE id = ?", conversation_id)
        of = "WHERE conversation_id = ? ORDER BY"
        return Recorded(
            conversation,
            _rows(connection, f"SELECT * FROM messages {of} seq", conversation_id),
            _rows(connection, f"SELECT * FROM transitions {of} version", conversation_id),
            _rows(connection, f"SELECT * FROM receipts {of} scope, key", conversation_id),
            _rows(connection, f"SELECT * FROM handoffs {of} queued_at", conversation_id),
        )


def under_way(database: Path) -> tuple[int, int]:
    """How many conversations are with humans, and how many messages wait for the assistant."""
    with closing(_open(database)) as connection:
        query = (
            "SELECT (SELECT count(*) FROM conversations WHERE state IN ('QUEUED', 'RESERVED', 'HUMAN')) AS h,"
            " (SELECT count(*) FROM messages WHERE pending) AS p"
        )
        [found] = _rows(connection, query)
        return found["h"], found["p"]


def last_numbers(database: Path) -> dict[str, int]:
    """The last sequence number of each conversation."""
    with closing(_open(database)) as connection:
        return {
            row["id"]: row["last_seq"] for row in connection.execute("SELECT id, last_seq FROM conversations")
        }
