"""Checks the answers and the dated parameters: `python scripts/check_content.py [theme|sujet|fichier]`.
Exit status 1 when something must be mended before publication."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from connaissances import InvalidFile  # noqa: E402
from connaissances.catalogue import answer_files  # noqa: E402
from connaissances.checker import (  # noqa: E402
    Problem,
    check_fiche,
    check_missing,
    check_orphan_parameters,
    check_review_days,
    load_all,
    load_context,
)
from simulateur.errors import ParametreError  # noqa: E402
from simulateur.parametres import Parametres, format_value  # noqa: E402
from simulateur.registry import TYPES  # noqa: E402

CONNAISSANCES = ROOT / "connaissances"
_CODE = ("simulateur", "actions", "handoff", "edge", "channels", "droits")
_LITERAL = re.compile(r"""f?["']([a-z][a-z0-9_]*\.[a-z0-9_{}]+)["']""")


def main() -> int:
    """Run every rule and print one line a problem."""
    parser = argparse.ArgumentParser(description="Vérifie les fiches réponses et les paramètres.")
    parser.add_argument("cible", nargs="?", help="un thème, un sujet ou un fichier (par défaut : tout)")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date du contrôle")
    options = parser.parse_args()
    try:
        problems, count = _check(options.cible, options.date)
    except (InvalidFile, ParametreError) as exc:
        print(exc)
        return 1
    for problem in problems:
        print(problem)
    errors = sum(not problem.warning for problem in problems)
    print(f"{count} fiche(s) lue(s), {errors} erreur(s), {len(problems) - errors} avertissement(s).")
    return 1 if errors or not count else 0


def _check(target: str | None, on: date) -> tuple[list[Problem], int]:
    parametres = Parametres.load()
    context = load_context(CONNAISSANCES, set(TYPES), parametres.value, format_value, on, parametres.reviews)
    paths = [path for path in answer_files(CONNAISSANCES) if _wanted(path, target)]
    fiches, problems = load_all(CONNAISSANCES, paths)
    for path, fiche in fiches.items():
        problems += check_fiche(path, fiche, context)
    if target is None:
        problems += check_missing(list(fiches.values()), context)
        problems += check_review_days(list(fiches.values()))
        references = parametres.references
        problems += check_orphan_parameters(list(fiches.values()), references, _used_in_code(references))
        problems += [
            Problem(f"{ref.split('.')[0]}.yml", f"revue dépassée : {ref}", warning=True)
            for ref in parametres.to_review(on)
        ]
    return problems, len(paths)


def _wanted(path: Path, target: str | None) -> bool:
    return (
        target is None
        or target.rstrip("/") in (path.parent.name, path.stem, path.name)
        or (Path(target).resolve() in (path, path.parent))
    )


def _used_in_code(parameters: list[str]) -> set[str]:
    """References that the rules or the actions name in a literal; `{…}` in an f-string is any name."""
    literals = {
        literal
        for package in _CODE
        for path in (ROOT / package).rglob("*.py")
        for literal in _LITERAL.findall(path.read_text(encoding="utf-8"))
    }
    patterns = [re.compile(re.sub(r"\\\{[^{}]*\\\}", "[a-z0-9_]+", re.escape(text))) for text in literals]
    return {ref for ref in parameters if any(pattern.fullmatch(ref) for pattern in patterns)}


if __name__ == "__main__":
    sys.exit(main())
