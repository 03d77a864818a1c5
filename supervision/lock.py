"""One running instance per VAR_DIR: a lock that the kernel frees by itself, however the launcher dies."""

from __future__ import annotations

import fcntl
import os
from typing import IO

from supervision.errors import AlreadyRunning
from supervision.layout import Layout

_NAME = "lanceur.lock"


class InstanceLock:
    """Held from the preparation to the end; the file tells the launcher's pid."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.run / _NAME
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        """Hold the lock.

        Raises:
            AlreadyRunning: another launcher holds it.
        """
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise AlreadyRunning(
                f"Le conseiller est déjà en marche ici (processus {holder(self._path.parent)}). "
                "« make stop » l'arrête."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def __exit__(self, *_: object) -> None:
        """Free it; the file stays, since removing it would let two launchers hold two files."""
        if self._file:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def holder(run: object) -> int | None:
    """The pid of the launcher that holds the lock of this folder; None when none does."""
    path = os.path.join(str(run), _NAME)
    try:
        with open(path, encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read().strip()
                return int(text) if text.isdigit() else None
    except OSError:
        return None
    return None
