"""One run of the adviser: starts the supervisor, waits until each process is ready, stops everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from supervision import configuration, control, guard, leftovers, machine
from supervision.console import Console
from supervision.errors import ChildFailed, LauncherError
from supervision.follow import Follower
from supervision.layout import Layout
from supervision.programs import Program

_START_TIMEOUT = 240.0
# supervisord itself kills after stopwaitsecs (6 s); past this, we do.
_STOP_TIMEOUT = 8.5
_FAILED_STARTS = 3
_TAIL = 15


class Instance:
    """The supervisor and its processes, from start to stop."""

    def __init__(
        self,
        layout: Layout,
        programs: Sequence[Program],
        console: Console,
        *,
        python: str,
        environment: Mapping[str, str],
    ) -> None:
        self._layout = layout
        self._programs = programs
        self._console = console
        self._python = python
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None
        self._follower: Follower | None = None

    def start(self) -> None:
        """Clear what a killed instance left, check the ports, start the supervisor."""
        left = leftovers.end(self._layout)
        if left:
            self._console.say(f"• {left} processus d'un arrêt brutal ont été terminés.")
        machine.check_ports((one.name, one.port_variable, one.port) for one in self._programs)
        for stale in (self._layout.control_socket, self._layout.run / "supervisord.pid"):
            stale.unlink(missing_ok=True)
        path = configuration.write(self._layout, self._programs)
        names = [*(program.name for program in self._programs), "superviseur"]
        self._follower = Follower(self._console, self._layout.logs, names)
        self._child = self._spawn(str(path))
        self._follower.start()

    def _spawn(self, path: str) -> subprocess.Popen[bytes]:
        # TERM when we die: supervisord then stops its processes properly; KILL for them when it dies itself.
        wrapper = [sys.executable, "-I", "-S", guard.__file__, "--signal=TERM", "--"]
        command = [*wrapper, self._python, "-m", "supervisor.supervisord", "-n", "-c", path]
        environment = {
            **self._environment,
            **leftovers.mark(self._layout),
            guard.PARENT: str(os.getpid()),
        }
        # Its own session: Ctrl-C reaches the launcher only, which stops things in order.
        with (self._layout.logs / "superviseur-demarrage.log").open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self._layout.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, stop: threading.Event, timeout: float = _START_TIMEOUT) -> bool:
        """Wait until each process says that it is ready; False when asked to stop meanwhile.

        Raises:
            ChildFailed: one keeps dying, or the time is over.
        """
        started = time.monotonic()
        waiting = {program.name: program for program in self._programs}
        births: dict[str, set[int]] = {name: set() for name in waiting}
        probes = _Probes(self._programs)
        while waiting and not stop.wait(0.2):
            for name in [name for name in waiting if name in probes.ready]:
                del waiting[name]
                self._console.say(f"✓ {name} est prêt ({time.monotonic() - started:.0f} s)")
            self._check_supervisor()
            self._check_children(waiting, births)
            if waiting and time.monotonic() - started > timeout:
                raise ChildFailed(self._explain(next(iter(waiting)), f"n'est pas prêt après {timeout:.0f} s"))
        probes.finish()
        return not waiting

    def _check_supervisor(self) -> None:
        if self.has_ended():
            output = self._layout.logs / "superviseur-demarrage.log"
            raise LauncherError(
                f"Le superviseur s'est arrêté pendant le démarrage.\n{_tail(output.read_bytes())}\n"
                "Relancez « make run »."
            )

    def _check_children(self, waiting: Mapping[str, Program], births: dict[str, set[int]]) -> None:
        for state in control.states(self._layout.control_socket):
            if state.name not in waiting or not state.is_down:
                continue
            births[state.name].add(state.started)
            if len(births[state.name]) >= _FAILED_STARTS:
                raise ChildFailed(self._explain(state.name, "s'arrête chaque fois qu'on le démarre"))

    def _explain(self, name: str, what: str) -> str:
        log = self._layout.logs / f"{name}.log"
        lines = _tail(log.read_bytes()[-20_000:]) if log.exists() else ""
        return f"« {name} » {what}. Ses dernières lignes ({log}) :\n{lines}"

    def has_ended(self) -> bool:
        """Whether the supervisor is gone."""
        return self._child is None or self._child.poll() is not None

    def stop(self) -> None:
        """Stop everything within ten seconds, by force at the end if need be."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        leftovers.end(self._layout, patience=0.5)
        if self._follower and self._follower.is_alive():
            self._follower.finish()
        self._layout.control_socket.unlink(missing_ok=True)


class _Probes:
    """Asks each process in its own thread: one that does not answer must not delay the others."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.ready: set[str] = set()
        self._done = threading.Event()
        for program in programs:
            threading.Thread(target=self._ask, args=(program,), daemon=True).start()

    def _ask(self, program: Program) -> None:
        while not self._done.wait(0.3):
            if program.is_ready():
                self.ready.add(program.name)
                return

    def finish(self) -> None:
        self._done.set()


def _tail(content: bytes) -> str:
    lines = content.decode("utf-8", "replace").splitlines()[-_TAIL:]
    return "\n".join(f"    {line}" for line in lines)
