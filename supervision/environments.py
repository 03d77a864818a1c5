"""Keeps the two Python environments equal to their locks; rebuilds one only when its lock changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from supervision import interpreters
from supervision.errors import MissingTool
from supervision.interpreters import Need
from supervision.layout import Layout
from supervision.tasks import Tasks

_STAMP = ".conseiller-lock.json"
_OLDEST_UV = (0, 5)
_NETWORK = (
    "Vérifiez l'accès au réseau (derrière un mandataire : HTTPS_PROXY), puis relancez la même commande."
)


@dataclass(frozen=True)
class Environment:
    """An environment: its folder, the lock of those who run it, the larger lock of those who test it."""

    name: str
    folder: Path
    lock: Path
    dev_lock: Path
    need: Need
    size_gib: float  # measured, once the packages are on the same disk as the cache

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def stamp(self) -> dict[str, str]:
        """The digests of what was installed; empty when unknown, interrupted, or made for another place."""
        try:
            read = json.loads((self.folder / _STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        sane = isinstance(read, dict) and read.get("folder") == str(self.folder) and self.python.exists()
        return read if sane else {}

    def is_current(self, dev: bool) -> bool:
        """Whether what is asked for is there: the larger lock contains the smaller one."""
        stamp = self.stamp()
        if stamp.get("lock") != _digest(self.lock):
            return False
        return not dev or stamp.get("dev_lock") == _digest(self.dev_lock)


def service(layout: Layout) -> Environment:
    """The environment of the service and of the actions."""
    locks = layout.root / "requirements"
    return Environment(
        "environnement du service",
        layout.root / ".venv",
        locks / "service.txt",
        locks / "dev.txt",
        interpreters.SERVICE,
        1.0,
    )


def rasa(layout: Layout) -> Environment:
    """Rasa's own environment."""
    locks = layout.root / "requirements"
    return Environment(
        "environnement de Rasa",
        layout.root / ".venv-rasa",
        locks / "rasa.txt",
        locks / "rasa-dev.txt",
        interpreters.RASA,
        3.0,
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sync(environment: Environment, tasks: Tasks, uv: str, *, dev: bool) -> None:
    """Make the environment equal to its lock; does nothing when it already is."""
    if environment.is_current(dev):
        return
    # A development environment stays one: `make run` after `make test` must not undo it.
    dev = dev or "dev_lock" in environment.stamp()
    lock = environment.dev_lock if dev else environment.lock
    (environment.folder / _STAMP).unlink(missing_ok=True)
    if not _is_usable(environment):
        python = interpreters.find(environment.need, uv)
        tasks.run(
            f"{environment.name} : création",
            [uv, "venv", "--quiet", "--clear", "--python", python, str(environment.folder)],
            remedy="Vérifiez que le dossier est accessible en écriture.",
            quiet=True,
        )
    tasks.run(
        f"{environment.name} : installation",
        [uv, "pip", "sync", "--require-hashes", "--python", str(environment.python), str(lock)],
        remedy=_NETWORK,
    )
    _write_stamp(environment, dev)


def _is_usable(environment: Environment) -> bool:
    python = str(environment.python)
    return environment.python.exists() and any(
        interpreters.works(python, version) for version in environment.need.versions
    )


def _write_stamp(environment: Environment, dev: bool) -> None:
    stamp = {"folder": str(environment.folder), "lock": _digest(environment.lock)}
    if dev:
        stamp["dev_lock"] = _digest(environment.dev_lock)
    draft = environment.folder / f"{_STAMP}.new"
    draft.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    draft.replace(environment.folder / _STAMP)


def find_uv(layout: Layout, tasks: Tasks) -> str:
    """The path of uv: the machine's when recent enough, else one of ours, installed in .venv-tools.

    Raises:
        MissingTool: it is absent and this Python cannot install it.
    """
    own = layout.root / ".venv-tools" / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(own)):
        if candidate and _uv_version(candidate) >= _OLDEST_UV:
            return candidate
    _install_uv(layout, tasks)
    if _uv_version(str(own)) < _OLDEST_UV:
        raise MissingTool(
            "uv n'a pas pu être installé dans .venv-tools : supprimez ce dossier, puis relancez."
        )
    return str(own)


def _uv_version(uv: str) -> tuple[int, ...]:
    try:
        done = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"uv (\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found and done.returncode == 0 else ()


def _install_uv(layout: Layout, tasks: Tasks) -> None:
    folder = layout.root / ".venv-tools"
    tasks.run(
        "outil uv : préparation",
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        remedy="Il manque à ce Python le module venv. Sur Debian ou Ubuntu : « apt install python3-venv ».",
        quiet=True,
    )
    tasks.run(
        "outil uv : installation",
        [
            *(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"),
            *("-r", str(layout.root / "requirements" / "tools.txt")),
        ],
        remedy=_NETWORK,
        environment={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
