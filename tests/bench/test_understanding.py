"""The comparison of understanding: the draw, the scores, the models taken up again, what is promised."""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.processes import BenchError
from bench.understanding import data, page, recipes, record, runs, scores
from bench.understanding.data import Question
from bench.understanding.recipes import ROOT, SYSTEMS
from bench.understanding.scores import Judged
from bench.understanding.systems import ours

TOPICS = frozenset({"cpf_solde", "retraite_age", "hors_sujet"})
LEARNED = [(f"sujet_{n % 7}", f"phrase {n}") for n in range(100)]


def judged(topic: str, answered: str | None, ranked: tuple[str, ...] = (), confidence: float = 1.0) -> Judged:
    return Judged(Question("?", topic, frozenset({topic})), answered, ranked, confidence)


def test_the_draw_is_the_same_for_everyone_and_takes_as_much_of_each_intent() -> None:
    drawn = data.draw(LEARNED, 4)
    assert drawn == data.draw(list(reversed(LEARNED)), 4)
    assert Counter(intent for intent, _ in drawn) == {f"sujet_{n}": 4 for n in range(7)}
    assert set(drawn) <= set(LEARNED)


def test_a_new_intent_changes_no_other_draw() -> None:
    assert set(data.draw(LEARNED, 4)) < set(data.draw([*LEARNED, ("autre", "x")], 4))


def test_all_sentences_by_default_and_no_more_than_there_are() -> None:
    assert data.draw(LEARNED, None) == LEARNED
    assert sorted(data.draw(LEARNED, 1000)) == sorted(LEARNED)


def test_a_changed_topic_is_the_largest_and_the_only_one_changed() -> None:
    topic, changed = data.rewritten([*LEARNED, ("sujet_3", "encore"), ("sujet_3", "et encore")])
    assert topic == "sujet_3"
    kept = [one for one in LEARNED if one[0] != topic]
    assert [one for one in changed if one[0] != topic] == kept
    assert not {text for one, text in changed if one == topic} & {text for _, text in LEARNED}


def test_the_questions_are_those_of_what_is_learned_with_what_is_right_too(tmp_path: Path) -> None:
    rows = [
        {"texte": "a", "sujet": "cpf_solde", "aussi": ["cpf_autre"]},
        {"texte": "b", "sujet": "jamais_appris"},
    ]
    path = tmp_path / "questions.yml"
    path.write_text(json.dumps(rows), encoding="utf-8")
    [asked] = data.questions(path, [("cpf_solde", "x")])
    assert asked.topic == "cpf_solde"
    assert {"cpf_solde", "cpf_autre"} <= asked.right


def test_only_topics_have_a_rank() -> None:
    answer = {
        "intent": "nlu_fallback",
        "ranking": [["nlu_fallback", 0.5], ["affirmer", 0.4], ["cpf_solde", 0.3]],
    }
    one = scores.judge(Question("?", "cpf_solde", frozenset({"cpf_solde"})), answer, TOPICS)
    assert (one.answered, one.ranked, one.confidence) == (None, ("cpf_solde",), 0.3)
    assert (one.top1, one.bare, one.top3) == (False, True, True)


def test_the_fourth_rank_is_too_late() -> None:
    assert not judged("d", "a", ("a", "b", "c", "d")).top3
    assert judged("c", "a", ("a", "b", "c", "d")).top3


def test_a_neighbour_that_is_right_counts() -> None:
    one = Judged(Question("?", "a", frozenset({"a", "b"})), "b", ("b",), 1.0)
    assert one.top1 and scores.macro_f1([one]) == 1.0


def test_macro_f1_weighs_topics_alike() -> None:
    # a: 3 of 3 asked, but a wrong one besides; b: never found.
    answers = [judged("a", "a")] * 3 + [judged("b", "a")]
    assert scores.macro_f1(answers) == pytest.approx((2 * 3 / (3 + 4) + 0) / 2)


def test_a_refusal_costs_recall_and_no_precision() -> None:
    assert scores.macro_f1([judged("a", "a"), judged("a", None)]) == pytest.approx(2 / 3)


def test_the_calibration_error_is_that_of_the_first_topic_even_when_it_is_refused() -> None:
    answers = [judged("a", None, ("a",), 0.75)] * 3 + [judged("a", "b", ("b",), 0.75)]
    assert scores.figures(answers, [1.0])["calibration_error"] == pytest.approx(0.0)


