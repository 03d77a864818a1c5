"""Lists what has aged: `python scripts/freshness.py [--date AAAA-MM-JJ] [--jours N] [--format md|texte]`.
Exit status 1 when a review is overdue or a parameter has no value at that date."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from connaissances import ConnaissancesError  # noqa: E402
from connaissances.catalogue import answer_files  # noqa: E402
from connaissances.fiches import load_fiche  # noqa: E402
from connaissances.freshness import SOON, Item, Page, Reading, answer_item, report  # noqa: E402
from connaissances.freshness_text import FORMATS  # noqa: E402
from connaissances.officiel.location import fiches_path  # noqa: E402
from connaissances.officiel.store import FicheStore  # noqa: E402
from simulateur.errors import NotInForce, ParametreError  # noqa: E402
from simulateur.generations import Tables  # noqa: E402
from simulateur.parametres import DEFAULT_DIR, Parametres, Source  # noqa: E402


def main() -> int:
    """Print the report."""
    options = _options()
    try:
        answers = [answer_item(load_fiche(path)) for path in answer_files(ROOT / "connaissances")]
        items = [*answers, *_parameters(options.date), *_tables()]
        found = report(items, _pages(options.fiches), options.date, options.jours)
    except (ConnaissancesError, ParametreError) as exc:
        print(exc, file=sys.stderr)
        return 2
    except sqlite3.Error as exc:
        print(f"Fiches officielles illisibles : {options.fiches} ({exc}).", file=sys.stderr)
        return 2
    print(FORMATS[options.format](found))
    return 1 if found.stale else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Liste ce qui vieillit : réponses, paramètres, sources, fiches officielles importées.",
        epilog="Code de sortie : 1 si une relecture est dépassée ou si un paramètre n'a pas de valeur à "
        "cette date, 2 si un fichier ne se lit pas, 0 sinon.",
    )
    parser.add_argument(
        "--date", type=date.fromisoformat, default=date.today(), help="AAAA-MM-JJ (aujourd'hui)"
    )
    parser.add_argument("--jours", type=int, default=SOON, help=f"« bientôt », en jours ({SOON})")
    parser.add_argument(
        "--format", choices=sorted(FORMATS), default="texte", help="texte, ou md pour une page"
    )
    parser.add_argument(
        "--fiches", type=Path, default=fiches_path(os.environ), help="fiches importées (FICHES_DB)"
    )
    return parser.parse_args()


def _parameters(on: date) -> Iterator[Item]:
    parametres = Parametres.load()
    for ref in parametres.references:
        entry, change = parametres.definition(ref), parametres.next_change(ref, on)
        try:
            source, in_force = parametres.value(ref, on).source, True
        except NotInForce:
            source, in_force = entry.valeurs[-1].source, False
        yield Item(
            name=f"paramètre {ref}",
            title=entry.libelle,
            review=entry.revue,
            readings=(_reading(source),),
            in_force=in_force,
            change=change.depuis if change else None,
            ends=change is not None and change.valeur is None,
        )


def _tables() -> Iterator[Item]:
    tables = Tables.load(DEFAULT_DIR)
    for name, table in (("age_legal", tables.legal_age), ("carriere_longue", tables.long_career)):
        yield Item(f"tableau {name}", table.reference, table.revue, (_reading(table.source),))


def _reading(source: Source) -> Reading:
    return Reading(source.titre, source.url, source.date, source.consulte)


def _pages(path: Path) -> list[Page]:
    store = FicheStore.read_only(path)
    if store is None:
        return []
    with closing(store):
        return [Page(corpus, date.fromisoformat(day)) for corpus, day in store.page_dates()]


if __name__ == "__main__":
    sys.exit(main())
