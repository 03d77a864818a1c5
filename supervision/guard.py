"""Ties a process to its parent, hands it its secrets, then becomes it (exec): no orphan, no extra process.

The kernel signals the process when its parent dies, even by kill -9. Elsewhere than on Linux it only execs.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

PARENT = "CONSEILLER_CPA_PARENT"
_PR_SET_PDEATHSIG = 1


def tie_to_parent(number: int) -> bool:
    """Ask the kernel for this signal at the parent's death; False when it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0) == 0)


def is_orphan(environment: dict[str, str]) -> bool:
    """Whether the parent died before the kernel was asked to tell."""
    expected = environment.get(PARENT)
    return expected is not None and int(expected) != os.getppid()


def read_secrets(names: list[str], folder: str | None) -> dict[str, str]:
    """The secrets that this process may know, and no other."""
    if not names or folder is None:
        return {}
    wanted = [name for name in names if not os.environ.get(name)]
    return {name: (Path(folder) / name.lower()).read_text(encoding="ascii").strip() for name in wanted}


def main(arguments: list[str] | None = None) -> int:
    """Exec the command; only comes back when it cannot."""
    parser = argparse.ArgumentParser(prog="guard")
    parser.add_argument("--signal", default="KILL", choices=("KILL", "TERM"))
    parser.add_argument("--secrets", metavar="FOLDER")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    tie_to_parent(signal.Signals[f"SIG{options.signal}"])
    if is_orphan(dict(os.environ)):
        return 1
    # A secret given in the environment wins over the generated one.
    environment = {**read_secrets(options.secret, options.secrets), **os.environ, PARENT: str(os.getpid())}
    try:
        os.execvpe(command[0], command, environment)
    except OSError as error:
        print(f"{command[0]} : {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main())
