"""Finds and ends the processes of an instance by the mark in their environment, whoever their parent is.

It touches no process without the mark of this very VAR_DIR, so a stale pid file can never kill a stranger.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from supervision.layout import Layout

MARK = "CONSEILLER_CPA_INSTANCE"
_PROC = Path("/proc")


def mark(layout: Layout) -> dict[str, str]:
    """The variable that every supervised process and its descendants carry."""
    return {MARK: str(layout.var)}


def find(layout: Layout) -> list[int]:
    """The living processes that carry this instance's mark (none where /proc does not exist)."""
    wanted = f"{MARK}={layout.var}".encode()
    found = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
            state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[:1]
        except OSError:
            continue  # gone meanwhile, or another user's
        if wanted in variables and state != [b"Z"] and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return sorted(found)


def _signal_all(layout: Layout, number: int) -> None:
    for pid in find(layout):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def end(layout: Layout, patience: float = 8.0) -> int:
    """Ask the left-over processes to stop, then insist; answers how many there were."""
    first = len(find(layout))
    if not first:
        return 0
    _signal_all(layout, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while find(layout) and time.monotonic() < deadline:
        time.sleep(0.1)
    # Twice: a supervisor dying under the first round may have had time to start a child again.
    for _ in range(2):
        _signal_all(layout, signal.SIGKILL)
        time.sleep(0.05)
    return first
