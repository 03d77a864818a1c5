"""Compares our assistant with a stock Rasa 3.6 one, on the same questions: `bench/turn.py --help`.

Both are up at the same time and loaded in turn; nothing leaves 127.0.0.1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import assistants, report  # noqa: E402
from bench.processes import Assistant, BenchError  # noqa: E402
from bench.report import say  # noqa: E402

Json = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    starts: int
    warm_up: int
    first_turns: int
    rounds: int
    crowd_seconds: float
    long_both: int
    long_ours: int
    marks: tuple[int, ...]
    epochs: int
    memory_store: bool


FULL = Plan(2, 30, 300, 3, 12.0, 4, 16, (6, 50, 200), 100, True)
QUICK = Plan(1, 10, 40, 1, 6.0, 1, 1, (6, 30), 1, False)


class Load:
    """The load process, spoken to by lines of JSON."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, kind: str, **command: Any) -> Json:
        """Have a measure made.

        Raises:
            BenchError: it could not be made.
        """
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(json.dumps({"kind": kind, **command}) + "\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if not line:
            raise BenchError("Le processus de charge s'est arrêté.")
        result: Json = json.loads(line)
        if "error" in result:
            raise BenchError(result["error"])
        return result

    def stop(self) -> None:
        """End it."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.terminate()
        self._child.wait()


class Measure:
    """One run: what is up, and the figures so far."""

    def __init__(self, plan: Plan, models: Path, project: Path, var: Path) -> None:
        self._plan = plan
        self._project, self._var = project, var
        self.ours, _ = assistants.ours(models, var / "nous")
        self.peer = assistants.stock(project, var, durable=True)
        self._load = Load()
        self._extra: Assistant | None = None
        self.figures: Json = {"nous": {}, "starter": {}}

    def stop(self) -> None:
        """End everything that was started."""
        self._load.stop()
        for assistant in (self.ours, self.peer, self._extra):
            if assistant is not None:
                assistant.stop()

    def run(self) -> Json:
        """Make every measure."""
        for assistant in (self.peer, self.ours):
            self.figures[assistant.name]["start"] = self._starts(assistant)
        self._load.ask("first_turns", targets=self._targets(), count=self._plan.warm_up)
        self._first_turns(self._targets(), self.figures)
        for users, key in ((1, "alone"), (20, "crowd")):
            self._crowds(users, key)
        self._long()
        for assistant in (self.ours, self.peer):
            weights = assistant.resident()
            self.figures[assistant.name]["memory"] = sum(weights.values())
            self.figures[assistant.name]["memory_of"] = weights
        if self._plan.memory_store:
            self._with_memory_store()
        return self.figures

    def _targets(self) -> list[tuple[str, str]]:
        return [(one.name, one.url) for one in (self.ours, self.peer)]

    def _starts(self, assistant: Assistant) -> float:
        """Start it alone, a few times; it stays up after the last."""
        times = []
        for number in range(self._plan.starts):
            if number:
                assistant.stop()
            times.append(assistant.start())
            say(f"{assistant.name} prêt en {times[-1]:.1f} s")
        return statistics.median(times)

    def _first_turns(self, targets: list[tuple[str, str]], figures: Json) -> None:
        found = self._load.ask("first_turns", targets=targets, count=self._plan.first_turns)
        for name, result in found.items():
            figures[name]["first"] = report.summary(result["turns"]) | {"set_aside": result["set_aside"]}
            figures[name]["opening"] = report.summary(result["openings"])
        say("premiers tours mesurés")

    def _crowds(self, users: int, key: str) -> None:
        """Load one then the other, and the other way round at the next round."""
        gathered: dict[str, Json] = {
            one.name: {"turns": [], "seconds": 0.0, "set_aside": 0, "cpu": 0.0}
            for one in (self.ours, self.peer)
        }
        for number in range(self._plan.rounds):
            order = [self.ours, self.peer] if number % 2 == 0 else [self.peer, self.ours]
            for assistant in order:
                found = self._crowd(assistant, users)
                for name, value in found.items():
                    gathered[assistant.name][name] += value
        for name, result in gathered.items():
            self.figures[name][key] = _crowd_figures(result)
        say(f"{users} usager(s) sans pause : mesuré")

    def _crowd(self, assistant: Assistant, users: int) -> Json:
        before = sum(assistant.cpu_seconds().values())
        target = (assistant.name, assistant.url)
        found = self._load.ask("crowd", target=target, users=users, seconds=self._plan.crowd_seconds)
        return found | {"cpu": sum(assistant.cpu_seconds().values()) - before}

    def _long(self) -> None:
        series: dict[str, dict[str, list[float]]] = {"nous": {}, "starter": {}}
        marks = list(self._plan.marks)
        total = max(self._plan.long_both, self._plan.long_ours)
        every = max(1, total // self._plan.long_both)
        for rank in range(total):
            peer = self.peer.url if rank % every == 0 else None
            found = self._load.ask("long", url_ours=self.ours.url, url_starter=peer, rank=rank, marks=marks)
            for name, measures in found.items():
                for mark, value in measures.items():
                    series[name].setdefault(mark, []).append(value)
        for name, by_mark in series.items():
            self.figures[name]["long"] = {
                mark: report.summary(by_mark[mark]) for mark in sorted(by_mark, key=_rank)
            }
        say("longues conversations mesurées : profil, sujet et formulaire gardés à chaque palier")

    def _with_memory_store(self) -> None:
        """For information: what the starter would do if it kept nothing."""
        self.peer.stop()
        self._extra = assistants.stock(self._project, self._var, durable=False)
        self._extra.start()
        figures: Json = {"starter": {}}
        target = [(self._extra.name, self._extra.url)]
        self._load.ask("first_turns", targets=target, count=self._plan.warm_up)
        self._first_turns(target, figures)
        figures["starter"]["crowd"] = _crowd_figures(self._crowd(self._extra, 20))
        self.figures["starter_memoire"] = figures["starter"]


def _rank(mark: str) -> tuple[bool, int]:
    return mark.startswith("formulaire"), int(mark.split()[-1])


def _crowd_figures(result: Json) -> Json:
    turns = result["turns"]
    return report.summary(turns) | {
        "rate": len(turns) / result["seconds"],
        "set_aside": result["set_aside"],
        "cpu": result["cpu"] * 1000 / len(turns),
    }


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="bench/turn.py",
        description="Compare notre assistant à un assistant Rasa 3.6 de départ, sur les mêmes questions.",
        epilog="Tableau sur la sortie standard, chiffres dans var/bench/. Durée : moins de 12 minutes, "
        "sans compter l'entraînement.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="répétition : peu de tours, starter à peine entraîné"
    )
    parser.add_argument(
        "--train", action="store_true", help="entraîne les deux depuis rien, et le chronomètre"
    )
    parser.add_argument(
        "--nice", type=int, default=0, metavar="N", help="politesse des entraînements (défaut : 0)"
    )
    parser.add_argument("--starter", type=Path, metavar="DOSSIER", help="mesure ce starter déjà entraîné")
    parser.add_argument("--check", action="store_true", help="code de retour 1 si un objectif est manqué")
    return parser.parse_args()


def main() -> int:
    """Measure, print, keep."""
    chosen = options()
    plan = QUICK if chosen.quick else FULL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _main(chosen, plan)
    except BenchError as error:
        say(f"ÉCHEC : {error}")
        return 2
    except KeyboardInterrupt:
        say("interrompu")
        return 130


def _main(chosen: argparse.Namespace, plan: Plan) -> int:
    say("entraînements (gardés dans var/bench quand rien n'a changé)")
    ours = assistants.train_ours(again=chosen.train, nice=chosen.nice)
    say(f"nous : {ours.seconds:.0f} s ({ours.at})")
    project = chosen.starter
    peer = None
    if project is None:
        peer = assistants.train_starter(again=chosen.train, nice=chosen.nice, epochs=plan.epochs)
        project = peer.folder
        say(f"starter : {peer.seconds:.0f} s ({peer.at})")
    conditions = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "processeurs": os.cpu_count(),
        "charge_au_debut": os.getloadavg()[0],
        "quick": chosen.quick,
        "suivi_nous": f"nlu/tracker_store.py : SQLite, WAL, synchronous={assistants.synchronous()}",
        "suivi_starter": f"SQLTrackerStore de Rasa : SQLite, WAL, synchronous={assistants.synchronous()}",
    }
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure = Measure(plan, ours.models, project.resolve(), Path(folder))
        try:
            figures = measure.run()
        finally:
            measure.stop()
    figures["nous"]["training"] = ours.as_dict() if ours.seconds else None
    figures["starter"]["training"] = None if chosen.quick or peer is None else peer.as_dict()
    conditions["duree_s"] = round(time.monotonic() - started)
    return _tell(chosen, conditions, figures)


def _tell(chosen: argparse.Namespace, conditions: Json, figures: Json) -> int:
    print(f"Suivi du dialogue, nous : {conditions['suivi_nous']}")
    print(f"Suivi du dialogue, starter : {conditions['suivi_starter']}")
    print(
        f"{conditions['processeurs']} processeurs, charge {conditions['charge_au_debut']:.1f} au début, "
        f"mesures en {conditions['duree_s']} s\n"
    )
    print(report.table(figures))
    name = "turn-quick.json" if chosen.quick else "turn.json"
    target = assistants.BENCH / name
    target.write_text(json.dumps(conditions | figures, indent=2, ensure_ascii=False), encoding="utf-8")
    say(f"chiffres : {target.relative_to(ROOT)}")
    missed = [goal for goal in report.goals(figures) if not goal.reached]
    return 1 if chosen.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
