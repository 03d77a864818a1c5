"""Measures how hard each version of an answer is to read, as it is served on a page, in simple words, on the
phone. An index of lengths, not a level of language: docs/lisibilite.md says what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from textstat import textstat

from connaissances.catalogue import compose
from connaissances.fiches import Fiche, Formulation
from connaissances.rendering import Rendering

textstat.set_lang("fr")  # for the whole process: nothing else of ours uses textstat

VERSIONS = ("standard", "simple", "oral")
# The lowest index of each level; under the last one: C2.
LEVELS = ((90.0, "A1"), (80.0, "A2"), (70.0, "B1"), (60.0, "B2"), (50.0, "C1"))
HARDEST = "C2"
LIMIT = 70.0  # the lowest index of B1
# textstat counts the places where a word may be hyphenated, fewer than its syllables (« avec » has none): its
# index is this much too high, measured on all the answers.
TOO_HIGH = 6.0
_NAMES = Path(__file__).parent / "noms_officiels.txt"
_SIMPLE_WORD = "nom"
_NUMBERING = re.compile(r"^\d\. ")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}\b)")
_ARTICLE = re.compile(r"\b([LRD])\. (?=\d)")


@dataclass(frozen=True)
class Measure:
    """One version of one wording. `score`: Flesch adapted to French by Kandel and Moles, the higher the
    easier, about 0 to 100; `reason`: why the file says that it cannot be written more simply."""

    sujet: str
    wording: str
    version: str
    score: float
    text: str
    reason: str | None

    @property
    def level(self) -> str:
        """The CEFR level that the score stands for."""
        return level(self.score)

    @property
    def too_hard(self) -> bool:
        """Whether it is above B1."""
        return self.score < LIMIT

    @property
    def excused(self) -> bool:
        """Whether a reason says why it stays above B1; there is none for the simple version."""
        return self.reason is not None and self.version != "simple"


def measures(fiche: Fiche, rendering: Rendering) -> Iterator[Measure]:
    """Measure every version of every wording, with its steps and warnings.

    `rendering` says the date and the formats; it is left as it was. Raises: BrokenReference.
    """
    for wording in fiche.formulations:
        for version in VERSIONS:
            text = _served(fiche, wording, version, rendering)
            yield Measure(fiche.sujet, wording.name, version, score(text), text, wording.lisibilite_raison)


def score(text: str) -> float:
    """The index of a text, its official names counted as one simple word each."""
    return float(textstat.flesch_reading_ease(prose(text))) - TOO_HIGH


def level(index: float) -> str:
    """The CEFR level of an index."""
    return next((name for lowest, name in LEVELS if index >= lowest), HARDEST)


def prose(text: str) -> str:
    """A served text as sentences: lines end with a full stop, numbers are one word, a name is one word."""
    lines = (_NUMBERING.sub("", line).strip() for line in _THOUSANDS.sub("", text).splitlines())
    joined = " ".join(line if line[-1] in ".!?…" else f"{line}." for line in lines if line)
    return _names().sub(_SIMPLE_WORD, _ARTICLE.sub(r"\1 ", joined.replace("\u00a0", " ")))


def _served(fiche: Fiche, wording: Formulation, version: str, like: Rendering) -> str:
    rendering = Rendering(like.resolve, like.format_value, like.on, spoken=version == "oral")
    return compose(fiche, wording, rendering, version)


@cache
def _names() -> re.Pattern[str]:
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    names = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
