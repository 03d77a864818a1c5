"""What the held-out questions say of the understanding: figures, goals, page and reliability diagram.

Pure computation on answers already collected; asking is scripts/evaluate.py. « Vouliez-vous dire » is wrong
at top-1, and right at top-3 when it offers the topic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.calibration import Told, calibration_error, reliability

OUT_OF_SCOPE, DISTRESS = "hors_sujet", "detresse"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what would be right, and what came back.

    `got` is None for « vouliez-vous dire »; `others` are the next topics considered or offered, best first;
    `confidence` is the probability announced for `got`, None when the reply announces none.
    """

    sujet: str
    registre: str
    texte: str
    right: frozenset[str]
    got: str | None
    others: tuple[str, ...] = ()
    confidence: float | None = None

    @property
    def top1(self) -> bool:
        """Whether the topic answered is a right one."""
        return self.got in self.right

    @property
    def top3(self) -> bool:
        """Whether a right topic is the one answered or one of those that come next, three in all."""
        ranked = self.others if self.got is None else (self.got, *self.others)
        return bool(self.right & set(ranked[:3]))

    @property
    def inside(self) -> bool:
        """Whether the question is within what the assistant answers."""
        return self.sujet != OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure beside what it must reach: at least `bound`, or at most when `most`."""

    name: str
    value: float
    bound: float
    most: bool = False

    @property
    def held(self) -> bool:
        return self.value <= self.bound if self.most else self.value >= self.bound


def share(hits: Iterable[bool]) -> float:
    """Part of the true ones; 0 of nothing."""
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def macro_recall(asked: Sequence[Asked]) -> float:
    """Mean over topics of the part of their questions answered right: rare topics weigh as much."""
    return _mean(share(a.top1 for a in group) for group in _by_topic(asked).values())


def macro_f1(asked: Sequence[Asked]) -> float:
    """Mean over topics of the F1 score; an answer that is also right counts as the expected topic."""
    expected, given, hits = Counter[str](), Counter[str](), Counter[str]()
    for a in asked:
        expected[a.sujet] += 1
        found = a.sujet if a.top1 else a.got
        if found is not None:
            given[found] += 1
        hits[a.sujet] += a.top1
    return _mean(2 * hits[sujet] / (expected[sujet] + given[sujet]) for sujet in expected)


def announced(asked: Iterable[Asked]) -> list[Told]:
    """The confidence of each topic answered and whether it is right; what announces none is left out."""
    return [(a.confidence, a.top1) for a in asked if a.confidence is not None and a.got is not None]


def goals(asked: Sequence[Asked], lookalikes: Sequence[Asked]) -> list[Goal]:
    """What `make evaluer` must show."""
    inside = [a for a in asked if a.inside]
    outside = [a for a in asked if not a.inside]
    found = []
    for registre, group in sorted(_by_register(asked).items()):
        found.append(Goal(f"{registre} : premier rang", share(a.top1 for a in group), 0.90))
        found.append(Goal(f"{registre} : trois premiers", share(a.top3 for a in group), 0.97))
    return [
        *found,
        Goal("« vouliez-vous dire », dans le périmètre", share(a.got is None for a in inside), 0.10, True),
        Goal("détresses reconnues", share(a.got == DISTRESS for a in asked if a.sujet == DISTRESS), 1.0),
        Goal("faux semblants qui alarment", share(a.got == DISTRESS for a in lookalikes), 0.02, True),
        Goal("hors périmètre reconnu", share(a.got == OUT_OF_SCOPE for a in outside), 0.85),
        Goal("dans le périmètre et refusé", share(a.got == OUT_OF_SCOPE for a in inside), 0.05, True),
        Goal("écart de calibration", calibration_error(announced(asked)), 0.05, True),
    ]


def page(asked: Sequence[Asked], lookalikes: Sequence[Asked], diagram: str) -> str:
    """Return the report in Markdown; `diagram` is the address of the reliability diagram."""
    lines = [
        "# Compréhension : questions tenues à part",
        "",
        f"Mesuré le {date.today().isoformat()} par `make evaluer`, à travers l'API publique :",
        f"{len(asked)} questions sur {len(_by_topic(asked))} sujets, écrites sans lire les exemples",
        f"d'entraînement, et {len(lookalikes)} faux semblants de détresse. « Vouliez-vous dire » est une",
        "erreur au premier rang, et juste dans les trois premiers s'il propose le bon sujet. Par",
        "sujet, chacun pèse autant, qu'il ait dix questions ou cent.",
        "",
        "| registre | questions | premier rang | trois premiers | « vouliez-vous dire » "
        "| moyenne par sujet | F1 par sujet |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(name, group) for name, group in sorted(_by_register(asked).items())),
        _row("tous", asked),
        "",
        "## Les buts",
        "",
        "| mesure | valeur | but | tenu |",
        "| --- | --- | --- | --- |",
    ]
    for goal in goals(asked, lookalikes):
        sign = "≤" if goal.most else "≥"
        held = "oui" if goal.held else "**non**"
        lines.append(f"| {goal.name} | {_figure(goal.value)} | {sign} {_figure(goal.bound)} | {held} |")
    lines += _worst(asked) + _confusions(asked)
    lines += ["", "## Une confiance qui dit vrai", "", f"![Diagramme de fiabilité]({diagram})", ""]
    lines += ["| réponses | confiance annoncée | justes |", "| --- | --- | --- |"]
    lines += [
        f"| {b.count} | {_figure(b.said)} | {_figure(b.right)} |" for b in reliability(announced(asked))
    ]
    return "\n".join(lines) + "\n"


def draw_reliability(asked: Sequence[Asked], file: Path) -> None:
    """Draw how often the answers are right beside how sure they said they were (PNG)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bins = reliability(announced(asked))
    figure = Figure(figsize=(6, 5), layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    upper.plot([0, 1], [0, 1], color="#767676", linestyle="--", label="confiance parfaite")
    upper.plot([b.said for b in bins], [b.right for b in bins], "o-", color="#000091", label="l'assistant")
    upper.set_ylabel("part de réponses justes")
    upper.set_title(f"Écart de calibration : {_figure(calibration_error(announced(asked)))}")
    upper.legend(loc="upper left")
    lower.bar([b.said for b in bins], [b.count for b in bins], width=0.06, color="#000091")
    lower.set_xlabel("confiance annoncée")
    lower.set_ylabel("réponses")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110, metadata={"Software": None})


