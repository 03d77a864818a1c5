"""Says how easily each answer reads: `python scripts/readability.py [theme|sujet] [--pires N]`.
Exit status 1 when one reads above level B1 and its file gives no reason."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from connaissances import ConnaissancesError  # noqa: E402
from connaissances.catalogue import answer_files  # noqa: E402
from connaissances.fiches import load_fiche  # noqa: E402
from connaissances.readability import HARDEST, LEVELS, VERSIONS, Measure, measures  # noqa: E402
from connaissances.rendering import Rendering  # noqa: E402
from simulateur.errors import ParametreError  # noqa: E402
from simulateur.parametres import Parametres, format_value  # noqa: E402

_NAMES = (*(name for _, name in LEVELS), HARDEST)


def main() -> int:
    """Print how many texts stand at each level, the hardest ones, and those with a reason."""
    parser = argparse.ArgumentParser(
        description="Mesure la lisibilité des réponses (docs/lisibilite.md dit ce que vaut l'indice).",
        epilog="Code de sortie : 1 si une réponse dépasse le niveau B1 sans raison écrite, 0 sinon.",
    )
    parser.add_argument("cible", nargs="?", help="un thème ou un sujet (par défaut : tout)")
    parser.add_argument("--pires", type=int, default=15, help="combien de textes montrer (15)")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="date des montants")
    options = parser.parse_args()
    try:
        found = sorted(_measures(options.cible, options.date), key=lambda measure: measure.score)
    except (ConnaissancesError, ParametreError) as exc:
        print(exc, file=sys.stderr)
        return 1
    if not found:
        print(f"Aucune réponse pour « {options.cible} ».", file=sys.stderr)
        return 1
    print(_table(found))
    print(f"\nLes {min(options.pires, len(found))} plus difficiles :")
    for measure in found[: options.pires]:
        print(f"  {_line(measure)}")
    return _verdict([measure for measure in found if measure.too_hard])


def _measures(target: str | None, on: date) -> list[Measure]:
    rendering = Rendering(Parametres.load().value, format_value, on)
    paths = answer_files(ROOT / "connaissances")
    wanted = [path for path in paths if target in (None, path.parent.name, path.stem)]
    return [measure for path in wanted for measure in measures(load_fiche(path), rendering)]


def _table(found: list[Measure]) -> str:
    counts = Counter((measure.version, measure.level) for measure in found)
    lines = ["| version | " + " | ".join(_NAMES) + " |", "| --- |" + " --- |" * len(_NAMES)]
    for version in VERSIONS:
        lines.append(f"| {version} | " + " | ".join(str(counts[version, name]) for name in _NAMES) + " |")
    return "\n".join(lines)


def _line(measure: Measure) -> str:
    return f"{measure.score:5.1f} {measure.level} {measure.sujet}, {measure.wording}, {measure.version}"


def _verdict(hard: list[Measure]) -> int:
    for measure in hard:
        if measure.excused:
            print(f"  raison : {_line(measure)} : {measure.reason}")
    unexplained = [measure for measure in hard if not measure.excused]
    print(f"\n{len(hard)} texte(s) au-dessus de B1, dont {len(unexplained)} sans raison.")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
