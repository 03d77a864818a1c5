"""What a comparison leaves to the next one: its figures, one file a set of conditions; one at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.processes import BenchError
from bench.understanding.data import Question, Sentence

_LOCK = "comparaison.lock"

Json = dict[str, Any]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder of the models; the kernel frees it, however we die.

    Raises:
        BenchError: another comparison holds it: the two would undo each other's models and slow each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BenchError(
                f"Une comparaison tourne déjà ici (processus {file.read().strip() or 'inconnu'}). "
                "Attendez qu'elle finisse, ou arrêtez-la (Ctrl-C), puis relancez cette commande."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def path(folder: Path, learned: list[Sentence], questions: list[Question], epochs: int | None) -> Path:
    """The file of the figures that may stand side by side: same sentences, same questions, same epochs."""
    asked = [asdict(question) | {"right": sorted(question.right)} for question in questions]
    made_of = json.dumps([learned, asked, epochs], ensure_ascii=False, sort_keys=True)
    return folder / f"nlu-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.json"


def add(target: Path, conditions: Json, measured: Mapping[str, Json], models: Mapping[str, str]) -> Json:
    """Write what was measured over what was there before, and answer the whole, by system.

    `models` names the model that each system would have today: the figures of another one are dropped.
    """
    before = json.loads(target.read_text(encoding="utf-8"))["systemes"] if target.exists() else {}
    kept = {key: one for key, one in before.items() if one["model"] == models.get(key)}
    figures = {**kept, **measured}
    draft = target.with_name(f"{target.name}.part")
    draft.write_text(
        json.dumps({"conditions": conditions, "systemes": figures}, indent=2, ensure_ascii=False),
        encoding="utf-8",
    )
    draft.replace(target)
    return figures