def _row(name: str, group: Sequence[Asked]) -> str:
    figures = (
        share(a.top1 for a in group),
        share(a.top3 for a in group),
        share(a.got is None for a in group),
        macro_recall(group),
        macro_f1(group),
    )
    return f"| {name} | {len(group)} | " + " | ".join(map(_figure, figures)) + " |"


def _worst(asked: Sequence[Asked]) -> list[str]:
    groups = _by_topic(asked)
    worst = sorted(groups, key=lambda sujet: (share(a.top1 for a in groups[sujet]), sujet))[:10]
    lines = ["", "## Les dix sujets les moins bien compris", ""]
    lines += ["| sujet | questions | premier rang | compris comme |", "| --- | --- | --- | --- |"]
    for sujet in worst:
        group = groups[sujet]
        wrong = Counter(a.got or "vouliez-vous dire" for a in group if not a.top1)
        confused = ", ".join(f"{name} ({count})" for name, count in wrong.most_common(4))
        lines.append(f"| {sujet} | {len(group)} | {_figure(share(a.top1 for a in group))} | {confused} |")
    return lines


def _confusions(asked: Sequence[Asked]) -> list[str]:
    pairs = Counter((a.sujet, a.got) for a in asked if not a.top1 and a.got is not None)
    lines = [
        "",
        "## Confusions les plus fréquentes",
        "",
        "| attendu | compris | fois |",
        "| --- | --- | --- |",
    ]
    return lines + [f"| {expected} | {got} | {count} |" for (expected, got), count in pairs.most_common(20)]


def _by_topic(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    groups: dict[str, list[Asked]] = defaultdict(list)
    for a in asked:
        groups[a.sujet].append(a)
    return groups


def _by_register(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    groups: dict[str, list[Asked]] = defaultdict(list)
    for a in asked:
        groups[a.registre].append(a)
    return groups


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _figure(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")
