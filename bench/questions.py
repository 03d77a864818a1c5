"""The questions asked: the held-out ones, reworded so that no two are the same: no sentence cache helps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from scripts.evaluate import HELD_OUT, held_out

# Answered by the gate alone or handing over to a human: not turns of an assistant.
_NOT_TURNS = ("detresse", "parler_conseiller", "rappel_telephone", "reclamation", "insulte")
_BEFORE = ("", "alors ", "voilà, ", "une question : ", "dites-moi, ", "excusez-moi, ")
_AFTER = ("", " merci", " svp", " merci d'avance", " s'il vous plaît")


def every_question() -> list[str]:
    """The held-out questions, one of each topic in turn."""
    topics: dict[str, list[str]] = {}
    for row in held_out(HELD_OUT)[0]:
        if row["sujet"] not in _NOT_TURNS:
            topics.setdefault(row["sujet"], []).append(row["texte"])
    rounds = itertools.zip_longest(*topics.values())
    return [text for one in rounds for text in one if text is not None]


def variants(texts: list[str]) -> Iterator[str]:
    """All the questions as they are, then all with other words around, and so on: never the same text."""
    for before, after in itertools.product(_BEFORE, _AFTER):
        for text in texts:
            yield f"{before}{text}{after}"
