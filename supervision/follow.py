"""Copies what the processes log to the terminal, each line after the name of its process.

It reads the log files, so that a terminal that blocks or closes never holds a process up.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from supervision.console import Console

_PERIOD = 0.15
_CHUNK = 1 << 16
# supervisord alarms at each start about its socket, which only the owner can open.
_NOISE = "running without any HTTP authentication checking"


class LogFile:
    """One file followed through its rotations, from its present end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest = b""
        self._file = self._open()
        if self._file:
            self._file.seek(0, 2)

    def _open(self) -> BinaryIO | None:
        try:
            return self._path.open("rb")
        except OSError:
            return None

    def lines(self) -> list[str]:
        """The whole lines written since the last call."""
        found = self._read()
        if self._was_rotated():
            found += self._read()
            self.close()
            self._file = self._open()
            found += self._read()
        *whole, self._rest = (self._rest + found).split(b"\n")
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def close(self) -> None:
        """Give the file back."""
        if self._file:
            self._file.close()
            self._file = None

    def _read(self) -> bytes:
        if self._file is None:
            return b""
        chunks = iter(lambda: self._file.read(_CHUNK) if self._file else b"", b"")
        return b"".join(chunks)

    def _was_rotated(self) -> bool:
        try:
            present = self._path.stat()
        except OSError:
            return False  # between the two renames of a rotation
        if self._file is None:
            return True
        opened = _stat(self._file)
        return (present.st_ino, present.st_dev) != opened[:2] or present.st_size < self._file.tell()


def _stat(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_ino, status.st_dev


class Follower(threading.Thread):
    """Follows several files until told to finish."""

    def __init__(self, console: Console, folder: Path, names: Iterable[str]) -> None:
        super().__init__(daemon=True, name="journaux")
        self._console = console
        self._files = {name: LogFile(folder / f"{name}.log") for name in names}
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_PERIOD):
            self._copy()
        self._copy()

    def _copy(self) -> None:
        for name, file in self._files.items():
            for line in file.lines():
                if _NOISE not in line:
                    self._console.log(name, line)

    def finish(self) -> None:
        """Copy what was written last, then end."""
        self._done.set()
        self.join(timeout=2)
        for file in self._files.values():
            file.close()