def test_out_of_scope_is_recalled_or_at_least_refused() -> None:
    answers = [
        judged("hors_sujet", "hors_sujet"),
        judged("hors_sujet", None),
        judged("hors_sujet", "cpf_solde"),
        judged("cpf_solde", "hors_sujet"),
        judged("cpf_solde", "cpf_solde"),
    ]
    found = scores.figures(answers, [1.0, 2.0, 3.0, 4.0, 100.0])
    assert found["out_of_scope"] == pytest.approx(1 / 3)
    assert found["out_of_scope_or_refused"] == pytest.approx(2 / 3)
    assert found["wrongly_out_of_scope"] == pytest.approx(1 / 2)
    assert (found["p50"], found["p95"]) == (3.0, 100.0)


def test_a_model_depends_on_its_sentences_and_its_recipe() -> None:
    system = SYSTEMS["a"]
    same = runs.model_name(system, LEARNED, None)
    assert same == runs.model_name(system, list(LEARNED), None)
    assert same == runs.model_name(system, LEARNED, recipes.EPOCHS)
    others = {
        runs.model_name(system, LEARNED[1:], None),
        runs.model_name(system, LEARNED, 5),
        runs.model_name(SYSTEMS["b"], LEARNED, None),
    }
    assert same not in others and len(others) == 3


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for Rasa's interpreter, which counts its runs and learns nothing; its file of runs."""
    seen = tmp_path / "runs.txt"
    script = tmp_path / "python"
    script.write_text(
        f"""#!{sys.executable}
import json, pathlib, sys
_, _, _, phase, folder, given = sys.argv
with open({str(seen)!r}, "a") as runs:
    print(phase, given, file=runs)
if (pathlib.Path({str(tmp_path)!r}) / "broken").exists():
    sys.exit(3)
if phase == "ask":
    asked = json.loads((pathlib.Path(folder) / given).read_text())["asked"]
    answers = [{{"intent": "a", "ranking": [["a", 1.0]], "ms": 1.0}} for _ in asked]
    found = {{"answers": answers, "load_seconds": 1, "resident_mib": 1}}
    (pathlib.Path(folder) / "reponses.json").write_text(json.dumps(found))
""",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setattr(runs, "_PYTHON", script)
    monkeypatch.setattr(runs, "MODELS", tmp_path / "nlu")
    return seen


def test_our_project_has_every_file_that_our_pipeline_reads(tmp_path: Path) -> None:
    project = ours.write_project(tmp_path / "projet", LEARNED)
    pipeline = yaml.safe_load((project / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    named = {str(value) for part in pipeline for key, value in part.items() if key != "cache"}
    read = {name for name in named if (ROOT / name).is_file()}
    assert "data/calage/phrases.yml" in read
    assert [name for name in read if not (project / name).is_file()] == []


def test_what_is_trained_is_not_trained_again_unless_asked(runner: Path) -> None:
    first = runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=False)
    assert first.cost["sentences"] == 100 and first.cost["peak_mib"] > 0 and first.changed is None
    assert runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=False).cost == first.cost
    assert runner.read_text().splitlines() == ["train phrases.json"]
    runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=True)
    assert len(runner.read_text().splitlines()) == 2


def test_ours_is_trained_again_with_one_topic_changed(runner: Path) -> None:
    trained = runs.train(SYSTEMS["nous"], LEARNED, epochs=None, again=False)
    assert trained.changed is not None and trained.changed["topic"] == "sujet_0"
    assert runner.read_text().splitlines() == ["train phrases.json", "train phrases-sujet.json"]


def test_a_second_training_cut_short_makes_both_again(runner: Path) -> None:
    trained = runs.train(SYSTEMS["nous"], LEARNED, epochs=None, again=False)
    (trained.folder / "entrainement-sujet.json").unlink()
    runs.train(SYSTEMS["nous"], LEARNED, epochs=None, again=False)
    assert runner.read_text().splitlines() == ["train phrases.json", "train phrases-sujet.json"] * 2


def test_a_training_that_fails_is_told_and_made_again(runner: Path) -> None:
    broken = runner.with_name("broken")
    broken.touch()
    with pytest.raises(runs.BenchError, match="code 3"):
        runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=False)
    broken.unlink()
    runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=False)
    assert len(runner.read_text().splitlines()) == 2


def test_every_question_is_answered_once(runner: Path) -> None:
    trained = runs.train(SYSTEMS["d"], LEARNED, epochs=None, again=False)
    asked = [Question(f"question {n}", "a", frozenset({"a"})) for n in range(3)]
    assert len(runs.ask(trained, LEARNED, asked)["answers"]) == 3
    given = json.loads((trained.folder / "questions.json").read_text(encoding="utf-8"))
    assert given["asked"] == [question.text for question in asked]
    assert 0 < len(given["warm_up"]) <= runs.WARM_UP


