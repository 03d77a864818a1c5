"""The questions asked: the held-out ones, reworded so that no two are the same: no sentence cache helps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.check_data import examples

_DATA = Path(__file__).resolve().parents[1] / "data"
# Answered by the gate alone or handing over to a human: not turns of an assistant.
_NOT_TURNS = ("detresse", "parler_conseiller", "rappel_telephone", "reclamation", "insulte")
_BEFORE = ("", "alors ", "voilà, ", "une question : ", "dites-moi, ", "excusez-moi, ")
_AFTER = ("", " merci", " svp", " merci d'avance", " s'il vous plaît")


def every_question() -> list[str]:
    """The held-out questions on the topics that both assistants learn, one of each topic in turn."""
    rows = yaml.safe_load((_DATA / "evaluation" / "questions.yml").read_text(encoding="utf-8"))
    learned = {intent for intent, _ in examples(_DATA / "nlu")}
    topics: dict[str, list[str]] = {}
    for row in rows:
        if row["sujet"] in learned.difference(_NOT_TURNS):
            topics.setdefault(row["sujet"], []).append(row["texte"])
    rounds = itertools.zip_longest(*topics.values())
    return [text for one in rounds for text in one if text is not None]


def variants(texts: list[str]) -> Iterator[str]:
    """All the questions as they are, then all with other words around, and so on: never the same text."""
    for before, after in itertools.product(_BEFORE, _AFTER):
        for text in texts:
            yield f"{before}{text}{after}"
