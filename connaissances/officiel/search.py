"""Finds the passage that answers a question, and says how sure it is: BM25 first, then how much of the
question the passage really covers. Gives nothing rather than a passage that only shares a word."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from connaissances.officiel.stemming import stems
from connaissances.officiel.store import Candidate, FicheStore

CANDIDATES = 30
LONGEST_QUESTION = 40  # stems: beyond, a message tells a story, and its words match anything
# A stem of no passage weighs as much as one that a single page uses: the question is then probably elsewhere.
_UNKNOWN = 1
_TITLE, _HEADING, _ANYWHERE = 0.4, 0.2, 0.4
# What a title says beyond the question takes at most this off.
_STRAY_TITLE = 0.15
_EVERYWHERE = 0.05  # share of the passages
_CHEAP = 200  # passages: a stem of fewer is looked up anyway
_FEWEST = 2
# Together, the words found must tell at least this share of what one word of a single passage tells: those of
# « on est quel jour ? » are everywhere.
_LEAST_EVIDENCE = 0.45


@dataclass(frozen=True)
class Hit:
    """The best passage. `confidence`: the share of the question that it covers, 0 to 1."""

    passage: Candidate
    confidence: float


class Finder:
    """Searches one store."""

    def __init__(self, store: FicheStore) -> None:
        self._store = store
        self._passages = max(store.size()[1], 1)
        self._rarest = self._weight(_UNKNOWN)

    def best(self, question: str, profil: str | None = None) -> Hit | None:
        """The best passage for a question; one written for other profils than this one is never given."""
        words = list(dict.fromkeys(stems(question)))[:LONGEST_QUESTION]
        found = self._store.frequencies(words) if words else {}
        if not found:
            return None
        weights = {word: self._weight(found.get(word, _UNKNOWN)) for word in words}
        # The page first, then where to read in it: of equals, `max` keeps the first, which is more general.
        page = self._best_of(self._store.candidates(self._telling(found), CANDIDATES), weights, profil)
        if page is None or not page.confidence:
            return page
        passages = self._store.passages(page.passage.corpus, page.passage.id)
        return self._best_of(passages, weights, profil)

    def _best_of(
        self, candidates: list[Candidate], weights: dict[str, float], profil: str | None
    ) -> Hit | None:
        hits = [
            Hit(candidate, coverage(candidate, weights, self._rarest))
            for candidate in candidates
            if not candidate.profils or profil is None or profil in candidate.profils
        ]
        return max(hits, key=lambda hit: hit.confidence, default=None)

    def _telling(self, found: dict[str, int]) -> list[str]:
        """The stems worth looking up: those that are everywhere cost the most and choose the least."""
        rarest_first = sorted(found, key=lambda word: found[word])
        common = max(self._passages * _EVERYWHERE, _CHEAP)
        rare = [word for word in rarest_first if found[word] < common]
        return rare or rarest_first[:_FEWEST]

    def _weight(self, passages: int) -> float:
        return math.log(1 + self._passages / passages)


class FileFinder:
    """Searches an imported file, wherever it is in its life: absent, imported while we run, replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: tuple[tuple[int, int], FicheStore, Finder] | None = None

    def best(self, question: str, profil: str | None = None) -> Hit | None:
        """As `Finder.best`; None while nothing is imported. Raises: sqlite3.Error for a damaged file."""
        finder = self._current()
        return finder.best(question, profil) if finder else None

    def close(self) -> None:
        """Close the file; the next search opens it again."""
        if self._open:
            self._open[1].close()
        self._open = None

    def _current(self) -> Finder | None:
        try:
            stat = self._path.stat()
        except OSError:
            self.close()
            return None
        version = (stat.st_ino, stat.st_mtime_ns)
        if self._open is None or self._open[0] != version:
            self.close()
            store = FicheStore.read_only(self._path)
            self._open = (version, store, Finder(store)) if store else None
        return self._open[2] if self._open else None


def coverage(candidate: Candidate, weights: dict[str, float], rarest: float) -> float:
    """How much of the question a passage covers, 0 to 1: in the title of its page, its heading, its words.

    0 when the page is not about it, or when what they share is too little to tell.
    """
    title = candidate.title_stems
    # What opens a page, before any heading, says what it is about.
    heading = title | (candidate.heading_stems if candidate.heading else candidate.body_stems)
    anywhere = heading | candidate.body_stems
    shares = [sum(w for word, w in weights.items() if word in place) for place in (title, heading, anywhere)]
    if not shares[0] or shares[2] < _LEAST_EVIDENCE * rarest:
        return 0.0
    covered = (_TITLE * shares[0] + _HEADING * shares[1] + _ANYWHERE * shares[2]) / sum(weights.values())
    stray = 1 - len(title & weights.keys()) / len(title)
    return covered * (1 - _STRAY_TITLE * stray)
