"""The figures of `make evaluer` count what they say they count."""

from pathlib import Path

import pytest

from scripts import understanding
from scripts.understanding import Asked


def asked(
    sujet: str,
    got: str | None,
    *others: str,
    also: tuple[str, ...] = (),
    registre: str = "web",
    confidence: float | None = None,
) -> Asked:
    return Asked(sujet, registre, "", frozenset((sujet, *also)), got, others, confidence)


def test_did_you_mean_is_wrong_at_the_first_place_and_right_at_the_third_when_it_offers_the_topic() -> None:
    offering = asked("cpf_solde", None, "cpf_vente", "cpf_dif", "cpf_solde", "cpf_permis")
    late = asked("cpf_solde", None, "cpf_vente", "cpf_dif", "cpf_permis", "cpf_solde")
    assert (offering.top1, offering.top3, late.top3) == (False, True, False)


def test_what_comes_after_an_answer_counts_among_three_with_it() -> None:
    assert asked("cpf_solde", "cpf_vente", "cpf_dif", "cpf_solde").top3
    assert not asked("cpf_solde", "cpf_vente", "cpf_dif", "cpf_permis", "cpf_solde").top3


def test_a_topic_with_one_question_weighs_as_much_as_one_with_three() -> None:
    group = [asked("cpf_solde", "cpf_solde")] * 3 + [asked("cep", "ptp")]
    assert understanding.macro_recall(group) == 0.5


def test_f1_counts_what_was_taken_for_a_topic_by_mistake() -> None:
    group = [
        asked("cep", "cep"),
        asked("ptp", "cep"),
        asked("ptp", "ptp"),
        asked("vae", "ptp", also=("ptp",)),
    ]
    # cep: 1 right of 1 expected, 2 given; ptp: 1 of 2, 1 given; vae: right under a neighbour's name.
    assert understanding.macro_f1(group) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_only_an_answer_that_announces_a_confidence_counts_for_calibration() -> None:
    group = [asked("cep", "ptp", confidence=0.9), asked("cep", "cep"), asked("cep", None, confidence=0.2)]
    assert understanding.announced(group) == [(0.9, False)]


def test_goals_see_refusals_alarms_and_each_register() -> None:
    group = [
        asked("cep", "cep", registre="telephone"),
        asked("cep", "hors_sujet", registre="telephone"),
        asked("hors_sujet", "hors_sujet"),
        asked("detresse", "detresse"),
        asked("detresse", "souffrance_travail"),
    ]
    values = {goal.name: goal for goal in understanding.goals(group, [asked("cep", "detresse")])}
    assert values["telephone : premier rang"].value == 0.5
    assert values["dans le périmètre et refusé"].value == pytest.approx(1 / 4)
    assert values["détresses reconnues"].value == 0.5 and not values["détresses reconnues"].held
    assert values["faux semblants qui alarment"].value == 1.0
    assert not values["faux semblants qui alarment"].held
    assert values["hors périmètre reconnu"].held


def test_the_page_shows_the_goal_that_is_missed_and_the_diagram_is_a_png(tmp_path: Path) -> None:
    group = [asked("cep", "ptp", confidence=0.9), asked("ptp", "ptp", confidence=0.7)]
    text = understanding.page(group, [], "images/x.png")
    assert "| web : premier rang | 0,500 | ≥ 0,900 | **non** |" in text
    assert "| cep | ptp | 1 |" in text and "images/x.png" in text
    understanding.draw_reliability(group, tmp_path / "images" / "x.png")
    assert (tmp_path / "images" / "x.png").read_bytes().startswith(b"\x89PNG")
