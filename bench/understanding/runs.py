"""Trains and asks each system in a process of its own, one at a time; keeps the models and what they cost.

`var/bench/nlu/<system>-<digest>/`: the sentences, the model, `entrainement.json`, `entrainement.log`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.assistants import rasa_environment
from bench.processes import BenchError
from bench.understanding.data import Question, Sentence, rewritten
from bench.understanding.recipes import OURS, System
from supervision import guard

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "var" / "bench" / "nlu"
_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
_RECORD, _CHANGED_RECORD = "entrainement.json", "entrainement-sujet.json"
_CHANGED = "phrases-sujet.json"
WARM_UP = 30
_SHOWN_EVERY = 5.0  # seconds, of what the child prints
_END_OF_LINE = re.compile(rb"[\r\n]+")

Json = dict[str, Any]


@dataclass(frozen=True)
class Trained:
    """A model that is on the disk, and what it cost: keys of `entrainement.json`."""

    system: System
    folder: Path
    cost: Json
    changed: Json | None  # the same, trained again with one topic changed; ours only


def model_name(system: System, learned: list[Sentence], epochs: int | None) -> str:
    """The folder of a model, told from another by how it is made, and from which sentences."""
    made_of = json.dumps([system.key, system.recipe(epochs), learned], ensure_ascii=False, sort_keys=True)
    return f"{system.key}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"


def train(system: System, learned: list[Sentence], *, epochs: int | None, again: bool) -> Trained:
    """Train, or take the model already trained from the same sentences the same way.

    Raises:
        BenchError: training failed; its log is named.
    """
    folder = MODELS / model_name(system, learned, epochs)
    changed_cost = folder / _CHANGED_RECORD
    # Interrupted, the second training left vectors behind: made again alone, it would be too short.
    halfway = (folder / _CHANGED).exists() and not changed_cost.exists()
    if again or halfway or not (folder / _RECORD).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write(folder / "recette.json", {"module": system.module, **system.recipe(epochs)})
        _write(folder / "phrases.json", learned)
        cost = _child(system, folder, "train", "phrases.json")
        _write(folder / _RECORD, cost | {"sentences": len(learned)})
    if system.key == OURS and not changed_cost.exists():
        topic, changed = rewritten(learned)
        _write(folder / _CHANGED, changed)
        cost = _child(system, folder, "train", _CHANGED)
        _write(changed_cost, cost | {"topic": topic})
    return Trained(
        system, folder, _read(folder / _RECORD), _read(changed_cost) if changed_cost.exists() else None
    )


def ask(trained: Trained, learned: list[Sentence], questions: list[Question]) -> Json:
    """Load the model and ask every question, one at a time.

    Returns: `answers` (intent, ranking, ms), in the order of the questions, `load_seconds`, `resident_mib`.
    Raises:
        BenchError: it could not answer.
    """
    texts = [question.text for question in questions]
    step = -(-len(learned) // WARM_UP)
    _write(
        trained.folder / "questions.json", {"warm_up": [text for _, text in learned[::step]], "asked": texts}
    )
    _child(trained.system, trained.folder, "ask", "questions.json")
    found = _read(trained.folder / "reponses.json")
    if len(found["answers"]) != len(texts):
        raise BenchError(f"{trained.system.title} n'a pas répondu à toutes les questions.")
    return found


def _child(system: System, folder: Path, phase: str, inputs: str) -> Json:
    """Run one phase to its end; answers what it cost. Training may use every processor, answering one."""
    threads = (os.cpu_count() or 1) if phase == "train" else 1
    names = ("OMP", "OPENBLAS", "MKL")
    limits = {f"{name}_NUM_THREADS": str(threads) for name in names}
    limits |= {f"TF_{name}_OP_PARALLELISM_THREADS": str(threads) for name in ("INTRA", "INTER")}
    command = [str(_PYTHON), "-m", "bench.understanding.systems", phase, str(folder), inputs]
    load, started = os.getloadavg()[0], time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, "--signal=TERM", "--", *command],
        cwd=ROOT,
        env={
            **rasa_environment(),
            **limits,
            "RASA_MAX_CACHE_SIZE": "0",  # nothing of a training is taken up by the next one
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            guard.PARENT: str(os.getpid()),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    log = folder / ("entrainement.log" if phase == "train" else "questions.log")
    assert child.stdout is not None
    reader = threading.Thread(target=_follow, args=(child.stdout, log, system.key, started), daemon=True)
    reader.start()
    try:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    reader.join()
    if child.returncode:
        raise BenchError(f"{system.title} a échoué (code {child.returncode}) : lisez {log}.")
    return {
        "seconds": round(time.monotonic() - started, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "threads": threads,
        "load_before": round(load, 2),
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def _follow(stream: IO[bytes], log: Path, name: str, started: float) -> None:
    """Log all that the child prints, and show a line of it from time to time: epochs, counts."""
    shown, rest = 0.0, b""
    with log.open("ab") as kept:
        while part := os.read(stream.fileno(), 65536):
            kept.write(part)
            *lines, rest = _END_OF_LINE.split(rest + part)
            said = [line for line in (*lines, rest) if line.strip()]  # a progress bar ends no line
            now = time.monotonic()
            if said and now - shown >= _SHOWN_EVERY:
                shown = now
                text = said[-1].decode("utf-8", "replace").strip()[:110]
                print(f"[{name}] {now - started:5.0f} s  {text}", file=sys.stderr, flush=True)
    stream.close()


def _write(path: Path, content: Any) -> None:
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


def _read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found
