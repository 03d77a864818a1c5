"""Asks the running supervisor how its processes are, over its Unix socket."""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ProcessState:
    """What supervisord says of a process."""

    name: str
    state: str
    pid: int
    started: int

    @property
    def is_down(self) -> bool:
        """It died, or could not even start."""
        return self.state in ("BACKOFF", "EXITED", "FATAL")


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=2)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _Connection(self._path)
        self._connection = host, connection  # where the base class looks for what it must close
        return connection


def states(path: Path) -> list[ProcessState]:
    """The state of each process; empty while the supervisor does not answer."""
    try:
        with xmlrpc.client.ServerProxy("http://localhost", transport=_Transport(path)) as proxy:
            answer: Any = proxy.supervisor.getAllProcessInfo()
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return []
    return [ProcessState(one["name"], one["statename"], one["pid"], one["start"]) for one in answer]
