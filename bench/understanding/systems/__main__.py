"""Trains one system, or asks it: `python -m bench.understanding.systems train|ask FOLDER FILE`.

The questions come without their topics. What a training costs is measured from outside, by
bench.understanding.runs.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

from bench import proc


def main() -> int:
    phase, folder, inputs = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    recipe = json.loads((folder / "recette.json").read_text(encoding="utf-8"))
    given = json.loads((folder / inputs).read_text(encoding="utf-8"))
    system = importlib.import_module(f"bench.understanding.systems.{recipe['module']}")
    if phase == "train":
        system.train(folder, recipe, [tuple(pair) for pair in given])
        return 0
    started = time.monotonic()
    answer = system.load(folder)
    load_seconds = time.monotonic() - started
    for text in given["warm_up"]:
        answer(text)
    answers = []
    for number, text in enumerate(given["asked"], start=1):
        began = time.perf_counter()
        said = answer(text)
        answers.append({**said, "ms": (time.perf_counter() - began) * 1000})
        if number % 100 == 0:
            print(f"questions : {number}/{len(given['asked'])}", flush=True)
    found = {
        "answers": answers,
        "load_seconds": round(load_seconds, 2),
        "resident_mib": round(proc.resident(os.getpid())),
    }
    (folder / "reponses.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
