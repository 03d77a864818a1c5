"""Runs the commands of the preparation: logged whole, shown briefly, all ended together when one fails."""

from __future__ import annotations

import collections
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from supervision import guard
from supervision.console import Console
from supervision.errors import Interrupted, StepFailed

_HEARTBEAT = 20.0
_Child = subprocess.Popen[bytes]
_TAIL = 12


class Tasks:
    """The commands being run; `cancel` ends them and refuses the next ones."""

    def __init__(self, console: Console, root: Path, logs: Path) -> None:
        self._console = console
        self._root = root
        self._logs = logs
        self._running: set[_Child] = set()
        self._lock = threading.Lock()
        self._cancelled = False

    def run(
        self,
        label: str,
        command: Sequence[str],
        *,
        remedy: str,
        environment: Mapping[str, str] | None = None,
        echo: str | None = None,
        quiet: bool = False,
    ) -> None:
        """Run one command to its end; `echo` shows its lines that begin so, `quiet` tells no success.

        Raises:
            StepFailed: it failed; `remedy` says what to do.
            Interrupted: the preparation was cancelled meanwhile.
        """
        if not quiet:
            self._console.say(f"• {label}…")
        started = time.monotonic()
        child = self._start(command, environment)
        tail = self._follow(child, label, _Heartbeat(self._console, label), echo)
        with self._lock:
            self._running.discard(child)
        if self._cancelled:
            raise Interrupted("Préparation interrompue.")
        if child.returncode:
            lines = "\n".join(f"    {line}" for line in tail)
            raise StepFailed(f"Échec : {label}.\n{lines}\n{remedy}\nJournal complet : {self._log(label)}")
        if not quiet:
            self._console.say(f"✓ {label} : fait ({time.monotonic() - started:.0f} s)")

    def cancel(self) -> None:
        """End what runs."""
        with self._lock:
            self._cancelled = True
            running = list(self._running)
        # As Ctrl-C first: a training then removes its half-made files.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for child in running:
                _signal_group(child, number)
            deadline = time.monotonic() + 3
            while any(child.poll() is None for child in running) and time.monotonic() < deadline:
                time.sleep(0.05)

    def _log(self, label: str) -> Path:
        name = re.sub(r"\W+", "-", label)
        return self._logs / f"preparation-{name}.log"

    def _start(self, command: Sequence[str], environment: Mapping[str, str] | None) -> _Child:
        with self._lock:
            if self._cancelled:
                raise Interrupted("Préparation interrompue.")
            # Tied to us: an installation must not go on alone once the launcher was killed.
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, "--signal=TERM", "--", *command],
                cwd=self._root,
                env={**(environment or os.environ), guard.PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(child)
            return child

    def _follow(self, child: _Child, label: str, heartbeat: _Heartbeat, echo: str | None) -> list[str]:
        tail: collections.deque[str] = collections.deque(maxlen=_TAIL)
        assert child.stdout is not None
        with heartbeat, child.stdout, self._log(label).open("wb") as log:
            for raw in child.stdout:
                log.write(raw)
                log.flush()
                # Of a progress bar, which rewrites its line, only the last state.
                line = raw.decode("utf-8", "replace").rstrip().rpartition("\r")[2]
                tail.append(line)
                if echo is not None and line.startswith(echo):
                    self._console.say(f"    {line}")
                    heartbeat.touch()
            child.wait()
        return list(tail)


class _Heartbeat:
    """Says from time to time that a silent command still runs."""

    def __init__(self, console: Console, label: str) -> None:
        self._console = console
        self._label = label
        self._started = self._heard = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def touch(self) -> None:
        """The command has just been heard."""
        self._heard = time.monotonic()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._done.wait(1):
            if time.monotonic() - self._heard >= _HEARTBEAT:
                self._console.say(
                    f"  {self._label} : en cours depuis {time.monotonic() - self._started:.0f} s…"
                )
                self.touch()


def _signal_group(child: _Child, number: int) -> None:
    if child.poll() is None:
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
