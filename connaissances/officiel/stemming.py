"""French words reduced to stems, the same way when a page is indexed and when a question is asked.
Accents go first: half of the questions are typed without them, and both sides must meet."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import snowballstemmer
from unidecode import unidecode

_STEMMER = snowballstemmer.stemmer("french")
_WORD = re.compile(r"[a-z0-9]+")
# Words that say nothing of the subject: grammar, politeness, and the ways of asking.
_EMPTY = frozenset((Path(__file__).parent / "mots_vides.txt").read_text(encoding="utf-8").split())


def stems(text: str) -> list[str]:
    """The stems of a text, in order, without the words that say nothing of its subject.

    >>> stems("Quelles sont les indemnités journalières ?")
    ['indemnit', 'journali']
    """
    words = _WORD.findall(unidecode(text).lower())
    return [_stem(word) for word in words if len(word) > 1 and word not in _EMPTY]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))
