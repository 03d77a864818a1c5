"""Tells what has aged in the answers, the dated values and the imported pages, the most urgent first.
Reads no file: whoever owns the values and the pages describes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from connaissances.fiches import Fiche
from connaissances.officiel.model import OLD

SOON = 60  # days
UNREAD = 365  # days after which a source is to be opened again
# The State changes some page of an extract every week: one whose newest page is older was not imported since.
EXTRACT = 90  # days


class Kind(Enum):
    """What has aged; in the order of the report, the most urgent first."""

    NO_VALUE = "Paramètres sans valeur à cette date"
    OVERDUE = "Relecture dépassée"
    CHANGE = "Valeurs qui changent ou prennent fin bientôt"
    SOON = "À relire bientôt"
    ONE_READER = "Réponses jamais relues par une autre personne"
    OLD_SOURCE = "Sources anciennes"
    OLD_EXTRACT = "Extraits officiels à importer de nouveau"
    OLD_PAGE = "Fiches officielles importées de plus de deux ans"

    @property
    def stale(self) -> bool:
        """Whether this must be mended, and not only known."""
        return self in (Kind.NO_VALUE, Kind.OVERDUE)


@dataclass(frozen=True)
class Reading:
    """A source that was read. `published` is the page's date, `read` is ours when it is known."""

    title: str
    url: str
    published: date
    read: date | None


@dataclass(frozen=True)
class Item:
    """An answer or a dated value. `since`: the day an answer was written that nobody else has read, None when
    somebody has. `change`: the next day the value changes; `ends`: there is none from then on."""

    name: str
    title: str
    review: date
    readings: tuple[Reading, ...]
    since: date | None = None
    in_force: bool = True
    change: date | None = None
    ends: bool = False


@dataclass(frozen=True)
class Page:
    """An imported official page, and the extract it came in."""

    corpus: str
    published: date


@dataclass(frozen=True)
class Finding:
    """One line of the report: `day` is the date that matters, by which lines of a kind are sorted."""

    kind: Kind
    day: date
    name: str
    detail: str


@dataclass(frozen=True)
class Report:
    """What was found at a date."""

    on: date
    days: int
    findings: tuple[Finding, ...]

    @property
    def stale(self) -> bool:
        """Whether something must be mended now."""
        return any(finding.kind.stale for finding in self.findings)

    def of(self, kind: Kind) -> list[Finding]:
        """The lines of one kind, the most urgent first."""
        return [finding for finding in self.findings if finding.kind is kind]


def answer_item(fiche: Fiche) -> Item:
    """An answer file as an item."""
    rows = [*fiche.sources, *(source for wording in fiche.variantes for source in wording.sources)]
    readings = (
        Reading(s.titre, s.url, date.fromisoformat(s.date), date.fromisoformat(s.consulte)) for s in rows
    )
    written = date.fromisoformat(fiche.revue_le)
    return Item(
        name=f"réponse {fiche.sujet}",
        title=fiche.titre,
        review=date.fromisoformat(fiche.prochaine_revue),
        readings=tuple(readings),
        since=written if fiche.statut == "redige" else None,
    )


def report(items: Collection[Item], pages: Iterable[Page], on: date, days: int = SOON) -> Report:
    """All that has aged at a date, or will within `days`, sorted by urgency."""
    found = [finding for item in items for finding in _of_item(item, on, days)]
    found += [*_old_sources(items, on), *_old_pages(pages, on)]
    order = list(Kind)
    found.sort(key=lambda finding: (order.index(finding.kind), finding.day, finding.name))
    return Report(on, days, tuple(found))


def _of_item(item: Item, on: date, days: int) -> Iterator[Finding]:
    horizon = on + timedelta(days=days)
    if not item.in_force:
        yield Finding(Kind.NO_VALUE, item.review, item.name, item.title)
    if item.review <= on:
        yield Finding(Kind.OVERDUE, item.review, item.name, item.title)
    elif item.review <= horizon:
        yield Finding(Kind.SOON, item.review, item.name, item.title)
    if item.change and item.change <= horizon:
        what = "plus de valeur ensuite" if item.ends else "nouvelle valeur déjà écrite"
        yield Finding(Kind.CHANGE, item.change, item.name, f"{item.title} ({what})")
    if item.since:
        yield Finding(Kind.ONE_READER, item.since, item.name, item.title)


def _old_sources(items: Iterable[Item], on: date) -> Iterator[Finding]:
    """One line a source, however many items use it."""
    users: dict[Reading, list[str]] = {}
    for item in items:
        for reading in item.readings:
            users.setdefault(reading, []).append(item.name)
    for reading, names in users.items():
        if why := _why_old(reading, on):
            used = ", ".join(sorted(set(names)))
            yield Finding(
                Kind.OLD_SOURCE, reading.published, reading.title, f"{why} ; {reading.url} ; sert à : {used}"
            )


def _why_old(reading: Reading, on: date) -> str:
    reasons = []
    if (on - reading.published).days > OLD:
        reasons.append("page de plus de deux ans")
    if reading.read is None:
        reasons.append("date de lecture inconnue")
    elif (on - reading.read).days > UNREAD:
        reasons.append("pas rouverte depuis plus d'un an")
    return ", ".join(reasons)


def _old_pages(pages: Iterable[Page], on: date) -> Iterator[Finding]:
    """Two lines an extract at most: an extract holds thousands of pages, and is imported whole."""
    extracts: dict[str, list[date]] = {}
    for page in pages:
        extracts.setdefault(page.corpus, []).append(page.published)
    for corpus, days in extracts.items():
        if (on - max(days)).days > EXTRACT:
            yield Finding(Kind.OLD_EXTRACT, max(days), corpus, "aucune page plus récente")
        if old := sum((on - day).days > OLD for day in days):
            yield Finding(Kind.OLD_PAGE, min(days), corpus, f"{old} pages sur {len(days)}, dites anciennes")
