"""What may be quoted of a passage: short, word for word, and never a figure that we govern."""

from __future__ import annotations

import pytest

from connaissances.officiel.quoting import DatedAmounts, quote

GUARD = DatedAmounts(
    [
        ("Délai de rétractation d'une rupture conventionnelle, en jours calendaires", "jours"),
        ("Âge du RSA, cas général", "age"),
        ("Crédit annuel du CPF", "EUR"),
        ("Effectif de l'entreprise au-dessous duquel le CSP est proposé", "nombre"),
        ("France Travail", "telephone"),
    ]
)


def quoted(text: str, question: str = "", context: str = "", limit: int = 300) -> tuple[str, bool]:
    found = quote(text, context, question, GUARD, limit)
    return found.text, found.left_out


@pytest.mark.parametrize(
    "sentence",
    [
        "L'amende est de 3 750 €.",
        "L'employeur prend en charge 50 % du titre.",
        "L'amende peut atteindre trois mille euros.",
        "Il reçoit la moitié de son salaire.",
        "Le plafond est de trois fois le Smic, soit 3 fois 12.",
        "Vous pouvez vous rétracter dans les 15 jours qui suivent la rupture conventionnelle.",
        "Le RSA s'adresse aux plus de 25 ans.",
        "Appelez le 39 49 pour en savoir plus.",
        "Appelez le 01 02 03 04 05.",
    ],
)
def test_a_sum_a_rate_a_number_to_call_or_a_governed_figure_is_left_out(sentence: str) -> None:
    assert quoted(sentence) == ("", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Le salarié a droit à quatre jours pour son mariage.",
        "Chaque syndicat d'une entreprise d'au moins 50 salariés peut désigner un délégué.",
        "La rupture conventionnelle est signée par les deux parties.",
        "Depuis le 1er juillet 2021, ce congé est ouvert à tous (article L. 1234-5).",
    ],
)
def test_a_figure_that_no_parameter_governs_is_quoted(sentence: str) -> None:
    assert quoted(sentence) == (sentence, False)


def test_the_title_of_the_page_tells_what_a_figure_is_about() -> None:
    sentence = "Vous pouvez revenir sur votre signature pendant 15 jours."
    assert quoted(sentence, context="La santé")[0] == sentence
    assert quoted(sentence, context="La rupture conventionnelle : rétractation") == ("", True)


def test_the_gap_shows_and_a_quotation_never_ends_on_it() -> None:
    text = "Le timbre se colle. Il coûte 2 €. Le timbre se range. Il vaut 3 €."
    assert quoted(text, "timbre") == ("Le timbre se colle. […] Le timbre se range.", True)


def test_nothing_is_quoted_around_the_answer_that_is_left_out() -> None:
    text = "L'album est bleu. Le prix du timbre rare est de 12 €."
    assert quoted(text, "quel est le prix du timbre rare ?") == ("", True)


def test_the_sentences_that_answer_are_chosen_within_the_limit() -> None:
    text = "La mairie est fermée le lundi. La piscine ouvre le mardi. Le maire reçoit le mercredi."
    assert quoted(text, "quand ouvre la piscine", limit=40)[0] == "La piscine ouvre le mardi."


def test_a_page_s_own_question_or_a_link_opens_no_quotation() -> None:
    text = "Qui peut collectionner ? Consultez notre page. Tout le monde peut collectionner."
    assert quoted(text, "qui peut collectionner")[0] == "Tout le monde peut collectionner."


def test_a_long_list_is_cut_between_two_items() -> None:
    text = "Sont concernés : les albums ; les classeurs ; les pinces ; les loupes."
    assert quoted(text, "albums", limit=50)[0] == "Sont concernés : les albums ; les classeurs […]"
