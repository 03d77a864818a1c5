"""The two assistants under test: how each is trained from nothing, started, and known to be ready.

Ours runs the very commands and settings of `make run`, in a folder of its own; the starter runs `rasa run`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import proc, starter
from bench.processes import Assistant, BenchError, Process, free_ports
from nlu.errors import ModelUnavailable
from nlu.manifest import checked_model, inputs_digest
from supervision import guard, programs
from supervision.layout import Layout

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "var" / "bench"
RASA_BIN = ROOT / ".venv-rasa" / "bin"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_RECORD = "entrainement.json"
_TRAINING_INPUTS = ("config.yml", "domain.yml", "data", "nlu", "scripts", "requirements")


@dataclass(frozen=True)
class Trained:
    """A model, and what it cost to make it from nothing."""

    folder: Path
    seconds: float
    cpu_seconds: float
    load_before: float
    at: str
    nice: int

    @property
    def models(self) -> Path:
        """Where the model is."""
        return self.folder / "models"

    def as_dict(self) -> dict[str, Any]:
        """What is written beside the model and in the report."""
        return {
            "seconds": round(self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "load_before": round(self.load_before, 2),
            "at": self.at,
            "nice": self.nice,
        }


def train_ours(*, again: bool, nice: int) -> Trained:
    """Train our model in a copy of its inputs, without the cache of sentence vectors.

    Unless `again`, the model of `make train` will do if it is up to date, with the time last measured here.
    """
    digest = inputs_digest(ROOT)
    folder = BENCH / f"nous-{digest[:16]}"
    if not again and not (folder / _RECORD).exists() and _is_current(digest):
        return _last_measured("nous-*") or Trained(ROOT, 0.0, 0.0, 0.0, "jamais", 0)

    def prepare() -> None:
        folder.mkdir()
        for name in _TRAINING_INPUTS:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)

    command = [str(RASA_BIN / "python"), "scripts/train.py", "--force", "--model-dir", str(folder / "models")]
    return _train(folder, prepare, command, again=again, nice=nice)


def _last_measured(folders: str) -> Trained | None:
    """The model of `make train`, with the time of the newest training from nothing that was measured."""
    records = sorted(BENCH.glob(f"{folders}/{_RECORD}"), key=lambda path: path.stat().st_mtime)
    if not records:
        return None
    return Trained(folder=ROOT, **json.loads(records[-1].read_text(encoding="utf-8")))


def _is_current(digest: str) -> bool:
    try:
        return checked_model(ROOT / "models")[1].inputs == digest
    except ModelUnavailable:
        return False


def train_starter(*, again: bool, nice: int, epochs: int) -> Trained:
    """Train the stock assistant on the same data."""
    draft = BENCH / "starter-projet"
    shutil.rmtree(draft, ignore_errors=True)
    starter.write_project(draft, epochs=epochs)
    digest = hashlib.sha256(starter.fingerprint(draft).encode()).hexdigest()[:16]
    folder = BENCH / f"starter-{digest}"

    def prepare() -> None:
        draft.rename(folder)

    command = [str(RASA_BIN / "rasa"), "train", "--force", "--fixed-model-name", "starter"]
    return _train(folder, prepare, command, again=again, nice=nice)


def _train(folder: Path, prepare: Any, command: list[str], *, again: bool, nice: int) -> Trained:
    record = folder / _RECORD
    if record.exists() and not again:
        return Trained(folder=folder, **json.loads(record.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    prepare()
    load = os.getloadavg()[0]
    at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    started = time.monotonic()
    cpu = _run_to_the_end(command, folder, nice)
    trained = Trained(folder, time.monotonic() - started, cpu, load, at, nice)
    record.write_text(json.dumps(trained.as_dict(), indent=2), encoding="utf-8")
    return trained


def _run_to_the_end(command: list[str], folder: Path, nice: int) -> float:
    """Run a training, tied to us; answers the processor time of all its processes."""
    log = folder / "entrainement.log"
    wrapper = [sys.executable, "-I", "-S", guard.__file__, "--signal=TERM", "--"]
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*wrapper, *command],
            cwd=folder,
            env={**rasa_environment(), "PYTHONUNBUFFERED": "1", guard.PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    proc.be_nice(child.pid, nice)
    before = os.times()
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    after = os.times()
    if code:
        raise BenchError(f"L'entraînement a échoué (code {code}) : lisez {log}.")
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def rasa_environment() -> dict[str, str]:
    """What a stock Rasa gets: our environment, without telemetry nor any setting of ours."""
    dropped = ("OMP_NUM_THREADS", "PYTHONPATH", "VIRTUAL_ENV", "VAR_DIR", "PORT", *programs.SECRETS)
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}


@dataclass(frozen=True)
class Secrets:
    """What the load process needs to look inside."""

    channel: str
    rasa_url: str


def ours(models: Path, var: Path) -> tuple[Assistant, Secrets]:
    """Our three processes, on free ports, with their data in `var`."""
    service, actions, rasa = free_ports(3)
    secret = secrets.token_urlsafe(48)
    os.environ.update(
        PORT=str(service),
        ACTIONS_PORT=str(actions),
        RASA_PORT=str(rasa),
        RASA_CHANNEL_SECRET=secret,
        DROITS_TOKEN_SECRET=secrets.token_urlsafe(48),
        MODEL_DIR=str(models),
        RATE_LIMITS="off",
    )
    layout = Layout(ROOT, var)
    shared = programs.environment(layout)
    processes = [
        Process(
            name=program.name,
            command=program.command,
            folder=ROOT,
            environment={**shared, **program.environment},
            log=var / "log" / f"{program.name}.log",
            is_ready=program.is_ready,
        )
        for program in programs.programs(layout, secret)
    ]
    _migrate(shared)
    url = f"http://127.0.0.1:{service}"
    return Assistant("nous", url, processes), Secrets(secret, f"http://127.0.0.1:{rasa}")


def _migrate(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "-m", "handoff.migrate"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"Les migrations ont échoué : {done.stderr.strip()[-400:]}")


def stock(project: Path, var: Path, *, durable: bool) -> Assistant:
    """The stock assistant, its tracker in SQLite (durable) or in memory."""
    [port] = free_ports(1)
    var.mkdir(parents=True, exist_ok=True)
    where = starter.endpoints(project, var / "starter_tracker.db" if durable else None)
    command = [str(RASA_BIN / "rasa"), "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)]
    command += ["--model", str(project / "models" / "starter.tar.gz"), "--endpoints", str(where)]
    command += ["--credentials", str(project / "credentials.yml")]
    url = f"http://127.0.0.1:{port}"
    process = Process(
        name="rasa",
        command=command,
        folder=project,
        environment={**rasa_environment(), "PYTHONPATH": str(project), "TRACKER_SYNCHRONOUS": synchronous()},
        log=var / "log" / ("starter.log" if durable else "starter-memoire.log"),
        is_ready=lambda: _status(url),
    )
    return Assistant("starter", url, [process])


def synchronous() -> str:
    """How our tracker waits for the disk, as its source says: the starter does the same."""
    source = (ROOT / "nlu" / "tracker_store.py").read_text(encoding="utf-8")
    found = re.search(r"PRAGMA synchronous=(\w+)", source)
    return found.group(1) if found else "FULL"


def _status(url: str) -> bool:
    try:
        with _DIRECT.open(f"{url}/status", timeout=2.0) as answer:
            return bool(json.load(answer).get("model_file"))
    except (OSError, urllib.error.URLError, ValueError):
        return False
