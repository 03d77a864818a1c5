"""Makes the figures of the systems into a French table, compares them with the goals, and explains both."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.report import Goal, number
from bench.understanding.recipes import OURS, SYSTEMS

Json = dict[str, Any]

_TEMPLATE = Path(__file__).with_name("page.md")

_FROM_NOTHING, _AFTER_A_CHANGE = 480.0, 120.0  # seconds
# (title, key, unit): shares as percentages, the rest as it is.
_ROWS = (
    ("premier rang (sujet rendu ; un repli est faux)", "top1", "%"),
    ("premier rang nu (repli ignoré)", "bare", "%"),
    ("trois premiers", "top3", "%"),
    ("F1 macro", "macro_f1", ""),
    ("erreur de calibration (ECE, 10 bacs)", "calibration_error", ""),
    ("repli (« vouliez-vous dire »)", "refused", "%"),
    ("hors sujet reconnu (rappel)", "out_of_scope", "%"),
    ("hors sujet reconnu ou repli", "out_of_scope_or_refused", "%"),
    ("question du périmètre dite hors sujet", "wrongly_out_of_scope", "%"),
    ("latence, p50", "p50", "ms"),
    ("latence, p95", "p95", "ms"),
    ("entraînement depuis rien", "training_seconds", "s"),
    ("  temps processeur", "training_cpu_seconds", "s"),
    ("  mémoire de pointe", "training_peak_mib", "Mio"),
    ("entraînement, un sujet changé", "changed_seconds", "s"),
    ("chargement du modèle", "load_seconds", "s"),
    ("mémoire en service", "resident_mib", "Mio"),
)


def goals(figures: dict[str, Json]) -> list[Goal]:
    """What was promised and could be compared with the systems measured."""
    ours = figures.get(OURS)
    if ours is None:
        return []
    found = [
        Goal("nous : entraînement depuis rien (s)", ours["training_seconds"], most=_FROM_NOTHING),
        Goal("nous : entraînement, un sujet changé (s)", ours["changed_seconds"], most=_AFTER_A_CHANGE),
    ]
    if "b" in figures and _same_hour(ours["asked_at"], figures["b"]["asked_at"]):
        found.append(Goal("latence p50 : nous / (b)", ours["p50"] / figures["b"]["p50"], most=1.0))
    peers = [peer for key, peer in figures.items() if key != OURS]
    if peers:
        # The hardest reading: our refusals are errors, theirs are ignored when that helps them.
        fewest = min(1 - max(peer["top1"], peer["bare"]) for peer in peers)
        title = "erreurs au premier rang : nous (repli compté faux) / le meilleur pair (repli ignoré)"
        found.append(Goal(title, _ratio(1 - ours["top1"], fewest), most=0.5))
    return found


def _same_hour(one: str, other: str) -> bool:
    """Whether two latencies may be compared: the machine was not the same on another day."""
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) < timedelta(hours=1)


def missed(figures: dict[str, Json]) -> list[str]:
    """The goals that are not reached, those that could not be measured among them."""
    found = [goal.title for goal in goals(figures) if not goal.reached]
    absent = [system.title for key, system in SYSTEMS.items() if key not in figures]
    if {OURS, "b"} <= figures.keys() and not _same_hour(figures[OURS]["asked_at"], figures["b"]["asked_at"]):
        absent.append("latence p50, nous et (b) dans la même heure")
    return found + [f"{title} : non mesuré" for title in absent]


def table(figures: dict[str, Json]) -> str:
    """The measures, a system a column, then the goals."""
    keys = [key for key in SYSTEMS if key in figures]
    lines = [
        "| | " + " | ".join(SYSTEMS[key].title for key in keys) + " |",
        "|---|" + "---:|" * len(keys),
    ]
    for title, name, unit in _ROWS:
        cells = (_cell(figures[key].get(name), unit) for key in keys)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    compared = goals(figures)
    if compared:
        lines += ["", "| Objectif | mesuré | voulu | |", "|---|---:|---:|---|"]
        lines += [goal.line() for goal in compared]
    if OURS in figures and len(figures) > 1:
        fewest = min(1 - peer["bare"] for key, peer in figures.items() if key != OURS)
        ratio = number(_ratio(1 - figures[OURS]["bare"], fewest))
        lines += ["", f"Pour information, erreurs au premier rang nu, nous / le meilleur pair : {ratio}."]
    return "\n".join(lines)


def page(conditions: Json, figures: dict[str, Json]) -> str:
    """The whole report: what was compared and how, then the table."""
    drawn, epochs = conditions["par_sujet"], conditions["epoques"]
    return _TEMPLATE.read_text(encoding="utf-8").format(
        **conditions,
        jour=conditions["date"][:10],
        tirage=f" (tirage de {drawn} phrases par intention)" if drawn else "",
        essai=f" ; essai à {epochs} époques" if epochs else "",
        tableau=table(figures),
        entrainements=_when(figures, "training"),
        reponses=_when(figures, "asked"),
    )


def _when(figures: dict[str, Json], phase: str) -> str:
    """The day of a phase, and how busy the machine then was, for each system."""
    return ", ".join(
        f"{SYSTEMS[key].title} le {one[f'{phase}_at'][:10]} (charge {number(one[f'{phase}_load'])})"
        for key, one in figures.items()
    )


def _ratio(ours: float, theirs: float) -> float:
    if not theirs:
        return 0.0 if not ours else float("inf")
    return ours / theirs


def _cell(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "%":
        return f"{value * 100:.1f} %".replace(".", ",")
    if not unit:
        return f"{value:.3f}".replace(".", ",")
    return f"{number(value)} {unit}"
