"""A second ear for distress: weighs the pieces of words of a message, for what no phrase foresaw.

It learns from examples written by hand and from the ordinary messages of `data/nlu/`; running this module
writes `detresse_poids.json` again. It needs no library and never silences a phrase. It knows what was said
like its examples, nothing about people.
"""

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

_ROOT = Path(__file__).resolve().parents[1]
_WEIGHTS = Path(__file__).with_name("detresse_poids.json")
_EXAMPLES = _ROOT / "tests/handoff/detresse_exemples.yml"
_ORDINARY = _ROOT / "data/nlu"
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
# A long message is read by windows, or ten ordinary sentences would drown the one that matters.
_WINDOW, _STEP = 30, 15
# « j'ai fini », « je n'ai pas envie »: too few words to tell anything from their pieces.
_FEWEST = 5
_EPOCHS, _RATE, _DECAY, _KEPT = 12, 0.6, 1e-3, 12_000
_SCALE = 1_000
# Our own look-alikes are few and hard, the ordinary messages many and easy.
_WEIGHT_OF = {"true": 16.0, "alike": 8.0, "ordinary": 1.0}

Example = tuple[str, bool, float]


@dataclass(frozen=True, slots=True)
class Ear:
    """Weights of pieces of words, learned from examples."""

    weights: Mapping[str, float]
    bias: float

    @classmethod
    def load(cls, path: Path = _WEIGHTS) -> "Ear":
        """Read the weights."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = {piece: weight / _SCALE for piece, weight in stored["poids"].items()}
        return cls(weights, stored["biais"] / _SCALE)

    def __call__(self, read: str) -> float:
        """Return how much a folded text sounds like distress, between 0 and 1."""
        if len(read.split()) < _FEWEST:
            return 0.0
        return max(self._hear(part) for part in windows(read))

    def _hear(self, part: str) -> float:
        found = pieces(part)
        total = sum(self.weights.get(piece, 0.0) for piece in found)
        return _logistic(total / math.sqrt(len(found) or 1) + self.bias)


def windows(read: str) -> Iterator[str]:
    """Cut a long text into windows of words that overlap."""
    words = read.split()
    for start in range(0, max(len(words) - _WINDOW, 0) + _STEP, _STEP):
        yield " ".join(words[start : start + _WINDOW])


def pieces(part: str) -> set[str]:
    """Return the pieces of two to five letters of each word, and the pairs of words."""
    words = part.split()
    found = {f"{a} {b}" for a, b in pairwise(words)}
    for word in set(words):
        edged = f"_{word[:24]}_"
        for size in (2, 3, 4, 5):
            found.update(edged[i : i + size] for i in range(max(len(edged) - size + 1, 1)))
    return found


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def learn(examples: Iterable[Example], *, seed: int = 1) -> Ear:
    """Fit the weights by logistic regression, in the same way each time."""
    prepared = [(sorted(pieces(part)), truth, weight) for part, truth, weight in examples]
    often = Counter(piece for found, _, _ in prepared for piece in found)
    prepared = [([p for p in found if often[p] > 1], truth, weight) for found, truth, weight in prepared]
    weights: dict[str, float] = dict.fromkeys(often, 0.0)
    bias, order = 0.0, random.Random(seed)
    for epoch in range(_EPOCHS):
        order.shuffle(prepared)
        rate = _RATE / (1 + epoch / 3)
        for found, truth, weight in prepared:
            norm = 1 / math.sqrt(len(found) or 1)
            error = truth - _logistic(sum(weights[p] for p in found) * norm + bias)
            step = rate * weight * error
            bias += step * 0.02
            for piece in found:
                weights[piece] += step * norm - rate * _DECAY * weights[piece]
    kept = sorted(weights, key=lambda p: (-abs(weights[p]), p))[:_KEPT]
    return Ear({piece: round(weights[piece], 3) for piece in kept}, round(bias, 3))


def gather(read: Callable[[str], str], *, leaving_out: frozenset[str] = frozenset()) -> list[Example]:
    """Return the examples to learn from: ours, and the ordinary messages the assistant is trained on.

    A sentence written in both places counts once, with its strongest weight.
    """
    strongest: dict[str, Example] = {}
    for text, truth, weight in _written(leaving_out):
        example = (read(text), truth, weight)
        known = strongest.get(example[0])
        if known is None or weight > known[2]:
            strongest[example[0]] = example
    return list(strongest.values())


def _written(leaving_out: frozenset[str]) -> Iterator[Example]:
    for part, lists in yaml.safe_load(_EXAMPLES.read_text(encoding="utf-8")).items():
        if part not in leaving_out:
            yield from ((str(text), True, _WEIGHT_OF["true"]) for text in lists["vraies"])
            yield from ((str(text), False, _WEIGHT_OF["alike"]) for text in lists["sosies"])
    for path in sorted(_ORDINARY.glob("*.yml")):
        for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu") or []:
            truth = entry.get("intent") == "detresse"
            weight = _WEIGHT_OF["true" if truth else "ordinary"]
            lines = entry["examples"].splitlines() if entry.get("intent") else []
            yield from ((_ENTITY.sub(r"\1", line.strip()[2:]), truth, weight) for line in lines if line)


def main() -> None:
    """Learn again from all the examples and write the weights."""
    from handoff.distress import DistressDetector  # it loads these weights: not while this module loads

    ear = learn(gather(DistressDetector.load().read))
    stored = {
        "biais": round(ear.bias * _SCALE),
        "poids": {p: round(w * _SCALE) for p, w in sorted(ear.weights.items()) if round(w * _SCALE)},
    }
    _WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
