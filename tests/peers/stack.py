"""The whole service as it runs: real Rasa with the trained model, real actions, real gate, on free ports."""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
_READY_WITHIN = 120.0


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """Three processes and where they keep things."""

    var: Path
    ports: dict[str, int] = field(
        default_factory=lambda: {n: free_port() for n in ("rasa", "actions", "service")}
    )
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address of the service."""
        return f"http://127.0.0.1:{self.ports['service']}"

    def environment(self) -> dict[str, str]:
        """What the processes read."""
        rasa, actions = (f"http://127.0.0.1:{self.ports[n]}" for n in ("rasa", "actions"))
        return os.environ | {
            "MODE": "demo",
            "VAR_DIR": str(self.var),
            "PORT": str(self.ports["service"]),
            "RASA_PORT": str(self.ports["rasa"]),
            "ACTIONS_PORT": str(self.ports["actions"]),
            "RASA_URL": rasa,
            "ACTIONS_URL": f"{actions}/webhook",
            "DROITS_API_URL": f"{self.url}/api/v1/droits",
            "SIMULATEUR_API_URL": f"{self.url}/api/v1/simulations",
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.var / 'gate.db'}",
            "TRACKER_DB": str(self.var / "rasa_tracker.db"),
            "MODEL_DIR": str(ROOT / "models"),
            "RATE_LIMITS": "off",
            "RASA_CHANNEL_SECRET": self.secret,
            "DROITS_TOKEN_SECRET": self.secret,
            "RASA_TELEMETRY_ENABLED": "false",
            "OMP_NUM_THREADS": "1",
        }

    secret: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    def start(self, *names: str) -> None:
        """Start processes, and wait until usagers are served by all of them."""
        self.var.mkdir(parents=True, exist_ok=True)
        service = str(ROOT / ".venv/bin/python")
        commands = {
            "rasa": [str(ROOT / ".venv-rasa/bin/python"), "-m", "nlu.serve"],
            "actions": [service, "-m", "actions"],
            "service": [service, "-m", "app"],
        }
        if not (self.var / "gate.db").exists():
            subprocess.run([service, "-m", "handoff.migrate"], cwd=ROOT, env=self.environment(), check=True)
        for name in names or commands:
            log = (self.var / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(
                commands[name], cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT
            )
            log.close()

    def wait_ready(self) -> None:
        """Return once every part answers.

        Raises:
            AssertionError: a part does not; its log's end says why.
        """
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            if self._is_ready():
                return
            time.sleep(0.3)
        ends = {n: (self.var / f"{n}.log").read_text(errors="replace")[-600:] for n in self.processes}
        raise AssertionError(f"not ready: {ends}")

    def _is_ready(self) -> bool:
        try:
            with httpx.Client(timeout=3, trust_env=False) as client:
                health = client.get(f"{self.url}/health").json()
                actions = client.get(f"http://127.0.0.1:{self.ports['actions']}/ready")
        except (httpx.HTTPError, ValueError):
            return False
        return bool(health["status"] == "ok" and actions.status_code == 200)

    def kill(self, name: str) -> None:
        """End a process at once, as a crash would."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait(10)

    def stop(self) -> None:
        """End everything that was started."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def accounts(self) -> dict[str, dict[str, Any]]:
        """Return the demonstration accounts by login."""
        known = json.loads((self.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return {account["login"]: account for account in known}


@contextmanager
def running_stack(var: Path) -> Iterator[Stack]:
    """Run the whole service in a folder of its own."""
    stack = Stack(var)
    stack.start()
    try:
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()
