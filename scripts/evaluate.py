"""Asks the held-out questions through the public API and writes what was understood.

`make evaluer` starts a service of its own; `--url` asks one that runs already, with RATE_LIMITS=off.
Each question is asked in a conversation of its own. The figures are those of scripts/understanding.py.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.understanding import Asked, draw_reliability, goals, page  # noqa: E402

HELD_OUT = ROOT / "data/evaluation"
_CANAL = {"telephone": "phone"}
_AT_ONCE = 8


class Unanswered(Exception):
    """The service did not answer: neither a topic nor a choice of topics."""


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
    replies = [r for r in answer.json()["replies"] if r["author"] != "usager"]
    if not replies or not (replies[0].get("sujet") or replies[0]["buttons"]):
        raise Unanswered("le service a laissé une question sans réponse : la mesure ne vaudrait rien")
    reply: dict[str, Any] = replies[0]
    got = reply.get("sujet")
    considered = reply.get("alternatives") or [] if got else reply["buttons"]
    return Asked(
        question["sujet"],
        registre,
        question["texte"],
        right_topics(question, neighbours),
        got,
        tuple(other["sujet"] for other in considered if other.get("sujet") not in (None, got)),
        reply.get("confidence"),
    )


def held_out(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read the questions, and the sentences that only look like distress."""
    questions, lookalikes = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("questions.yml", "faux_semblants.yml")
    )
    return questions, lookalikes


def neighbour_topics() -> dict[str, set[str]]:
    """The pairs of topics of which either answers what the person needs."""
    sujets = yaml.safe_load((ROOT / "connaissances/sujets.yml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = defaultdict(set)
    for left, right in sujets["voisins"]:
        found[left].add(right)
        found[right].add(left)
    return found


def right_topics(question: dict[str, Any], neighbours: dict[str, set[str]]) -> frozenset[str]:
    """Every topic that would be a right answer to a held-out question."""
    sujet = question["sujet"]
    return frozenset({sujet, *question.get("aussi", []), *neighbours.get(sujet, set())})


@contextmanager
def _service(url: str | None) -> Iterator[str]:
    """Give the address of the service to ask: the one named, or one of our own."""
    if url is not None:
        yield url
        return
    from tests.peers.stack import running_stack

    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder) / "var") as stack:
        yield stack.url


def main() -> int:
    """Ask, print, write; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="adresse d'un service qui tourne déjà (par défaut : en lance un)")
    parser.add_argument(
        "--dossier", type=Path, default=HELD_OUT, help="dossier de questions.yml et faux_semblants.yml"
    )
    parser.add_argument("--rapport", type=Path, help="fichier où écrire le rapport, avec son diagramme (PNG)")
    parser.add_argument("--erreurs", action="store_true", help="affiche chaque question mal comprise")
    options = parser.parse_args()
    questions, lookalikes = held_out(options.dossier)
    pairs = neighbour_topics()
    with _service(options.url) as url:
        asked = asyncio.run(ask_all(url, questions, pairs))
        alarms = asyncio.run(ask_all(url, lookalikes, pairs))
    print(page(asked, alarms, "fiabilite.png"))
    if options.erreurs:
        for a in asked:
            if not a.top1:
                print(f"{a.sujet} -> {a.got or a.others} ({a.registre}, {a.confidence}) : {a.texte[:120]}")
    if options.rapport:
        diagram = options.rapport.parent / "images" / f"{options.rapport.stem}.png"
        draw_reliability(asked, diagram)
        options.rapport.write_text(page(asked, alarms, f"images/{diagram.name}"), encoding="utf-8")
    return 0 if all(goal.held for goal in goals(asked, alarms)) else 1


if __name__ == "__main__":
    sys.exit(main())
