"""When the assistant has not understood."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actions.turn_factory import payloads, rasa

RANKING = (
    ("nlu_fallback", 0.4),
    ("cpf_solde", 0.3),
    ("informer_profil", 0.2),
    ("salutation", 0.15),
    ("cpf_dif", 0.12),
    ("c2p_solde", 0.1),
    ("cpf_vente", 0.05),
)


async def test_three_guesses_are_proposed_each_with_its_topic() -> None:
    reply = await rasa().one("action_vouliez_vous_dire", "nlu_fallback", "hein", ranking=RANKING)
    assert reply["sujet"] is None
    assert reply["question"] == {"kind": "vouliez_vous_dire"}
    assert not reply["failed"]
    assert [button.get("sujet") for button in reply["buttons"]] == ["cpf_solde", "cpf_dif", "c2p_solde", None]
    assert payloads(reply)[-1] == "/demander_autre"


@pytest.mark.parametrize("ranking", [(), (("cpf_solde", 0.02),), (("salutation", 0.9),)])
async def test_with_no_serious_guess_it_says_that_it_does_not_know(ranking: Any) -> None:
    reply = await rasa().one("action_vouliez_vous_dire", "nlu_fallback", "zzz", ranking=ranking)
    assert (reply["sujet"], reply["failed"]) == ("hors_sujet", True)
    assert "gate:handoff" in payloads(reply)


@pytest.mark.parametrize("action", ["action_hors_sujet", "action_default_fallback"])
async def test_the_fallbacks_count_as_failed(action: str) -> None:
    assert (await rasa().one(action, "nlu_fallback", "zzz", ranking=RANKING))["failed"]


async def test_rasas_own_affirmation_speaks_french() -> None:
    reply = await rasa().one("action_default_ask_affirmation", "nlu_fallback", "hein", ranking=RANKING)
    assert reply["text"].startswith("Je ne suis pas sûr d'avoir compris.")


@pytest.mark.parametrize("intent", ["affirmer", "informer_fait"])
async def test_a_yes_or_a_figure_to_no_question_is_taken_up(intent: str) -> None:
    reply = await rasa().one("action_vouliez_vous_dire", intent, "oui", last_sujet="cpf_dif")
    assert not reply["failed"]
    assert reply["question"]["kind"] == "fait"


async def test_refusing_leaves_the_choice_open() -> None:
    reply = await rasa().one("action_refuser", "refuser", "non")
    assert not reply["failed"]
    assert payloads(reply) == ["gate:handoff"]


async def test_refusing_in_a_form_forgets_its_values_and_lets_the_rule_close_it() -> None:
    _, events = await rasa().call("action_refuser", "refuser", "/refuser", form="formulaire_cpf")
    assert {event["event"] for event in events} == {"slot"}
    assert {event["name"] for event in events} == {"date_naissance", "solde", "quotite", "essais"}
