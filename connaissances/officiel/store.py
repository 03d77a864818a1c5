"""Keeps fiches and their passages in one SQLite file, indexed on stems with FTS5 (BM25).
Each fiche is replaced whole. Knows nothing of extracts nor of what may be quoted."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from connaissances.officiel.model import OfficialFiche
from connaissances.officiel.stemming import stems

VERSION = 1  # grows when the tables or the stems change: the file is then filled again from nothing
_SCHEMA = """
CREATE TABLE fiche (
    corpus TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT NOT NULL, url TEXT NOT NULL, date TEXT NOT NULL, audience TEXT NOT NULL,
    PRIMARY KEY (corpus, id));
CREATE TABLE passage (
    number INTEGER PRIMARY KEY, corpus TEXT NOT NULL, fiche TEXT NOT NULL,
    heading TEXT NOT NULL, situation TEXT NOT NULL, profils TEXT NOT NULL, text TEXT NOT NULL,
    FOREIGN KEY (corpus, fiche) REFERENCES fiche (corpus, id));
CREATE INDEX passage_of_fiche ON passage (corpus, fiche);
CREATE VIRTUAL TABLE words USING fts5 (title, heading, body, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
"""
_WEIGHTS = (6.0, 4.0, 1.0)  # of title, heading and body in BM25: a page is about its title
_COLUMNS = (
    "f.corpus, f.id, f.title, f.url, f.date, f.audience, p.heading, p.situation, p.profils, p.text,"
    " w.title, w.heading, w.body"
)
_JOINED = "JOIN passage AS p ON p.number = w.rowid JOIN fiche AS f ON f.corpus = p.corpus AND f.id = p.fiche"


@dataclass(frozen=True)
class Candidate:
    """A passage that shares words with a question. The stems are those of its page's title, of
    its heading and situation, and of its text."""

    corpus: str
    id: str
    title: str
    url: str
    date: str
    audience: str
    heading: str
    situation: str
    profils: tuple[str, ...]
    text: str
    title_stems: frozenset[str]
    heading_stems: frozenset[str]
    body_stems: frozenset[str]


class FicheStore:
    """One open file (or memory). Used by one thread at a time, whichever opened it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def create(cls, path: Path | str = ":memory:") -> FicheStore:
        """Open for writing; a file of another version is emptied."""
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False)
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            for table in ("vocabulary", "words", "passage", "fiche"):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        return cls(connection)

    @classmethod
    def read_only(cls, path: Path) -> FicheStore | None:
        """Open an imported file; None when there is none, or of another version."""
        if not path.is_file():
            return None
        address = f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=0.5, check_same_thread=False)
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                return cls(connection)
        except sqlite3.Error:
            connection.close()
            raise
        connection.close()
        return None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def save(self) -> None:
        """Write to the file all that was changed."""
        self._db.commit()

    def digests(self, corpus: str) -> dict[str, str]:
        """The digest of each stored fiche of this corpus."""
        return dict(self._db.execute("SELECT id, digest FROM fiche WHERE corpus = ?", (corpus,)).fetchall())

    def size(self) -> tuple[int, int]:
        """How many fiches and how many passages."""
        query = "SELECT (SELECT count(*) FROM fiche), (SELECT count(*) FROM passage)"
        fiches, passages = self._db.execute(query).fetchone()
        return fiches, passages

    def page_dates(self) -> list[tuple[str, str]]:
        """The corpus and the ISO date of each stored page."""
        return self._db.execute("SELECT corpus, date FROM fiche").fetchall()

    def replace(self, corpus: str, fiche: OfficialFiche) -> None:
        """Write one fiche, in place of the one of the same name."""
        self.remove(corpus, fiche.id)
        row = (corpus, fiche.id, digest(fiche), fiche.title, fiche.url, fiche.date, fiche.audience)
        self._db.execute("INSERT INTO fiche VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        title = " ".join(stems(fiche.title))
        for p in fiche.passages:
            cursor = self._db.execute(
                "INSERT INTO passage (corpus, fiche, heading, situation, profils, text)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (corpus, fiche.id, p.heading, p.situation, " ".join(p.profils), p.text),
            )
            self._db.execute(
                "INSERT INTO words (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
                (cursor.lastrowid, title, _stemmed(p.heading, p.situation), _stemmed(p.text)),
            )

    def remove(self, corpus: str, fiche: str) -> None:
        """Forget one fiche and its passages."""
        where = (corpus, fiche)
        self._db.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passage WHERE corpus = ? AND fiche = ?)",
            where,
        )
        self._db.execute("DELETE FROM passage WHERE corpus = ? AND fiche = ?", where)
        self._db.execute("DELETE FROM fiche WHERE corpus = ? AND id = ?", where)

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many passages each stem is; those of no passage are absent."""
        marks = ", ".join("?" * len(words))
        rows = self._db.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", words)
        return dict(rows.fetchall())

    def candidates(self, words: Sequence[str], limit: int) -> list[Candidate]:
        """The best passages by BM25 for any of these stems, best first."""
        match = " OR ".join(f'"{word}"' for word in words)
        query = (
            f"SELECT {_COLUMNS} FROM (SELECT rowid, title, heading, body, bm25(words, ?, ?, ?) AS score"
            f" FROM words WHERE words MATCH ? ORDER BY score LIMIT ?) AS w {_JOINED} ORDER BY w.score"
        )
        rows = self._db.execute(query, (*_WEIGHTS, match, limit)).fetchall()
        return [_candidate(row) for row in rows]

    def passages(self, corpus: str, fiche: str) -> list[Candidate]:
        """All the passages of one page, in its order."""
        query = (
            f"SELECT {_COLUMNS} FROM words AS w {_JOINED} WHERE p.corpus = ? AND p.fiche = ?"
            " ORDER BY p.number"
        )
        return [_candidate(row) for row in self._db.execute(query, (corpus, fiche)).fetchall()]


def digest(fiche: OfficialFiche) -> str:
    """What tells that a fiche has changed: all that is kept of it."""
    content = json.dumps(asdict(fiche), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _stemmed(*texts: str) -> str:
    return " ".join(word for text in texts for word in stems(text))


def _candidate(row: Sequence[str]) -> Candidate:
    corpus, name, title, url, day, audience, heading, situation, profils, text, *stemmed = row
    in_title, in_heading, in_body = (frozenset(words.split()) for words in stemmed)
    return Candidate(
        corpus, name, title, url, day, audience, heading, situation, tuple(profils.split()), text,
        in_title, in_heading, in_body,
    )  # fmt: skip
