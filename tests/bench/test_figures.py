"""What the benchmarks print is what was measured."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import proc, report
from bench.processes import BenchError, Process, free_ports
from bench.profile_turn import Span, nested
from bench.questions import every_question, variants


def figures(**changed: float) -> dict[str, Any]:
    values = {
        "p50": 10.0,
        "rate": 40.0,
        "start": 10.0,
        "memory": 800.0,
        "last": 12.0,
        "training": 60.0,
    } | changed
    ours = {
        "first": {"p50": values["p50"]},
        "crowd": {"rate": values["rate"]},
        "long": {"1": {"p50": 10.0}, "200": {"p50": values["last"]}, "formulaire 200": {"p50": 1.0}},
        "start": values["start"],
        "memory": values["memory"],
        "training": {"seconds": values["training"]},
    }
    peer = {
        "first": {"p50": 40.0},
        "crowd": {"rate": 15.0},
        "start": 60.0,
        "memory": 1300.0,
        "training": {"seconds": 300.0},
    }
    return {"nous": ours, "starter": peer}


def test_goals_that_are_all_met() -> None:
    assert all(goal.reached for goal in report.goals(figures()))


@pytest.mark.parametrize(
    "missed",
    [{"p50": 21.0}, {"rate": 29.0}, {"start": 21.0}, {"memory": 1301.0}, {"last": 13.1}, {"training": 101.0}],
)
def test_one_missed_goal_is_told(missed: dict[str, float]) -> None:
    found = report.goals(figures(**missed))
    assert [goal.reached for goal in found].count(False) == 1
    assert sum("MANQUÉ" in goal.line() for goal in found) == 1


def test_a_training_that_was_not_measured_is_no_goal() -> None:
    measured = figures()
    measured["nous"]["training"] = None
    assert len(report.goals(measured)) == 5


def test_the_percentile_is_one_of_the_values() -> None:
    assert report.percentile([float(n) for n in range(1, 101)], 0.95) == 96
    assert report.percentile([3.0], 0.95) == 3


def test_figures_are_written_as_the_french_do() -> None:
    assert [report.number(value) for value in (0.5, 12.34, 1234.5)] == ["0,50", "12,3", "1\u202f234"]


def test_no_question_is_asked_twice() -> None:
    texts = list(variants(every_question()))
    assert len(texts) == len(set(texts)) > 10_000


def test_a_passage_is_put_inside_the_one_that_holds_it() -> None:
    spans = [Span("in", 2, 4), Span("out", 0, 10), Span("deep", 3, 4), Span("after", 11, 12)]
    out, after = nested(spans)
    assert (out.name, after.name) == ("out", "after")
    assert [one.name for one in out.inside] == ["in"]
    assert [one.name for one in out.inside[0].inside] == ["deep"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_children_count_in_the_memory() -> None:
    child = "print(flush=True); import sys; sys.stdin.read()"  # it has memory of its own once it has printed
    code = f"import subprocess,sys; subprocess.run([sys.executable, '-c', {child!r}])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as parent:
        assert parent.stdout is not None and parent.stdout.readline()
        alone = (
            int(Path(f"/proc/{parent.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        )
        assert proc.resident(parent.pid) > alone
        assert parent.stdin is not None
        parent.stdin.close()


def test_a_process_that_dies_is_told_with_its_log(tmp_path: Path) -> None:
    dying = Process(
        "essai", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {}, tmp_path / "log", lambda: False
    )
    dying.start()
    with pytest.raises(BenchError, match="code 3"):
        dying.wait_ready(deadline=float("inf"))
    dying.stop()


def test_what_was_started_is_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    sleeping = Process("essai", command, tmp_path, {}, tmp_path / "log")
    sleeping.start()
    assert sleeping.child is not None
    pid = sleeping.child.pid
    sleeping.stop()
    assert not Path(f"/proc/{pid}").exists()


def test_free_ports_differ() -> None:
    assert len(set(free_ports(5))) == 5
