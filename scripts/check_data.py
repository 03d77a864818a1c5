"""Checks the training examples against each other and against the held-out questions; changes nothing.

No example under two topics, enough examples a topic, and no held-out question that training has nearly seen.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz, process

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.training_sentences import examples  # noqa: E402

FEWEST_EXAMPLES = 30
FEWEST_QUESTIONS = 8
# Of 100, on texts without case, accents or punctuation: two of them differ by a letter or a small word.
NEARLY_THE_SAME = 95


def plain(text: str) -> str:
    """The words alone: what is left when case, accents and punctuation are forgotten."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare)) or text


def known_examples(folder: Path) -> dict[str, set[str]]:
    """Every training example, plain, with the intents that have it."""
    training: dict[str, set[str]] = defaultdict(set)
    for intent, text in examples(folder):
        training[plain(text)].add(intent)
    return training


def questions(path: Path) -> list[dict[str, Any]]:
    """The held-out questions of a file."""
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def contradictions(training: dict[str, set[str]]) -> list[str]:
    """The examples that two intents claim."""
    return [
        f"exemple sous deux sujets ({', '.join(sorted(intents))}) : {text}"
        for text, intents in training.items()
        if len(intents) > 1
    ]


def shortages(training: dict[str, set[str]], held_out: list[dict[str, Any]]) -> list[str]:
    """The topics with too little to learn from or to be judged on."""
    counts: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for intents in training.values():
        for intent in intents:
            counts[intent] += 1
    for question in held_out:
        asked[question["sujet"]] += 1
    few = [f"{one} : {counts[one]} exemples" for one in sorted(asked) if counts[one] < FEWEST_EXAMPLES]
    thin = [f"{one} : {asked[one]} questions" for one in sorted(asked) if asked[one] < FEWEST_QUESTIONS]
    return few + thin


def leaks(known: list[str], held_out: list[dict[str, Any]]) -> list[str]:
    """The held-out questions that what was seen before nearly contains."""
    found = []
    for question in held_out:
        text = plain(question["texte"])
        match = process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=NEARLY_THE_SAME)
        if match:
            found.append(f"question tenue à l'écart presque dans les exemples : « {text} » ~ « {match[0]} »")
    return found


def main() -> int:
    """Print what must be mended; 0 when nothing must."""
    data = ROOT / "data"
    held_out = questions(data / "evaluation" / "questions.yml")
    lookalikes = questions(data / "evaluation" / "faux_semblants.yml")
    calibration = questions(data / "calage" / "phrases.yml")
    training = known_examples(data / "nlu")
    problems = [
        *contradictions(training),
        *shortages(training, held_out),
        *leaks(list(training), held_out + lookalikes + calibration),
        *leaks([plain(one["texte"]) for one in calibration], held_out + lookalikes),
    ]
    for problem in problems:
        print(problem)
    print(f"{len(training)} exemples, {len(held_out)} questions, {len(problems)} problème(s).")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
