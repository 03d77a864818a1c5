"""The two forms: reading, explaining, giving way, and the estimate at the end."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.actions.turn_factory import RIGHTS, Rasa, down, payloads, rasa, slots_of

RETRAITE = {"form": "formulaire_retraite_age", "slots": {"requested_slot": "date_naissance"}}


async def reading(
    intent: str, text: str, *, essais: float | None = None, asked: str = "date_naissance"
) -> Any:
    _, events = await rasa().call(
        "validate_formulaire_retraite_age",
        intent,
        text,
        form="formulaire_retraite_age",
        slots={"requested_slot": asked, "essais": essais},
    )
    return slots_of(events)


async def test_a_simulation_starts_its_form_on_empty_slots() -> None:
    replies, events = await rasa().call(
        "action_simuler", "simuler", "/simuler", entities={"type": "retraite_age"}
    )
    assert replies == []
    assert events[-1]["event"] == "followup"
    assert events[-1]["name"] == "formulaire_retraite_age"
    assert slots_of(events)["date_naissance"] is None


async def test_an_unknown_simulation_says_what_can_be_calculated() -> None:
    reply = await rasa().one("action_simuler", "simuler", "/simuler", entities={"type": "are"})
    assert reply["text"].startswith("Je ne sais pas faire ce calcul.")
    assert '/simuler{"type":"cpf"}' in payloads(reply)


async def test_opening_a_form_asks_its_first_question_without_counting_a_failure() -> None:
    _, events = await rasa().call(
        "validate_formulaire_retraite_age", "simuler", "/simuler", form="formulaire_retraite_age"
    )
    assert slots_of(events) == {"requested_slot": "date_naissance"}


@pytest.mark.parametrize("intent", ["informer_fait", "nlu_fallback", "cpf_solde"])
async def test_a_date_is_taken_whatever_the_intent_thought_of_it(intent: str) -> None:
    assert await reading(intent, "né le 10 mai 64") == {
        "date_naissance": "1964-05-10",
        "essais": None,
        "requested_slot": None,
    }


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("detresse", "je veux mourir le 12/03/2026"),
        ("parler_conseiller", "un humain, je suis né le 12/03/1965"),
        ("cpf_dif", "et mes heures dif ?"),
        ("refuser", "non merci"),
        ("informer_profil", "je suis salarié"),
        ("cpf_solde", "/cpf_solde"),
        ("simuler", '/simuler{"type":"cpf"}'),
    ],
)
async def test_distress_humans_topics_and_buttons_interrupt_a_form(intent: str, text: str) -> None:
    assert await reading(intent, text) == {}


async def test_an_unreadable_date_counts_as_a_failure_and_is_asked_again() -> None:
    assert await reading("nlu_fallback", "bof", essais=1) == {
        "date_naissance": None,
        "essais": 2,
        "requested_slot": "date_naissance",
    }


async def asking(text: str, essais: float | None) -> dict[str, Any]:
    return await rasa().one(
        "action_ask_formulaire_retraite_age_date_naissance", "nlu_fallback", text, slots={"essais": essais}
    )


async def test_the_first_question_is_short_and_has_a_way_out() -> None:
    reply = await asking("/simuler", None)
    assert reply["text"].startswith("Quelle est votre date de naissance")
    assert reply["question"] == {"kind": "fait", "sujet": "retraite_age"}
    assert payloads(reply) == ["/refuser"]
    assert not reply["failed"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/02/1965", "Cette date n'existe pas"),
        ("1965", "il me faut aussi le mois"),
        ("bof", "Je n'ai pas reconnu de date"),
        ("12/03/2030", "ne peut pas être une date de naissance"),
    ],
)
async def test_asking_again_says_what_was_wrong(text: str, why: str) -> None:
    assert why in (await asking(text, 1))["text"]


async def test_after_two_failures_the_form_explains_itself_and_offers_a_human() -> None:
    first, second = await asking("bof", 1), await asking("bof", 2)
    assert "je l'oublie" in second["text"] and "je l'oublie" not in first["text"]
    assert payloads(second) == ["/refuser", "gate:handoff"]


async def retraite(bot: Rasa, value: str, **metadata: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    replies, events = await bot.call(
        "action_calculer_retraite_age", "informer_fait", slots={"date_naissance": value}, **metadata
    )
    return replies[0], slots_of(events)


async def test_the_age_is_an_estimate_with_its_date_of_rules_its_assumptions_and_its_sources() -> None:
    reply, slots = await retraite(rasa(), "1964-05-10")
    text = reply["text"]
    assert text.startswith("Vous pouvez partir à 62\u00a0ans et 9\u00a0mois, au plus tôt le 1er mars 2027")
    assert "10 mai 1964" in text  # the value understood can be corrected
    assert "C'est une estimation" in text
    assert "Règles en vigueur le 23 novembre 2026" in text
    assert "Hypothèse" in text
    assert reply["sources"]
    assert reply["simulation"]["type"] == "retraite_age"
    assert "gate:handoff" in payloads(reply)
    assert slots["date_naissance"] is None


async def test_claiming_a_pension_is_warned_about() -> None:
    reply, _ = await retraite(rasa(), "1964-05-10")
    assert "vérifiez" in reply["text"] or "confirmer" in reply["text"]


async def test_a_missing_day_is_said_to_be_assumed() -> None:
    reply, _ = await retraite(rasa(), "1964-05")
    assert "(naissance\u00a0: mai 1964)" in reply["text"]
    assert "Le jour de naissance n'est pas donné" in reply["text"]


async def test_a_simulator_that_is_down_is_said_and_counts_as_a_failure() -> None:
    reply, slots = await retraite(rasa(simulator=down), "1964-05-10")
    assert "le simulateur ne répond pas" in reply["text"]
    assert reply["failed"]
    assert "simulation" not in reply
    assert slots["date_naissance"] is None


async def test_a_refused_value_says_what_is_expected() -> None:
    reply, _ = await retraite(rasa(), "1850-01-01")
    assert "Il attend\u00a0: " in reply["text"]
    assert "date de naissance" in reply["text"]
    assert not reply["failed"]


async def test_a_generation_that_is_not_covered_is_not_guessed() -> None:
    result = {
        "type": "retraite_age",
        "inputs": {},
        "results": {"couvert": False, "motif": "non couvert"},
        "assumptions": [],
        "sources": [],
        "rules_date": "2026-11-23",
        "computed_at": "2026-11-23T10:00:00+01:00",
    }
    bot = rasa(simulator=lambda request: httpx.Response(200, json=result))
    reply, _ = await retraite(bot, "1964-05-10")
    assert reply["text"].startswith("Je ne peux pas calculer")


async def test_the_cpf_estimate_first_asks_who_the_person_is() -> None:
    reply = await rasa().one("action_simuler", "simuler", "/simuler", entities={"type": "cpf"})
    assert reply["question"] == {"kind": "profil", "sujet": "cpf_alimentation"}
    (chosen,) = [p for p in payloads(reply) if "agent_public" in p]
    assert json.loads(chosen.removeprefix("/choisir_profil"))["simulation"] == "cpf"


async def test_choosing_the_profil_of_a_simulation_opens_its_form() -> None:
    replies, events = await rasa().call(
        "action_choisir_profil",
        "choisir_profil",
        "/choisir_profil",
        entities={"profil": "agent_public", "sujet": "cpf_alimentation", "simulation": "cpf"},
    )
    assert replies[0]["profil_change"] == {"profil": "agent_public"}
    assert events[-1]["name"] == "formulaire_cpf"


async def test_a_public_agent_is_asked_for_hours() -> None:
    reply = await rasa().one("action_ask_formulaire_cpf_solde", "simuler", "/simuler", profil="agent_public")
    assert "d'heures" in reply["text"]


@pytest.mark.parametrize(
    ("profil", "attributs", "following"),
    [
        ("salarie", [], None),
        ("salarie", ["temps_partiel"], "quotite"),
        ("agent_public", ["temps_partiel"], None),
    ],
)
async def test_the_share_of_full_time_is_asked_only_of_those_it_concerns(
    profil: str, attributs: list[str], following: str | None
) -> None:
    _, events = await rasa().call(
        "validate_formulaire_cpf",
        "informer_fait",
        "1 200 €",
        form="formulaire_cpf",
        slots={"requested_slot": "solde"},
        profil=profil,
        attributs=attributs,
    )
    assert slots_of(events) == {"solde": 1200, "essais": None, "requested_slot": following}


async def test_the_share_closes_the_form() -> None:
    _, events = await rasa().call(
        "validate_formulaire_cpf",
        "informer_fait",
        "40 %",
        form="formulaire_cpf",
        slots={"requested_slot": "quotite", "solde": 1200.0},
        profil="salarie",
        attributs=["temps_partiel"],
    )
    assert slots_of(events) == {"quotite": 0.4, "essais": None, "requested_slot": None}


async def test_the_cpf_estimate_repeats_what_it_understood() -> None:
    reply = await rasa().one(
        "action_calculer_cpf",
        slots={"solde": 1200.5, "quotite": 0.4},
        profil="salarie",
        attributs=["temps_partiel"],
    )
    assert "200\u00a0€ par an" in reply["text"]
    assert "1\u202f200,50\u00a0€ sur votre CPF, à 40\u00a0% d'un temps plein" in reply["text"]
    assert "1\u202f400,50\u00a0€ en 2027" in reply["text"]
    assert reply["simulation"]["inputs"]["quotite"] == 0.4


async def test_an_identified_person_is_not_asked_for_their_balance() -> None:
    replies, _ = await rasa().call(
        "action_simuler",
        "simuler",
        "/simuler",
        entities={"type": "cpf"},
        profil="salarie",
        state_of_identity="demo",
        droits_token="bon",
    )
    assert "2\u202f350,50\u00a0€ sur votre CPF" in replies[0]["text"]


async def test_rights_in_another_unit_are_not_used() -> None:
    hours = {**RIGHTS, "comptes": {"cpf": {**RIGHTS["comptes"]["cpf"], "unite": "heures"}}}
    bot = rasa(rights=lambda request: httpx.Response(200, json=hours))
    replies, events = await bot.call(
        "action_simuler",
        "simuler",
        "/simuler",
        entities={"type": "cpf"},
        profil="salarie",
        state_of_identity="demo",
        droits_token="bon",
    )
    assert replies == []
    assert events[-1]["name"] == "formulaire_cpf"


async def test_a_year_alone_is_an_attempt_even_when_it_looks_like_a_topic() -> None:
    found = await reading("retraite_trimestres", "euh en mille neuf cent soixante-cinq")
    assert (found["essais"], found["requested_slot"]) == (1.0, "date_naissance")
    assert await reading("retraite_trimestres", "combien de trimestres pour 1965 ?") == {}


async def test_another_language_gives_way_and_closes_the_form() -> None:
    text = "I am sorry, I do not understand what you are asking me"
    assert await reading("nlu_fallback", text) == {}
    replies, events = await rasa().call(
        "action_vouliez_vous_dire", "nlu_fallback", text, form="formulaire_retraite_age"
    )
    assert "I only speak French" in replies[0]["text"]
    assert events[0] == {"event": "active_loop", "name": None, "timestamp": None}
