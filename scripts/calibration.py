"""Whether a confidence tells the truth: answers by tenths of it, and the expected calibration error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10

# How sure an answer said it was (0 to 1), and whether it was right.
Told = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence falls in one tenth: how many, how sure, how often right (shares)."""

    count: int
    said: float
    right: float


def reliability(answers: Iterable[Told]) -> list[Bin]:
    """The answers by tenths of confidence, the least sure first; empty tenths are left out."""
    tenths: dict[int, list[Told]] = defaultdict(list)
    for confidence, right in answers:
        tenths[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [
        Bin(len(held), sum(said for said, _ in held) / len(held), sum(right for _, right in held) / len(held))
        for _, held in sorted(tenths.items())
    ]


def calibration_error(answers: Iterable[Told]) -> float:
    """Expected calibration error (ECE): mean gap between confidence and being right, weighted by the tenths.

    Returns: a share, from 0 (it tells the truth) to 1; 0 of nothing.
    """
    bins = reliability(answers)
    total = sum(one.count for one in bins)
    return sum(abs(one.said - one.right) * one.count for one in bins) / total if total else 0.0
