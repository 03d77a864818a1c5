"""Imports official fiches to quote when no topic fits: `python scripts/import_fiches.py EXTRAIT`.
Incremental: the same extract given twice changes nothing. Exit status 1 when something could not be read."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from connaissances.officiel.errors import OfficielError  # noqa: E402
from connaissances.officiel.extract import NPM_PACKAGE, open_extract  # noqa: E402
from connaissances.officiel.importing import ImportReport, import_extract  # noqa: E402
from connaissances.officiel.location import fiches_path  # noqa: E402
from connaissances.officiel.npm import fetch_package  # noqa: E402

SHOWN = 10  # unreadable fiches named one by one


def main() -> int:
    """Import one extract and say what changed."""
    options = _options()
    database = options.base or fiches_path(os.environ)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            if options.npm:
                print(f"Téléchargement de {NPM_PACKAGE}@{options.npm}…", flush=True)
            path = fetch_package(Path(folder), options.npm) if options.npm else options.extrait
            report, size = _import(database, path, options.forcer)
    except OfficielError as exc:
        print(f"Import impossible : {exc}.", file=sys.stderr)
        return 1
    except (sqlite3.Error, OSError) as exc:
        print(f"Import impossible : {database} ne s'écrit pas ({exc}).", file=sys.stderr)
        return 1
    _say(report, size, database, time.monotonic() - started)
    return 1 if report.unreadable else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Importe des fiches officielles, citées quand aucun sujet ne convient.",
        epilog="Sans réseau, sauf avec --npm. Relancé avec le même extrait, ne change rien.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "extrait",
        nargs="?",
        type=Path,
        help=f"zip ou dossier de F*.xml (Vos droits et démarches), ou paquet {NPM_PACKAGE} (.tgz, .json)",
    )
    what.add_argument(
        "--npm",
        nargs="?",
        const="latest",
        metavar="VERSION",
        help=f"reprend {NPM_PACKAGE} depuis npm (par défaut : la dernière version)",
    )
    parser.add_argument(
        "--base", type=Path, help="fichier SQLite à remplir (par défaut : FICHES_DB, sinon VAR_DIR/fiches.db)"
    )
    parser.add_argument(
        "--forcer", action="store_true", help="accepte un extrait qui fait disparaître la plupart des fiches"
    )
    return parser.parse_args()


def _import(database: Path, path: Path, force: bool) -> tuple[ImportReport, tuple[int, int]]:
    with open_extract(path) as documents:
        print(f"{path.name} : {len(documents)} fiches à lire", flush=True)
        return import_extract(database, documents, force=force, progress=_progress)


def _progress(done: int, total: int) -> None:
    """One line rewritten on a terminal, one line a quarter in a log."""
    if sys.stdout.isatty():
        print(f"\r  {done}/{total}", end="\n" if done == total else "", flush=True)
    elif done == total or done * 4 // total > (done - 1) * 4 // total:
        print(f"  {done}/{total}", flush=True)


def _say(report: ImportReport, size: tuple[int, int], database: Path, seconds: float) -> None:
    if report.nothing_changed:
        print(f"Rien n'a changé : {report.unchanged} fiches étaient déjà là, à l'identique.")
    else:
        print(
            f"{report.added} ajoutées, {report.changed} remplacées, {report.removed} retirées, "
            f"{report.unchanged} inchangées."
        )
    if report.without_text:
        print(f"{report.without_text} sans texte à citer.")
    for line in report.unreadable[:SHOWN]:
        print(f"  illisible, version précédente gardée : {line}", file=sys.stderr)
    if len(report.unreadable) > SHOWN:
        print(f"  … et {len(report.unreadable) - SHOWN} autres fiches illisibles", file=sys.stderr)
    print(f"{database} : {size[0]} fiches, {size[1]} passages ({seconds:.1f} s).")


if __name__ == "__main__":
    sys.exit(main())
