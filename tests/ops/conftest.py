"""A real launcher and a real supervisord over stand-in processes, in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from supervision.leftovers import MARK

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(condition: Callable[[], object], within: float = 15.0) -> bool:
    """Whether the condition holds at some moment of the delay."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


@dataclass
class Adviser:
    """One launcher started by a test, and what it printed."""

    var: Path
    ports: dict[str, int] = field(default_factory=lambda: {"rasa": free_port(), "service": free_port()})
    behaviours: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "VAR_DIR": str(self.var), "PYTHONPATH": str(ROOT), "MODE": "demo"}

    @property
    def output(self) -> str:
        return (self.var.parent / "output").read_text(encoding="utf-8")

    def start(self) -> "Adviser":
        arguments = [f"{name}:{port}:{self.behaviours.get(name, 'ok')}" for name, port in self.ports.items()]
        with (self.var.parent / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "tests/ops/fake_adviser.py"), *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def start_ready(self) -> "Adviser":
        self.start()
        assert eventually(lambda: "est prêt :" in self.output), self.output
        return self

    @property
    def launcher(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    def supervised(self) -> list[psutil.Process]:
        """The living processes of this instance: the supervisor and all that descends from it."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.var) and process.status() != "zombie":
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def supervisor(self) -> psutil.Process:
        return next(one for one in self.supervised() if "supervisor.supervisord" in one.cmdline())

    def child(self, name: str) -> psutil.Process:
        port = str(self.ports[name])
        return next(one for one in self.supervised() if port in one.cmdline())

    def births(self, name: str) -> list[float]:
        path = self.var / f"births-{self.ports[name]}"
        return [float(line) for line in path.read_text().split()] if path.exists() else []

    def pids_logged(self, name: str) -> list[int]:
        return [int(pid) for pid in re.findall(rf"^{name} *\| pid (\d+)", self.output, re.MULTILINE)]

    def clear(self) -> None:
        for process in [*self.supervised()]:
            process.kill()
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def adviser(tmp_path: Path) -> Iterator[Adviser]:
    instance = Adviser(tmp_path / "var")
    yield instance
    instance.clear()
