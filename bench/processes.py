"""Starts, watches, weighs and ends the processes under test; ends by pid those that it started, and no other.

The kernel ends them too if the benchmark itself is killed (supervision/guard.py).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import proc
from supervision import guard

_POLL = 0.05
_GRACE = 10.0


class BenchError(Exception):
    """The measure cannot go on; the French sentence says why."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens to now."""
    opened = [socket.socket() for _ in range(count)]
    try:
        for one in opened:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in opened]
    finally:
        for one in opened:
            one.close()


@dataclass
class Process:
    """One process under test."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, tied to us."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        wrapper = [sys.executable, "-I", "-S", guard.__file__, "--signal=KILL", "--"]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [*wrapper, *self.command],
                cwd=self.folder,
                env={**self.environment, guard.PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone: we end them in order
            )

    def wait_ready(self, deadline: float) -> None:
        """Return once it says that it is ready.

        Raises:
            BenchError: it died, or it is not ready in time.
        """
        assert self.child is not None
        while not self.is_ready():
            if self.child.poll() is not None:
                raise BenchError(
                    f"{self.name} s'est arrêté (code {self.child.returncode}) : lisez {self.log}."
                )
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} n'est pas prêt à temps : lisez {self.log}.")
            time.sleep(_POLL)

    def resident(self) -> float:
        """Resident memory of the process and of its children, in MiB."""
        if self.child is None or self.child.poll() is not None:
            return 0.0
        return proc.resident(self.child.pid)

    def cpu_seconds(self) -> float:
        """Processor time used since its start."""
        if self.child is None or self.child.poll() is not None:
            return 0.0
        return proc.cpu_seconds(self.child.pid)

    def stop(self) -> None:
        """Ask it to stop, then end it; does nothing when it is over."""
        child, self.child = self.child, None
        if child is None:
            return
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@dataclass
class Assistant:
    """The processes that answer together, and where they are spoken to."""

    name: str
    url: str
    processes: list[Process]
    timeout: float = 900.0

    def start(self) -> float:
        """Start all at once; answers the seconds until all are ready.

        Raises:
            BenchError: one of them is not ready.
        """
        started = time.monotonic()
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait_ready(started + self.timeout)
        return time.monotonic() - started

    def resident(self) -> dict[str, float]:
        """Memory of each process, in MiB."""
        return {process.name: process.resident() for process in self.processes}

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time of each process."""
        return {process.name: process.cpu_seconds() for process in self.processes}

    def stop(self) -> None:
        """Stop them all."""
        for process in reversed(self.processes):
            process.stop()
