"""Cuts a French text into sentences and counts words, for the plain-language rules."""

from __future__ import annotations

import re

# A full stop after one capital letter (article L. 6323) or an abbreviation does not end a sentence.
_END = re.compile(
    r"(?<![ (][A-Z])(?<!\bart)(?<!\bex)(?<=[.!?…])(?<!\b[A-Z]\.)[»\")]*\s+(?=[«\"(]?[A-ZÀ-Ý0-9{])|\n+"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line is at least one."""
    return [
        part.strip()
        for part in _END.split(text.replace("\u00a0", " ").replace("\u202f", " "))
        if part.strip()
    ]


def words(text: str) -> int:
    """How many words: parts separated by spaces that hold a letter or a figure (`l'employeur` is one)."""
    return sum(any(c.isalnum() for c in part) for part in re.split(r"[ \n]+", text))
