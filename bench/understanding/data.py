"""What every system learns and is asked: the same sentences, drawn once, and the same held-out questions."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.check_data import questions as read_questions
from scripts.evaluate import neighbour_topics, right_topics
from scripts.training_sentences import examples

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "data" / "evaluation" / "questions.yml"
_SEED = 20261123

# An intent and one way of saying it.
Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A held-out question, its topic, and every topic that would be right."""

    text: str
    topic: str
    right: frozenset[str]


def sentences(folder: Path) -> list[Sentence]:
    """The training sentences of a folder, annotations taken out, each once."""
    return list(dict.fromkeys(examples(folder)))


def draw(learned: list[Sentence], per_topic: int | None) -> list[Sentence]:
    """At most `per_topic` sentences of each intent, always the same ones; all of them when None."""
    if per_topic is None:
        return learned
    kept: list[Sentence] = []
    for intent in sorted({intent for intent, _ in learned}):
        of_intent = sorted(one for one in learned if one[0] == intent)
        chance = random.Random(f"{_SEED} {intent}")  # one draw an intent: adding an intent changes no other
        kept += chance.sample(of_intent, min(per_topic, len(of_intent)))
    return kept


def rewritten(learned: list[Sentence]) -> tuple[str, list[Sentence]]:
    """The largest intent, and the sentences once all of its own are worded otherwise: the costliest case."""
    counts = Counter(intent for intent, _ in learned)
    changed = max(sorted(counts), key=lambda intent: counts[intent])
    return changed, [(one, f"alors {text} merci" if one == changed else text) for one, text in learned]


def questions(path: Path, learned: list[Sentence]) -> list[Question]:
    """The held-out questions on the topics that are learned."""
    known = {intent for intent, _ in learned}
    neighbours = neighbour_topics()
    return [
        Question(row["texte"], row["sujet"], right_topics(row, neighbours))
        for row in read_questions(path)
        if row["sujet"] in known
    ]


def topics() -> frozenset[str]:
    """What may be an answer; the other intents (yes, no, a profile) are steps of a dialogue."""
    themes = yaml.safe_load((ROOT / "connaissances" / "sujets.yml").read_text(encoding="utf-8"))["themes"]
    return frozenset(sujet["id"] for theme in themes.values() for sujet in theme["sujets"])
