"""Finds the Python interpreters that the two environments need, and uv; each one found was really run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from supervision.errors import MissingTool

# A pyenv shim exists for versions that it will not run, and a Python built without headers lacks modules.
_PROBE = "import ctypes, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"


@dataclass(frozen=True)
class Need:
    """The versions that an environment accepts, best first, and the variable that imposes a path."""

    versions: tuple[str, ...]
    variable: str
    purpose: str


RASA = Need(("3.10",), "PYTHON_RASA", "Rasa 3.6")
SERVICE = Need(("3.11", "3.12", "3.13"), "PYTHON_SERVICE", "le service")


def _output(command: list[str], timeout: float = 20) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def works(python: str, version: str) -> bool:
    """Whether this interpreter runs, is of this version and has the modules that we need."""
    return _output([python, "-I", "-c", _PROBE]) == version


def _candidates(version: str, uv: str) -> Iterator[str]:
    """Where to look, cheapest first."""
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    if shutil.which("pyenv"):
        prefix = _output(["pyenv", "prefix", version])
        if prefix:
            yield str(Path(prefix) / "bin" / f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted(pyenv.glob(f"versions/{version}*"), reverse=True):
        yield str(folder / "bin" / f"python{version}")
    found = _output([uv, "python", "find", "--no-python-downloads", version])
    if found:
        yield found


def find(need: Need, uv: str) -> str:
    """The path of an interpreter for this environment.

    Raises:
        MissingTool: none is there, and none could be installed.
    """
    imposed = os.environ.get(need.variable)
    if imposed:
        for version in need.versions:
            if works(imposed, version):
                return imposed
        wanted = " ou ".join(need.versions)
        raise MissingTool(f"{need.variable} vaut « {imposed} » : ce n'est pas un Python {wanted} utilisable.")
    for version in need.versions:
        for python in _candidates(version, uv):
            if works(python, version):
                return python
    return _install(need, uv)


def _install(need: Need, uv: str) -> str:
    version = need.versions[0]
    _output([uv, "python", "install", version], timeout=300)
    python = _output([uv, "python", "find", "--no-python-downloads", version])
    if python and works(python, version):
        return python
    raise MissingTool(
        f"Python {version} est introuvable : {need.purpose} en a besoin, et uv n'a pas pu le télécharger.\n"
        f"Installez-le, par exemple avec « pyenv install {version} » ou « uv python install {version} », "
        f"ou donnez son chemin : {need.variable}=/chemin/vers/python{version} make run"
    )
