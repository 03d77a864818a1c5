"""Writes the reviewed sentences as training examples: `python -m scripts.export_nlu` (`make exporter-nlu`).

It writes one file, `data/nlu/_relu.yml`, that a person reads and commits; it prints counts, never a sentence.
It adds no example that training already has, that two topics would claim, or that is close to a held-out
question. What it wrote is marked, so that a second run adds nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from handoff import repository as repo
from handoff.core import utc_now
from handoff.database import Database
from handoff.masking import MASK
from handoff.opening import PARIS
from handoff.records import Relecture
from scripts.check_data import known_examples, leaks, plain, questions
from settings import ROOT, Settings, SettingsError

FILE = "_relu.yml"
_HEADER = (
    "# Écrit par « make exporter-nlu » : messages mal compris, masqués, relus et classés par un relecteur.\n"
    "# À relire avant de le valider : aucune phrase ne doit dire qui est la personne.\n"
)
# A bracket or a brace would be read as an annotation, a first slash as a command.
_NOT_IN_AN_EXAMPLE = str.maketrans("", "", "[]{}|")


@dataclass(slots=True)
class Outcome:
    """What became of the labelled sentences."""

    written: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by topic
    done: list[str] = field(default_factory=list)  # identifiers: written, or known already
    counts: Counter[str] = field(default_factory=Counter)


def as_example(text: str) -> str:
    """Return a masked sentence on one line, its masks gone; empty when no two words are left."""
    bare = " ".join(MASK.sub(" ", text).translate(_NOT_IN_AN_EXAMPLE).split()).lstrip("/- ")
    return bare if len(plain(bare).split()) > 1 else ""


def sort_out(
    labelled: Iterable[Relecture], training: dict[str, set[str]], held_out: list[dict[str, str]]
) -> Outcome:
    """Decide what becomes an example; `training` holds plain text → intents, and grows with what is taken."""
    outcome, intents = Outcome(), set().union(*training.values())
    for kept in labelled:
        text, sujet = as_example(kept.text), str(kept.label)
        known = training.get(plain(text), set())
        if not text:
            fate = "sans assez de mots"
        elif sujet not in intents:
            fate = "sur un sujet sans exemples"
        elif sujet in known:
            fate = "déjà connues"
        elif known:
            fate = "contredites par un autre sujet"
        elif leaks([plain(text)], held_out):
            fate = "proches d'une question tenue à part"
        else:
            fate = "écrites"
            outcome.written[sujet].append(text)
            training[plain(text)] = {sujet}
        if fate in ("écrites", "déjà connues"):
            outcome.done.append(kept.id)
        outcome.counts[fate] += 1
    return outcome


def write(path: Path, added: dict[str, list[str]]) -> None:
    """Add examples to the file, one block a topic, the rest left as it is."""
    blocks: dict[str, list[str]] = defaultdict(list)
    if path.exists():
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            blocks[block["intent"]] += [line[2:] for line in block["examples"].splitlines()]
    for sujet, texts in added.items():
        blocks[sujet] += texts
    lines = [_HEADER, 'version: "3.1"\n', "\nnlu:\n"]
    for sujet in sorted(blocks):
        lines += [f"  - intent: {sujet}\n    examples: |\n", *(f"      - {text}\n" for text in blocks[sujet])]
    path.write_text("".join(lines), encoding="utf-8")


async def export(database: Database, data: Path, today: date) -> Counter[str]:
    """Write what was labelled since the last time, mark it, and return how many met each fate."""
    evaluation = data / "evaluation"
    held_out = questions(evaluation / "questions.yml") + questions(evaluation / "faux_semblants.yml")
    async with database.read() as connection:
        labelled = await repo.labelled(connection)
    outcome = sort_out(labelled, known_examples(data / "nlu"), held_out)
    if outcome.written:
        write(data / "nlu" / FILE, outcome.written)
    # Marked after the file is written: what a crash leaves between the two is « déjà connue » the next time.
    async with database.write() as connection:
        await repo.mark_exported(connection, outcome.done, on=today.isoformat())
    return outcome.counts


async def _main() -> int:
    try:
        settings = Settings.read()
    except SettingsError as error:
        print(error)
        return 1
    database = Database(settings.database_url)
    try:
        counts = await export(database, ROOT / "data", utc_now().astimezone(PARIS).date())
    finally:
        await database.close()
    print(f"{counts.total()} phrase(s) relue(s) à exporter.")
    for fate, count in counts.most_common():
        print(f"- {count} {fate}")
    if counts["écrites"]:
        print(f"Relisez data/nlu/{FILE}, puis mesurez : voir docs/relecture.md.")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
