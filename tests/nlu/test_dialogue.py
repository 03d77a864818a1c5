"""A turn in its conversation, with the project's own model: several questions, follow-ups, corrections."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from conftest import RasaServer

TWO = "C'est quoi le CPF ? Et à quel âge je peux partir à la retraite ?"


def sujets(answer: Any) -> list[str | None]:
    return [reply["sujet"] for reply in answer["replies"]]


@pytest.mark.parametrize(
    "text, expected",
    [
        (TWO, ["cpf_definition", "retraite_age"]),
        ("c koi le cpf et cb je touche au chomage", ["cpf_definition", "are_montant"]),
        ("combien j'ai sur mon cpf et comment je me connecte ?", ["cpf_solde", "cpa_connexion"]),
        ("C'est quoi le CPA, et comment je crée mon compte ?", ["cpa_definition", "cpa_connexion"]),
        (
            "Puis-je vendre mon CPF ? Combien je vais toucher au chômage ? Quel âge pour la retraite ?",
            ["cpf_vente", "are_montant", "retraite_age"],
        ),
        (
            "bonjour je voudrais savoir c'est quoi le cpf et aussi comment on fait pour l'utiliser",
            ["cpf_definition", "cpf_mobiliser"],
        ),
    ],
)
def test_each_question_gets_its_answer_in_order(
    full: RasaServer, conversation: str, text: str, expected: list[str]
) -> None:
    status, answer = full.say(conversation, text)
    assert status == 200
    assert sujets(answer) == expected
    for reply in answer["replies"]:
        assert 0.7 <= reply["confidence"] <= 1
        assert reply["sujet"] not in [other["sujet"] for other in reply["alternatives"]]


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "Je suis au chômage depuis deux ans, j'ai 52 ans. Puis-je payer le permis avec mon CPF ?",
            "cpf_permis",
        ),
        ("J'ai le droit au chômage ? Je vais démissionner.", "are_demission"),
        ("Bonjour. Je suis maçon et mon patron ne veut rien savoir. Puis-je vendre mon CPF ?", "cpf_vente"),
        ("C'est quoi le CPF ? Ça sert à quoi ?", "cpf_definition"),
        ("Bonjour, vous allez bien ? Combien j'ai sur mon CPF ?", "cpf_solde"),
        ("Combien j'ai sur mon CPF ? Combien il me reste ?", "cpf_solde"),
    ],
)
def test_a_story_with_one_question_gets_one_answer(
    full: RasaServer, conversation: str, text: str, expected: str
) -> None:
    assert sujets(full.say(conversation, text)[1]) == [expected]


def test_distress_in_one_part_is_the_only_reading(full: RasaServer, conversation: str) -> None:
    _, answer = full.say(
        conversation, "Combien j'ai sur mon CPF ? Et comment faire pour mourir, je veux me tuer"
    )
    assert sujets(answer) == ["detresse"]


def test_two_answers_are_given_once(full: RasaServer, conversation: str, actions_peer: Any) -> None:
    first = full.say(conversation, TWO, message_id="m1")
    again = full.say(conversation, TWO, message_id="m1")
    assert first == again and len(first[1]["replies"]) == 2
    assert len(actions_peer.calls) == 2


def test_nothing_is_kept_when_the_second_answer_fails(
    full: RasaServer, conversation: str, actions_peer: Any
) -> None:
    actions_peer.mode = "second"
    assert full.say(conversation, TWO, message_id="m1")[0] == 502
    actions_peer.mode = "ok"
    status, answer = full.say(conversation, TWO, message_id="m1")
    assert status == 200 and sujets(answer) == ["cpf_definition", "retraite_age"]


def test_the_second_question_is_told_what_the_first_answered(
    full: RasaServer, conversation: str, actions_peer: Any
) -> None:
    full.say(conversation, TWO)
    first, second = (call["tracker"]["latest_message"] for call in actions_peer.calls)
    assert first["metadata"].get("last_sujet") is None
    assert second["metadata"]["last_sujet"] == "cpf_definition"
    assert second["metadata"]["droits_token"] == first["metadata"]["droits_token"]


def test_many_double_messages_keep_one_small_row(full: RasaServer, conversation: str) -> None:
    sizes = []
    for number in range(8):
        _, answer = full.say(conversation, TWO, message_id=f"m{number}")
        assert len(answer["replies"]) == 2
        with sqlite3.connect(full.tracker) as connection:
            query = "SELECT length(state) FROM trackers WHERE conversation = ?"
            sizes.append(connection.execute(query, (conversation,)).fetchone()[0])
    assert max(sizes[3:]) <= min(sizes[3:]) * 1.1


@pytest.mark.parametrize(
    "question, follow_up, expected",
    [
        ("c'est quoi le cpf", "et si je suis à mi-temps ?", "cpf_temps_partiel"),
        ("c'est quoi le cpf", "et le permis ?", "cpf_permis"),
        ("c'est quoi le cpf", "et si je démissionne ?", "cpf_changement_emploi"),
        ("c'est quoi le cpf", "ok et combien par an ?", "cpf_alimentation"),
        ("est-ce que j'ai droit au chômage", "et si je démissionne ?", "are_demission"),
        ("est-ce que j'ai droit au chômage", "combien ?", "are_montant"),
        ("est-ce que j'ai droit au chômage", "et pendant combien de temps ?", "are_duree"),
        ("à quel âge je peux partir à la retraite", "et à 62 ans ?", "retraite_age"),
        ("à quel âge je peux partir à la retraite", "et combien de trimestres ?", "retraite_trimestres"),
        ("c'est quoi le compte pénibilité", "et combien de points par an ?", "c2p_points"),
        ("c'est quoi le compte pénibilité", "comment je les utilise ?", "c2p_utilisation"),
        ("à quoi sert le cpa", "et comment je me connecte ?", "cpa_connexion"),
        ("c'est quoi le cpf", "et la retraite, c'est à quel âge ?", "retraite_age"),
        ("c'est quoi le cpf", "et pour parler à quelqu'un ?", "parler_conseiller"),
    ],
)
def test_a_follow_up_is_understood_after_the_answer(
    full: RasaServer, conversation: str, question: str, follow_up: str, expected: str
) -> None:
    (before,) = full.say(conversation, question)[1]["replies"]
    _, answer = full.say(conversation, follow_up, last_sujet=before["sujet"])
    assert sujets(answer) == [expected]
    assert answer["replies"][0]["confidence"] > 0.4


@pytest.mark.parametrize(
    "follow_up, profil",
    [
        ("et pour un fonctionnaire ?", "agent_public"),
        ("et mon mari qui est artisan ?", "independant"),
        ("et si je suis au chômage ?", "demandeur_emploi"),
    ],
)
def test_the_same_topic_is_asked_for_somebody_else(
    full: RasaServer, conversation: str, actions_peer: Any, follow_up: str, profil: str
) -> None:
    full.say(conversation, "combien le cpf reçoit chaque année")
    _, answer = full.say(conversation, follow_up, last_sujet="cpf_alimentation")
    assert sujets(answer) == ["cpf_alimentation"]
    message = actions_peer.calls[-1]["tracker"]["latest_message"]
    assert {"pour_profil": profil}.items() <= {e["entity"]: e["value"] for e in message["entities"]}.items()
    assert message["text"] == follow_up


def test_a_follow_up_of_a_button_is_understood(full: RasaServer, conversation: str) -> None:
    full.say(conversation, payload="/are_conditions")
    assert sujets(full.say(conversation, "combien ?", last_sujet="are_conditions")[1]) == ["are_montant"]


def test_nothing_follows_a_question_out_of_scope(
    full: RasaServer, conversation: str, actions_peer: Any
) -> None:
    full.say(conversation, "c'est quoi le cpf")
    full.say(conversation, "quel temps fera-t-il demain à Marseille", last_sujet="cpf_definition")
    full.say(conversation, "et pour un fonctionnaire ?", last_sujet="cpf_definition")
    message = actions_peer.calls[-1]["tracker"]["latest_message"]
    assert "pour_profil" not in [entity["entity"] for entity in message["entities"]]


@pytest.mark.parametrize(
    "question, correction, expected",
    [
        ("c'est quoi le cpf", "non, je voulais dire le cpa", "cpa_definition"),
        ("combien je vais toucher au chômage", "pas le chômage, la retraite", "retraite_montant"),
        ("combien je vais toucher au chômage", "je voulais dire combien de temps", "are_duree"),
        ("combien le cpf reçoit chaque année", "c'est pas ça, je veux savoir mon solde", "cpf_solde"),
        (
            "combien je vais toucher à la retraite",
            "je parle pas de la retraite mais du chômage",
            "are_montant",
        ),
    ],
)
def test_a_correction_sets_the_rejected_topic_aside(
    full: RasaServer, conversation: str, question: str, correction: str, expected: str
) -> None:
    (before,) = full.say(conversation, question)[1]["replies"]
    _, answer = full.say(conversation, correction, last_sujet=before["sujet"])
    assert sujets(answer) == [expected]


def test_a_bare_correction_offers_the_other_readings_then_asks_again(
    full: RasaServer, conversation: str, actions_peer: Any
) -> None:
    full.say(conversation, "combien le cpf reçoit chaque année")
    full.say(conversation, "c'est pas ça", last_sujet="cpf_alimentation")
    call = actions_peer.calls[-1]
    assert call["next_action"] == "action_vouliez_vous_dire"
    offered = [row["name"] for row in call["tracker"]["latest_message"]["intent_ranking"]]
    assert offered and "cpf_alimentation" not in offered
    full.say(conversation, "c'est pas ça", last_sujet="cpf_alimentation")
    assert actions_peer.calls[-1]["next_action"] == "action_refuser"


def test_a_bare_correction_after_a_button_asks_again(
    full: RasaServer, conversation: str, actions_peer: Any
) -> None:
    full.say(conversation, payload="/cpf_alimentation")
    _, answer = full.say(conversation, "c'est pas ça", last_sujet="cpf_alimentation")
    assert actions_peer.calls[-1]["next_action"] == "action_refuser"
    assert answer["replies"][0]["alternatives"] == []
