"""What the person reads in the terminal: one line a step, one prefixed line a log line."""

from __future__ import annotations

import sys
import threading
from typing import TextIO

_COLOURS = {"rasa": "35", "actions": "36", "service": "32", "superviseur": "33"}
_WIDTH = max(map(len, _COLOURS))


class Console:
    """Writes whole lines, from several threads; a closed output is remembered instead of raising."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._lock = threading.Lock()
        self._colours = self._out.isatty()
        self.closed = False

    def say(self, text: str) -> None:
        """A line of the launcher itself."""
        with self._lock:
            try:
                self._out.write(text + "\n")
                self._out.flush()
            except (BrokenPipeError, ValueError):
                self.closed = True

    def log(self, name: str, line: str) -> None:
        """A line of a process, after its name."""
        prefix = f"{name:<{_WIDTH}} |"
        if self._colours and name in _COLOURS:
            prefix = f"\033[{_COLOURS[name]}m{prefix}\033[0m"
        self.say(f"{prefix} {line}")
