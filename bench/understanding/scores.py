"""What the answers are worth. The same rules for every system: none is told what the others are.

A refusal (« vouliez-vous dire », `nlu_fallback`) is wrong at first rank; the bare rank ignores refusals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.report import percentile
from bench.understanding.data import Question
from scripts.calibration import calibration_error

OUT_OF_SCOPE = "hors_sujet"
FALLBACK = "nlu_fallback"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and what came back: the topic answered (None: a refusal), and the topics by rank."""

    question: Question
    answered: str | None
    ranked: tuple[str, ...]
    confidence: float

    @property
    def top1(self) -> bool:
        """Whether the topic answered is right."""
        return self.answered in self.question.right

    @property
    def bare(self) -> bool:
        """Whether the first topic is right, however unsure."""
        return bool(self.ranked) and self.ranked[0] in self.question.right

    @property
    def top3(self) -> bool:
        """Whether one of the first three topics is right."""
        return not self.question.right.isdisjoint(self.ranked[:3])


def judge(question: Question, answer: Json, topics: frozenset[str]) -> Judged:
    """Read an answer: `intent` and `ranking`, whose entries are (name, confidence), the likeliest first.

    Steps of a dialogue (yes, no) are left out of every system's ranks: no question is about them.
    """
    intent = answer["intent"]
    ranked = [(name, float(confidence)) for name, confidence in answer["ranking"] if name in topics]
    confidence = ranked[0][1] if ranked else 0.0
    answered = None if intent == FALLBACK else intent
    return Judged(question, answered, tuple(name for name, _ in ranked), confidence)


def figures(judged: Sequence[Judged], milliseconds: Sequence[float]) -> Json:
    """Every measure of one system."""
    outside = [one for one in judged if one.question.topic == OUT_OF_SCOPE]
    inside = [one for one in judged if one.question.topic != OUT_OF_SCOPE]
    return {
        "questions": len(judged),
        "top1": share(one.top1 for one in judged),
        "bare": share(one.bare for one in judged),
        "top3": share(one.top3 for one in judged),
        "macro_f1": macro_f1(judged),
        # Of the first topic, refused or not: systems that refuse more or less are compared alike.
        "calibration_error": calibration_error((one.confidence, one.bare) for one in judged),
        "refused": share(one.answered is None for one in judged),
        "out_of_scope": share(one.top1 for one in outside),
        "out_of_scope_or_refused": share(one.top1 or one.answered is None for one in outside),
        "wrongly_out_of_scope": share(one.answered == OUT_OF_SCOPE and not one.top1 for one in inside),
        "p50": percentile(milliseconds, 0.50),
        "p95": percentile(milliseconds, 0.95),
    }


def share(hits: Iterable[bool]) -> float | None:
    """The share of hits; None of nothing."""
    found = list(hits)
    return sum(found) / len(found) if found else None


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean, over the topics asked, of the harmonic mean of precision and recall.

    A right answer counts for the topic of its question, even when it is a neighbour that is right too.
    """
    asked = Counter(one.question.topic for one in judged)
    found = Counter(one.question.topic for one in judged if one.top1)
    wrong = Counter(one.answered for one in judged if not one.top1)
    scores = [2 * found[topic] / (asked[topic] + found[topic] + wrong[topic]) for topic in asked]
    return sum(scores) / len(scores)