def measured(**changed: Any) -> dict[str, Any]:
    return {
        "top1": 0.9,
        "bare": 0.9,
        "p50": 5.0,
        "training_seconds": 60.0,
        "changed_seconds": None,
        "asked_at": "2026-11-23T10:00:00+0000",
        **changed,
    }


def everyone(**ours: Any) -> dict[str, dict[str, Any]]:
    peers = {key: measured(top1=0.7, bare=0.8) for key in SYSTEMS if key != "nous"}
    return {**peers, "nous": measured(**{"changed_seconds": 50.0, **ours})}


def test_goals_that_are_all_met() -> None:
    assert page.missed(everyone()) == []


@pytest.mark.parametrize(
    "ours", [{"top1": 0.89}, {"p50": 5.1}, {"training_seconds": 481.0}, {"changed_seconds": 121.0}]
)
def test_one_missed_goal_is_told(ours: dict[str, float]) -> None:
    figures = everyone(**ours)
    assert len(page.missed(figures)) == 1
    assert page.table(figures).count("MANQUÉ") == 1


def test_latencies_of_two_days_are_not_compared() -> None:
    figures = everyone(p50=500.0, asked_at="2026-11-24T10:00:00+0000")
    assert len(page.goals(figures)) == len(page.goals(everyone())) - 1
    assert page.missed(figures) == ["latence p50, nous et (b) dans la même heure : non mesuré"]


def test_a_system_that_was_not_measured_is_no_success() -> None:
    figures = everyone()
    del figures["b"]
    assert page.missed(figures) == [f"{SYSTEMS['b'].title} : non mesuré"]


def test_the_table_has_a_column_a_system_and_writes_as_the_french_do() -> None:
    lines = page.table(everyone()).splitlines()
    assert lines[0].count("|") == len(SYSTEMS) + 2
    assert "70,0 %" in lines[2] and lines[2].endswith(" 90,0 % |")


def test_the_page_tells_when_each_system_was_trained_and_asked() -> None:
    then = {"training_at": "2026-11-20T10:00", "training_load": 1.5, "asked_at": "2026-11-21T10:00"}
    figures = {key: {**one, **then, "asked_load": 0.5} for key, one in everyone().items()}
    known = ("phrases", "intentions", "questions", "processeurs", "fils", "echauffement", "sujet_change")
    conditions = {"date": "2026-11-22T10:00", "par_sujet": None, "epoques": None, **dict.fromkeys(known, 1)}
    text = page.page(conditions, figures)
    assert "nous le 2026-11-20 (charge 1,50)" in text and "nous le 2026-11-21 (charge 0,50)" in text


def test_a_partial_run_keeps_what_the_others_gave_unless_their_model_is_another(tmp_path: Path) -> None:
    target = tmp_path / "nlu.json"
    models = {"a": "a-1", "b": "b-1", "nous": "nous-1"}
    first = {key: {"top1": 0.5, "model": model} for key, model in models.items()}
    assert record.add(target, {}, first, models) == first
    again = {"nous": {"top1": 0.9, "model": "nous-1"}}
    figures = record.add(target, {"date": "demain"}, again, {**models, "b": "b-2"})
    assert figures == {"a": first["a"], **again}
    assert json.loads(target.read_text(encoding="utf-8")) == {
        "conditions": {"date": "demain"},
        "systemes": figures,
    }


def test_other_sentences_questions_or_epochs_have_a_file_of_their_own(tmp_path: Path) -> None:
    asked = [Question("?", "a", frozenset({"a", "b"}))]
    same = record.path(tmp_path, LEARNED, asked, None)
    assert same == record.path(tmp_path, list(LEARNED), [Question("?", "a", frozenset({"b", "a"}))], None)
    others = {
        record.path(tmp_path, LEARNED[1:], asked, None),
        record.path(tmp_path, LEARNED, [Question("?", "a", frozenset({"a"}))], None),
        record.path(tmp_path, LEARNED, asked, 5),
    }
    assert same not in others and len(others) == 3


def test_two_comparisons_do_not_run_together_and_the_second_names_the_first(tmp_path: Path) -> None:
    with record.alone(tmp_path), pytest.raises(BenchError, match=str(os.getpid())), record.alone(tmp_path):
        pass
    with record.alone(tmp_path):
        pass
