"""The real service under its real supervisor, as `make run` starts it, in a folder and on ports of its own.

It kills only what carries the mark of this very instance, and never starts anything again itself.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from supervision import control, leftovers
from supervision.layout import Layout
from tests.chaos.journal import Json
from tests.peers.stack import free_port

ROOT = Path(__file__).resolve().parents[2]
VICTIMS = ("rasa", "actions", "service")
_OURS = ("DATABASE_URL", "TRACKER_DB", "RASA_URL", "ACTIONS_URL", "DROITS_API_URL", "SIMULATEUR_API_URL")


class StartFailed(Exception):
    """The launcher ended, or took too long; its last lines say why."""


class Supervised:
    """The launcher's process, and what can be known of the processes it supervises."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(ROOT, (folder / "var").resolve())
        self.layout.var.mkdir(parents=True, exist_ok=True)
        self._ports = {name: free_port() for name in VICTIMS}
        self._launcher: subprocess.Popen[bytes] | None = None
        self._http = httpx.AsyncClient(timeout=3, trust_env=False)

    @property
    def url(self) -> str:
        """Address of the service."""
        return f"http://127.0.0.1:{self._ports['service']}"

    @property
    def database(self) -> Path:
        """The file of the gate's database."""
        return self.layout.var / "gate.db"

    async def start(self, within: float) -> None:
        """Start what `make run` starts, and wait until usagers are served.

        Raises:
            StartFailed: it did not come up.
        """
        environment = {k: v for k, v in os.environ.items() if k not in _OURS} | {
            "VAR_DIR": str(self.layout.var),
            "MODE": "demo",
            "RATE_LIMITS": "off",
            "PORT": str(self._ports["service"]),
            "ACTIONS_PORT": str(self._ports["actions"]),
            "RASA_PORT": str(self._ports["rasa"]),
        }
        with self._log.open("wb") as log:
            self._launcher = subprocess.Popen(
                [sys.executable, "-B", "-m", "supervision", "run", "--tied"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while not await self.is_well():
            if self._launcher.poll() is not None or time.monotonic() > deadline:
                raise StartFailed(self._log.read_text(encoding="utf-8", errors="replace")[-2_000:])
            await asyncio.sleep(0.3)

    @property
    def _log(self) -> Path:
        return self.layout.var / "lanceur.log"

    def stop(self) -> list[int]:
        """Stop everything as Ctrl-C does; return what is still alive, which should be nothing."""
        if self._launcher is not None and self._launcher.poll() is None:
            self._launcher.send_signal(signal.SIGINT)
            try:
                self._launcher.wait(25)
            except subprocess.TimeoutExpired:
                self._launcher.kill()
                self._launcher.wait(10)
        left = leftovers.find(self.layout)
        leftovers.end(self.layout, patience=2)
        return left

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def pid(self, name: str) -> int:
        """The process that the supervisor runs under this name, 0 when it is down."""
        states = await asyncio.to_thread(control.states, self.layout.control_socket)
        return next((one.pid for one in states if one.name == name), 0)

    async def kill(self, name: str) -> int:
        """kill -9, as a crash would; return the pid, 0 when it was already down."""
        pid = await self.pid(name)
        if pid and pid in leftovers.find(self.layout):
            os.kill(pid, signal.SIGKILL)
            return pid
        return 0

    async def is_well(self) -> bool:
        """Whether every part says that it is ready, and the service that all is `ok`."""
        try:
            health = await self._http.get(f"{self.url}/health")
            actions = await self._http.get(f"http://127.0.0.1:{self._ports['actions']}/ready")
        except httpx.HTTPError:
            return False
        return actions.status_code == 200 and health.status_code == 200 and health.json()["status"] == "ok"

    async def is_back(self, name: str, killed: int) -> bool:
        """Whether another process took the place of the one killed, and all is well."""
        return await self.pid(name) not in (0, killed) and await self.is_well()

    def accounts(self) -> list[Json]:
        """The demonstration accounts."""
        found: list[Json] = json.loads((self.layout.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return found
