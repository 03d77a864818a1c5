"""Brings the store to what an extract holds: writes what is new or changed, removes what has vanished, and
touches nothing else. The new file takes the old one's place at once: whoever reads sees the one or the other,
and an import that fails, or changes nothing, leaves the old one untouched."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from connaissances.officiel.errors import SuspiciousExtract, UnreadableFiche
from connaissances.officiel.extract import Document
from connaissances.officiel.model import OfficialFiche
from connaissances.officiel.store import FicheStore, digest

# An extract that lost more than this share of a corpus is more likely cut short than emptied by the State.
MOST_REMOVED = 0.5
Progress = Callable[[int, int], None]


@dataclass
class ImportReport:
    """What an import did, in fiches. `unreadable` holds `name : reason`; their stored version is kept."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    without_text: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        """True when the store already held exactly this."""
        return not (self.added or self.changed or self.removed)


def import_extract(
    path: Path, documents: Sequence[Document], *, force: bool = False, progress: Progress | None = None
) -> tuple[ImportReport, tuple[int, int]]:
    """Import one extract into a file, made if need be. `progress(done, total)` is called after each fiche.

    Returns what changed, then how many fiches and passages the file holds.
    Raises: SuspiciousExtract, unless `force`; sqlite3.Error or OSError when the file cannot be written.
    """
    report = ImportReport()
    fiches, unreadable = _read(documents, report, progress or (lambda done, total: None))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".import-") as folder:
        draft = Path(folder) / path.name
        if path.exists():
            shutil.copy2(path, draft)
        with closing(FicheStore.create(draft)) as store:
            _update(store, fiches, unreadable, report, force)
            store.save()
            size = store.size()
        if not report.nothing_changed or not path.exists():
            draft.replace(path)
    return report, size


def _update(
    store: FicheStore,
    fiches: dict[str, OfficialFiche],
    unreadable: set[str],
    report: ImportReport,
    force: bool,
) -> None:
    corpus = corpus_of(fiches.values())
    stored = store.digests(corpus)
    vanished = [name for name in stored if name not in fiches and name not in unreadable]
    if len(vanished) > len(stored) * MOST_REMOVED and not force:
        raise SuspiciousExtract(
            f"cet extrait ferait disparaître {len(vanished)} fiches sur {len(stored)} ({corpus}) : il est "
            "sans doute incomplet. Rien n'a été changé. Reprenez-le, ou ajoutez --forcer s'il est bien entier"
        )
    for name, fiche in fiches.items():
        if stored.get(name) == digest(fiche):
            report.unchanged += 1
            continue
        store.replace(corpus, fiche)
        report.changed += name in stored
        report.added += name not in stored
    for name in vanished:
        store.remove(corpus, name)
    report.removed = len(vanished)


def _read(
    documents: Sequence[Document], report: ImportReport, progress: Progress
) -> tuple[dict[str, OfficialFiche], set[str]]:
    fiches: dict[str, OfficialFiche] = {}
    unreadable: set[str] = set()
    for done, document in enumerate(documents, 1):
        try:
            fiche = document.parse()
        except UnreadableFiche as exc:
            unreadable.add(document.name)
            report.unreadable.append(f"{document.name} : {exc}")
        else:
            if fiche is None:
                report.without_text += 1
            else:
                fiches[fiche.id] = fiche
        progress(done, len(documents))
    return fiches, unreadable


def corpus_of(fiches: Collection[OfficialFiche]) -> str:
    """The name of what an extract covers. The State publishes one extract a public, and a fiche that concerns
    two of them is in both: the public of most fiches names the extract."""
    sources = Counter(fiche.source for fiche in fiches)
    publics = Counter(fiche.audience.split(",")[0] for fiche in fiches)
    parts = [counter.most_common(1)[0][0] for counter in (sources, publics) if counter]
    return "-".join(part.lower() for part in parts if part)
