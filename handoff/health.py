"""Tells what may say something of somebody's health: topics and words of `handoff/sante.yml`.

It serves only to keep less: such a message is answered like any other, and never kept to be read again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from handoff.distress import fold

_FILE = Path(__file__).with_name("sante.yml")


@dataclass(frozen=True, slots=True)
class HealthFilter:
    """Topics by name, words by how they begin."""

    sujets: frozenset[str]
    beginnings: re.Pattern[str]

    @classmethod
    @cache
    def load(cls, path: Path = _FILE) -> "HealthFilter":
        """Read the file, once for the process."""
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = "|".join(re.escape(fold(word).strip()) for word in source["mots"])
        return cls(frozenset(source["sujets"]), re.compile(rf" (?:{words})"))

    def __call__(self, text: str, sujets: Iterable[str | None]) -> bool:
        """Tell whether the words, or one of the topics that they were taken for, may be about health."""
        return bool(self.sujets.intersection(sujets)) or self.beginnings.search(fold(text)) is not None
