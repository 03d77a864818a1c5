"""Makes the figures into a French table, and compares them with the goals."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


def say(text: str) -> None:
    """Tell how far it is, apart from the table."""
    print(f"[mesure] {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Goal:
    """A ratio that must reach `least`, or stay under `most`."""

    title: str
    ratio: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the goal is met."""
        return (self.least is None or self.ratio >= self.least) and (
            self.most is None or self.ratio <= self.most
        )

    def line(self) -> str:
        """One line of the table of goals."""
        wanted = f"≥ {number(self.least)}" if self.least is not None else f"≤ {number(self.most or 0)}"
        return (
            f"| {self.title} | {number(self.ratio)} | {wanted} | {'atteint' if self.reached else 'MANQUÉ'} |"
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The value under which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(values: Sequence[float]) -> Json:
    """What is kept of a series of milliseconds."""
    return {
        "n": len(values),
        "p50": round(statistics.median(values), 2),
        "p95": round(percentile(values, 0.95), 2),
    }


def number(value: float) -> str:
    """A figure as the French write it, with as many decimals as it deserves."""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")


def goals(figures: Json) -> list[Goal]:
    """Compare with what was promised; a figure that was not measured is left out."""
    ours, peer = figures["nous"], figures["starter"]
    found = [
        Goal(
            "premier tour, 1 usager, p50 : starter / nous",
            peer["first"]["p50"] / ours["first"]["p50"],
            least=2.0,
        ),
        Goal(
            "tours/s à 20 usagers : nous / starter", ours["crowd"]["rate"] / peer["crowd"]["rate"], least=2.0
        ),
        Goal("démarrage : starter / nous", peer["start"] / ours["start"], least=3.0),
        Goal("mémoire, tous nos processus : nous / starter", ours["memory"] / peer["memory"], most=1.0),
    ]
    if "long" in ours:
        last = max((mark for mark in ours["long"] if mark.isdigit()), key=int)
        title = f"nous, tour {last} (formulaire ouvert) / tour 1, p50"
        found.append(Goal(title, ours["long"][last]["p50"] / ours["long"]["1"]["p50"], most=1.3))
    if ours["training"] and peer["training"]:
        ratio = peer["training"]["seconds"] / ours["training"]["seconds"]
        found.append(Goal("entraînement depuis rien : starter / nous", ratio, least=3.0))
    return found


def table(figures: Json) -> str:
    """The whole table."""
    lines = ["| Mesure | nous | starter | rapport |", "|---|---:|---:|---:|"]
    lines += [f"| {title} | {a} | {b} | {ratio} |" for title, a, b, ratio in _rows(figures)]
    lines += ["", "| Objectif | mesuré | voulu | |", "|---|---:|---:|---|"]
    lines += [goal.line() for goal in goals(figures)]
    return "\n".join(lines)


def _rows(figures: Json) -> list[tuple[str, str, str, str]]:
    ours, peer = figures["nous"], figures["starter"]
    rows = []

    def add(title: str, a: float | None, b: float | None, unit: str, *, bigger: bool = False) -> None:
        ratio = ""
        if a and b:
            ratio = f"× {number(a / b if bigger else b / a)}"
        rows.append((title, _cell(a, unit), _cell(b, unit), ratio))

    for key in ("p50", "p95"):
        title = f"premier tour, 1 usager, {key} ({ours['first']['n']} questions)"
        add(title, ours["first"][key], peer["first"][key], "ms")
    add("  ouvrir la conversation (en plus, p50)", ours["opening"]["p50"], None, "ms")
    for key, title in (("alone", "1 usager"), ("crowd", "20 usagers")):
        for figure in ("p50", "p95"):
            add(f"{title} sans pause, {figure}", ours[key][figure], peer[key][figure], "ms")
        add(f"{title} sans pause, débit", ours[key]["rate"], peer[key]["rate"], "tours/s", bigger=True)
    for mark in ours.get("long", {}):
        mine, other = ours["long"][mark]["p50"], peer["long"].get(mark, {}).get("p50")
        form = "" if mark == "1" or mark.startswith("formulaire") else " (formulaire ouvert)"
        title = mark.replace("formulaire ", "réponse au formulaire avant le tour ")
        add(f"{'' if form == '' and mark != '1' else 'tour '}{title}{form}, p50", mine, other, "ms")
    add("démarrage jusqu'à prêt", ours["start"], peer["start"], "s")
    for kind in ("seconds", "cpu_seconds"):
        if ours["training"] and peer["training"]:
            title = "entraînement depuis rien" + (", temps processeur" if kind == "cpu_seconds" else "")
            add(title, ours["training"][kind], peer["training"][kind], "s")
    add("mémoire après charge (tous les processus)", ours["memory"], peer["memory"], "Mio")
    for name, value in ours["memory_of"].items():
        add(f"  dont {name}", value, peer["memory_of"].get(name), "Mio")
    add("processeur par tour, 20 usagers", ours["crowd"]["cpu"], peer["crowd"]["cpu"], "ms")
    memory = figures.get("starter_memoire")
    if memory:
        add("pour information, starter en mémoire : p50", ours["first"]["p50"], memory["first"]["p50"], "ms")
        rate = memory["crowd"]["rate"]
        add("  son débit à 20 usagers", ours["crowd"]["rate"], rate, "tours/s", bigger=True)
    return rows


def _cell(value: float | None, unit: str) -> str:
    return "" if value is None else f"{number(value)} {unit}"
