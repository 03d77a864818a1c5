"""Asks the held-out questions through the public API and writes what was understood.

`make evaluer` starts a service of its own; `--url` asks one that runs already, with RATE_LIMITS=off.
Each question is asked in a conversation of its own. « Vouliez-vous dire » counts as wrong at top-1, and as
right at top-3 when it offers the topic.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.check_data import examples  # noqa: E402

_CANAL = {"telephone": "phone"}
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what would be right, and what came back."""

    sujet: str
    registre: str
    texte: str
    right: frozenset[str]
    got: str | None
    offered: tuple[str, ...]
    confidence: float | None

    @property
    def top1(self) -> bool:
        """Whether the topic answered is a right one."""
        return self.got in self.right

    @property
    def top3(self) -> bool:
        """Whether a right topic was answered or offered."""
        return self.top1 or bool(self.right & set(self.offered[:3]))


def neighbour_topics() -> dict[str, set[str]]:
    """The topics that answer each other's questions, both ways."""
    sujets = yaml.safe_load((ROOT / "connaissances/sujets.yml").read_text(encoding="utf-8"))
    neighbours: dict[str, set[str]] = defaultdict(set)
    for left, right in sujets["voisins"]:
        neighbours[left].add(right)
        neighbours[right].add(left)
    return neighbours


def right_topics(question: dict[str, Any], neighbours: dict[str, set[str]]) -> frozenset[str]:
    """Every topic that would be a right answer to a held-out question."""
    sujet = question["sujet"]
    return frozenset({sujet, *question.get("aussi", []), *neighbours.get(sujet, set())})


async def ask_all(url: str, questions: list[dict[str, Any]], neighbours: dict[str, set[str]]) -> list[Asked]:
    """Ask every question, a few at a time."""
    places = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:

        async def one(question: dict[str, Any]) -> Asked:
            async with places:
                return await _ask(client, question, neighbours)

        return list(await asyncio.gather(*(one(q) for q in questions)))


async def _ask(client: httpx.AsyncClient, question: dict[str, Any], neighbours: dict[str, set[str]]) -> Asked:
    registre = question.get("registre", "web")
    opened = await client.post("/api/v1/conversations", json={"canal": _CANAL.get(registre, "web")})
    opened.raise_for_status()
    conversation = opened.json()
    answer = await client.post(
        f"/api/v1/conversations/{conversation['id']}/messages",
        json={"text": question["texte"]},
        headers={"Authorization": f"Bearer {conversation['token']}"},
    )
    answer.raise_for_status()
    reply: dict[str, Any] = next((r for r in answer.json()["replies"] if r["author"] != "usager"), {})
    offered = (
        [b["sujet"] for b in reply.get("buttons", []) if b.get("sujet")] if not reply.get("sujet") else []
    )
    return Asked(
        question["sujet"],
        registre,
        question["texte"],
        right_topics(question, neighbours),
        reply.get("sujet"),
        tuple(offered),
        reply.get("confidence"),
    )


@contextmanager
def _service(url: str | None) -> Iterator[str]:
    """Give the address of the service to ask: the one named, or one of our own."""
    if url is not None:
        yield url
        return
    from tests.peers.stack import running_stack

    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder) / "var") as stack:
        yield stack.url


def report(asked: list[Asked]) -> str:
    """Return the figures as a page: by register, the worst topics, the confusions."""
    lines = [
        "# Compréhension : questions tenues à part",
        "",
        f"Mesuré le {date.today().isoformat()} par `scripts/evaluate.py`, à travers l'API publique :",
        f"{len(asked)} questions écrites sans lire les exemples d'entraînement.",
        "« Vouliez-vous dire » compte comme une erreur au premier rang.",
        "",
        "| registre | questions | premier rang | trois premiers | « vouliez-vous dire » |",
        "| --- | --- | --- | --- | --- |",
    ]
    registers = sorted({a.registre for a in asked})
    for name, group in [*((r, [a for a in asked if a.registre == r]) for r in registers), ("tous", asked)]:
        lines.append(
            f"| {name} | {len(group)} | {_share(a.top1 for a in group)} | {_share(a.top3 for a in group)} "
            f"| {_share(a.got is None for a in group)} |"
        )
    lines += _worst(asked) + _confusions(asked)
    inside = [a for a in asked if a.sujet != "hors_sujet"]
    outside = [a for a in asked if a.sujet == "hors_sujet"]
    lines += [
        "",
        f"Hors périmètre reconnu : {_share(a.top1 for a in outside)}. "
        f"Dans le périmètre et refusé : {_share(a.got == 'hors_sujet' for a in inside)}.",
    ]
    return "\n".join(lines) + "\n"


def _worst(asked: list[Asked]) -> list[str]:
    by_sujet = defaultdict(list)
    for a in asked:
        by_sujet[a.sujet].append(a)
    worst = sorted(by_sujet.items(), key=lambda item: sum(a.top1 for a in item[1]) / len(item[1]))
    lines = ["", "## Les dix sujets les moins bien compris", ""]
    lines += ["| sujet | premier rang | compris comme |", "| --- | --- | --- |"]
    for sujet, group in worst[:10]:
        wrong = Counter(a.got or "vouliez-vous dire" for a in group if not a.top1)
        confused = ", ".join(f"{name} ({count})" for name, count in wrong.most_common(4))
        lines.append(f"| {sujet} | {_share(a.top1 for a in group)} | {confused} |")
    return lines


def _confusions(asked: list[Asked]) -> list[str]:
    pairs = Counter((a.sujet, a.got) for a in asked if not a.top1 and a.got is not None)
    lines = [
        "",
        "## Confusions les plus fréquentes",
        "",
        "| attendu | compris | fois |",
        "| --- | --- | --- |",
    ]
    return lines + [f"| {expected} | {got} | {count} |" for (expected, got), count in pairs.most_common(20)]


def _share(hits: Any) -> str:
    found = list(hits)
    return f"{sum(found) / len(found):.3f}".replace(".", ",") if found else "–"


def main() -> int:
    """Ask, print, write; exit 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="adresse d'un service qui tourne déjà (par défaut : en lance un)")
    parser.add_argument("--questions", type=Path, default=ROOT / "data/evaluation/questions.yml")
    parser.add_argument("--rapport", type=Path, help="fichier où écrire le rapport")
    parser.add_argument("--objectif", type=float, default=0.90, help="part à atteindre au premier rang")
    parser.add_argument("--erreurs", action="store_true", help="affiche chaque question mal comprise")
    options = parser.parse_args()
    learned = {intent for intent, _ in examples(ROOT / "data" / "nlu")}
    questions = yaml.safe_load(options.questions.read_text(encoding="utf-8"))
    questions = [question for question in questions if question["sujet"] in learned]
    with _service(options.url) as url:
        asked = asyncio.run(ask_all(url, questions, neighbour_topics()))
    page = report(asked)
    print(page)
    if options.erreurs:
        for a in asked:
            if not a.top1:
                print(f"{a.sujet} -> {a.got or a.offered} ({a.registre}, {a.confidence}) : {a.texte[:120]}")
    if options.rapport:
        options.rapport.write_text(page, encoding="utf-8")
    return 0 if sum(a.top1 for a in asked) / len(asked) >= options.objectif else 1


if __name__ == "__main__":
    sys.exit(main())
