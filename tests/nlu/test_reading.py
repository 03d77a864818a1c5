"""The choice between a message, its context and its parts, its classifier being canned."""

from __future__ import annotations

from typing import Any

from nlu.reading import Before, Parse, read_message

CPF, AGE = "c'est quoi le cpf ?", "à quel âge la retraite ?"


def classifier(calls: list[str], **known: tuple[str, float]) -> Parse:
    """Understand the texts that contain a known word (the first given wins), and count them."""

    def parse(text: str) -> dict[str, Any]:
        calls.append(text)
        intent, confidence = next((k for word, k in known.items() if word in text), ("nlu_fallback", 0.3))
        row = {"name": intent, "confidence": confidence}
        return {"text": text, "intent": row, "entities": [], "intent_ranking": [row]}

    return parse


def intents(readings: list[dict[str, Any]]) -> list[str]:
    return [reading["intent"]["name"] for reading in readings]


def after(sujet: str, **more: Any) -> Before:
    return Before(sujet=sujet, intent=sujet, **more)


def test_a_plain_sentence_is_parsed_once() -> None:
    calls: list[str] = []
    parse = classifier(calls, cpf=("cpf_solde", 0.9))
    before = after("are_montant", text="combien au chômage")
    assert intents(read_message("combien j'ai d'argent sur mon cpf", parse, before)) == ["cpf_solde"]
    assert len(calls) == 1


def test_two_questions_need_two_sure_topics() -> None:
    whole = f"{CPF} {AGE}"
    sure = classifier([], quoi=("cpf_definition", 0.9), âge=("retraite_age", 0.9))
    assert intents(read_message(whole, sure, Before())) == ["cpf_definition", "retraite_age"]
    unsure = classifier([], quoi=("cpf_definition", 0.9), âge=("retraite_age", 0.6))
    assert intents(read_message(whole, unsure, Before())) == ["cpf_definition"]
    same = classifier([], quoi=("cpf_definition", 0.9), âge=("cpf_definition", 0.9))
    assert intents(read_message(whole, same, Before())) == ["cpf_definition"]


def test_a_sure_reading_of_the_whole_wins_over_parts_that_name_no_family() -> None:
    both = {"projet ? et": ("reconversion", 0.9), "premier": ("cep", 0.9), "second": ("csp", 0.9)}
    text = "comment monter mon premier projet ? et comment monter le second ?"
    assert intents(read_message(text, classifier([], **both), Before())) == ["reconversion"]


def test_distress_is_never_one_question_among_others() -> None:
    parse = classifier([], quoi=("cpf_definition", 0.9), finir=("detresse", 0.9))
    assert intents(read_message(f"{CPF} et comment en finir ?", parse, Before())) == ["detresse"]


def test_a_follow_up_found_nowhere_keeps_what_it_says_alone() -> None:
    parse = classifier([], licencie=("demission", 0.6))
    assert intents(read_message("et si on me licencie ?", parse, after("cpf_solde"))) == ["demission"]


def test_a_rejected_topic_leaves_its_weight_to_the_others() -> None:
    ranking = [
        {"name": "cpf_solde", "confidence": 0.9},
        {"name": "cpf_vente", "confidence": 0.06},
        {"name": "are_duree", "confidence": 0.02},
    ]
    before = after("cpf_solde", ranking=ranking)
    (reading,) = read_message("c'est pas ça", classifier([]), before)
    assert reading["intent"]["name"] == "nlu_fallback"
    assert reading["intent_ranking"] == [
        {"name": "cpf_vente", "confidence": 0.75},
        {"name": "are_duree", "confidence": 0.25},
    ]


def test_without_another_reading_a_correction_asks_for_other_words() -> None:
    (reading,) = read_message("c'est pas ça", classifier([]), after("cpf_solde"))
    assert reading["intent"]["name"] == "demander_autre"
    assert reading["intent_ranking"] == []


def test_a_first_message_corrects_nothing() -> None:
    parse = classifier([], pas=("demander_autre", 0.9))
    assert intents(read_message("c'est pas ça", parse, Before())) == ["demander_autre"]
