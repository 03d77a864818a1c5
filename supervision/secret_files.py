"""Creates the secrets that the processes share, once, readable by their owner only; never prints one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable

from supervision.errors import LauncherError
from supervision.layout import Layout

_SHORTEST = 32


def ensure(layout: Layout, names: Iterable[str]) -> None:
    """Write the missing secrets; an empty file left by a crash is written again."""
    layout.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in names:
        path = layout.secrets / name.lower()
        if path.exists() and len(path.read_text(encoding="ascii").strip()) >= _SHORTEST:
            path.chmod(0o600)
            continue
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        draft.replace(path)


def read(layout: Layout, name: str) -> str:
    """The secret in force: the environment's, else the generated one.

    Raises:
        LauncherError: the environment holds one that is too short to be safe.
    """
    value = os.environ.get(name) or (layout.secrets / name.lower()).read_text(encoding="ascii").strip()
    if len(value) < _SHORTEST:
        raise LauncherError(f"{name} est trop court : {_SHORTEST} caractères au moins.")
    return value
