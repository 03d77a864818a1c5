"""Sentence vectors kept on the disk (SQLite): training again computes only those of new sentences.

No text is stored: a vector is found by the digest of its network and sentence.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

_ASKED_AT_ONCE = 500


class VectorCache:
    """The vectors of one network in a file that all networks share; `file` None keeps nothing."""

    def __init__(self, file: Path | None, network: str) -> None:
        self._file, self._network = file, network

    def key(self, text: str) -> str:
        """The digest under which the vector of a normalised text is kept."""
        return hashlib.sha256(f"{self._network}\n{text}".encode()).hexdigest()

    def missing(self, texts: list[str]) -> list[str]:
        """The texts, each once, whose vector is not kept."""
        wanted = {self.key(text): text for text in texts}
        known = {key for key, _ in self._rows(list(wanted), "key, NULL")}
        return [text for key, text in wanted.items() if key not in known]

    def read(self, texts: list[str]) -> dict[str, np.ndarray]:
        """The vector of each text that has one."""
        wanted = {self.key(text): text for text in texts}
        rows = self._rows(list(wanted), "key, vector")
        return {wanted[key]: np.frombuffer(blob, dtype=np.float32) for key, blob in rows}

    def write(self, texts: list[str], vectors: np.ndarray) -> None:
        """Keep the vector of each text."""
        stored = np.asarray(vectors, dtype=np.float32)
        rows = [(self.key(text), vector.tobytes()) for text, vector in zip(texts, stored, strict=True)]
        with self._connection() as connection:
            if connection is not None:
                connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _rows(self, keys: list[str], columns: str) -> Iterator[tuple[str, bytes]]:
        with self._connection() as connection:
            if connection is None:
                return
            for start in range(0, len(keys), _ASKED_AT_ONCE):
                part = keys[start : start + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(part))
                yield from connection.execute(f"SELECT {columns} FROM vectors WHERE key IN ({marks})", part)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection | None]:
        if self._file is None:
            yield None
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=30)) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)"
            )
            yield connection
