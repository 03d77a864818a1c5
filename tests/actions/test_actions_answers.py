"""Answering topics: for whom, with which buttons, and once only the question of who the person is."""

from __future__ import annotations

import pytest

from actions.replies import HANDOFF
from tests.actions.turn_factory import BASE, payloads, rasa, slots_of

TOPICS = sorted(BASE.catalogue.sujets)


@pytest.mark.parametrize("canal", ["web", "phone"])
@pytest.mark.parametrize("profil", [None, "salarie", "agent_public", "independant", "employeur"])
async def test_every_topic_is_answered(profil: str | None, canal: str) -> None:
    bot = rasa()
    for sujet in TOPICS:
        reply = await bot.one("action_repondre", sujet, profil=profil, canal=canal, profil_asked=True)
        assert reply["sujet"] == sujet
        assert not reply["failed"], sujet
        assert reply["profil"] in (None, profil)


async def test_a_known_profil_gets_its_own_wording_and_no_question() -> None:
    general = await rasa().one("action_repondre", "cpf_alimentation", profil_asked=True)
    public = await rasa().one("action_repondre", "cpf_alimentation", profil="agent_public")
    assert (general["profil"], public["profil"]) == (None, "agent_public")
    assert general["text"] != public["text"]
    assert "question" not in public


async def test_an_unknown_profil_gets_the_general_answer_and_the_question_in_one_message() -> None:
    reply = await rasa().one("action_repondre", "cpf_alimentation")
    assert reply["question"] == {"kind": "profil", "sujet": "cpf_alimentation"}
    assert reply["text"].endswith("vous êtes…")
    assert '/choisir_profil{"profil":"agent_public","sujet":"cpf_alimentation"}' in payloads(reply)


async def test_the_question_of_the_profil_is_asked_once() -> None:
    reply = await rasa().one("action_repondre", "cpf_alimentation", profil_asked=True)
    assert "question" not in reply


async def test_a_topic_with_one_listed_profil_never_asks_but_mentions_the_case() -> None:
    reply = await rasa().one("action_repondre", "cpf_expiration")
    assert "question" not in reply
    assert '/choisir_profil{"profil":"retraite","sujet":"cpf_expiration"}' in payloads(reply)


async def test_an_attribut_changes_the_wording() -> None:
    reply = await rasa().one(
        "action_repondre",
        "are_duree",
        profil="demandeur_emploi",
        attributs=["senior"],
        state_of_identity="demo",
    )
    assert reply["attributs"] == ["senior"]


async def test_unknown_metadata_counts_as_not_said() -> None:
    reply = await rasa().one(
        "action_repondre", "cpf_dif", profil="roi", attributs=["grand"], langage=3, canal=None
    )
    assert (reply["profil"], reply["attributs"], reply["failed"]) == (None, [], False)


async def test_an_act_that_cannot_be_undone_offers_a_human() -> None:
    reply = await rasa().one("action_repondre", "are_demission", profil="salarie")
    assert HANDOFF in reply["buttons"]


async def test_asking_for_a_human_never_goes_through_a_topic_button() -> None:
    bot = rasa()
    for sujet in TOPICS:
        assert "/parler_conseiller" not in payloads(await bot.one("action_repondre", sujet))


@pytest.mark.parametrize(
    ("sujet", "expected"),
    [
        ("parler_conseiller", {"reason": "demande", "skill": "cpf", "priority": "normale"}),
        ("detresse", {"reason": "detresse", "skill": "general", "priority": "urgence"}),
    ],
)
async def test_a_handoff_is_requested(sujet: str, expected: dict[str, str]) -> None:
    reply = await rasa().one("action_repondre", sujet, last_sujet="cpf_solde")
    assert reply["handoff"] == expected


async def test_being_called_back_is_a_choice_of_slot_not_a_place_in_the_queue() -> None:
    reply = await rasa().one("action_repondre", "rappel_telephone")
    assert payloads(reply)[0] == "gate:callback"
    assert "handoff" not in reply


async def test_distress_gets_numbers_at_once() -> None:
    reply = await rasa().one("action_repondre", "detresse")
    assert "3114" in reply["text"]
    assert "question" not in reply


async def test_a_simulation_that_is_not_built_is_said_not_to_be_calculated() -> None:
    for sujet in ("are_montant", "are_duree", "c2p_utilisation"):
        assert "calcul" in (await rasa().one("action_repondre", sujet))["text"]


async def test_the_simple_wording_is_one_button_away() -> None:
    reply = await rasa().one("action_repondre", "accessibilite", last_sujet="cpf_dif")
    assert '/choisir_profil{"langage":"simple","sujet":"cpf_dif"}' in payloads(reply)


async def test_a_topic_that_interrupts_a_form_offers_to_go_on() -> None:
    reply = await rasa().one("action_repondre", "cpf_dif", form="formulaire_cpf")
    assert payloads(reply)[0] == '/simuler{"type":"cpf"}'


@pytest.mark.parametrize("sujet", ["cpf_dif", "cet_definition", "detresse", "hors_sujet"])
async def test_any_topic_closes_the_form_that_it_interrupts(sujet: str) -> None:
    _, events = await rasa().call("action_repondre", sujet, form="formulaire_cpf")
    assert {"event": "active_loop", "name": None, "timestamp": None} in events
    assert set(slots_of(events)) == {"date_naissance", "solde", "quotite", "essais", "requested_slot"}
    assert not (await rasa().call("action_repondre", sujet))[1]


async def test_somebody_in_distress_is_not_sent_back_to_a_form() -> None:
    reply = await rasa().one("action_repondre", "detresse", form="formulaire_cpf")
    assert "/simuler" not in str(payloads(reply))


async def test_a_topic_without_answer_is_not_invented() -> None:
    reply = await rasa().one("action_repondre", "sujet_sans_fiche")
    assert (reply["sujet"], reply["failed"]) == ("hors_sujet", True)


async def test_the_phone_reads_no_address_aloud() -> None:
    bot = rasa()
    for sujet in TOPICS:
        assert "http" not in (await bot.one("action_repondre", sujet, canal="phone"))["text"]


async def test_a_stated_profil_answers_the_last_topic_again_and_tells_the_gate() -> None:
    reply = await rasa().one(
        "action_choisir_profil", "informer_profil", "je suis fonctionnaire", last_sujet="cpf_definition"
    )
    assert reply["profil_change"] == {"profil": "agent_public"}
    assert (reply["sujet"], reply["profil"]) == ("cpf_definition", "agent_public")
    assert reply["text"].startswith("C'est noté\u00a0: vous êtes agent public.")


async def test_a_profil_button_answers_the_topic_of_the_button() -> None:
    reply = await rasa().one(
        "action_choisir_profil",
        "choisir_profil",
        '/choisir_profil{"profil":"salarie","sujet":"cpf_mobiliser"}',
        entities={"profil": "salarie", "sujet": "cpf_mobiliser"},
        profil="agent_public",
        last_sujet="cpf_definition",
    )
    assert (reply["sujet"], reply["profil"]) == ("cpf_mobiliser", "salarie")


async def test_a_language_button_keeps_the_profil() -> None:
    reply = await rasa().one(
        "action_choisir_profil",
        "choisir_profil",
        "/choisir_profil",
        entities={"langage": "simple", "sujet": "cpf_mobiliser"},
        profil="salarie",
    )
    assert reply["profil_change"] == {"langage": "simple"}
    assert reply["profil"] == "salarie"


async def test_an_attribut_is_added_to_those_known() -> None:
    reply = await rasa().one(
        "action_choisir_profil", "choisir_profil", "/x", entities={"attribut": "senior"}, attributs=["cadre"]
    )
    assert reply["profil_change"] == {"attributs": ["cadre", "senior"]}


async def test_a_profil_without_topic_is_noted() -> None:
    reply = await rasa().one("action_choisir_profil", "informer_profil", "je suis salarié")
    assert reply["profil_change"] == {"profil": "salarie"}
    assert reply["text"].endswith("Quelle est votre question\u00a0?")


async def test_wanting_to_change_without_saying_into_what_asks() -> None:
    reply = await rasa().one(
        "action_choisir_profil", "informer_profil", "changer de profil", profil="salarie"
    )
    assert reply["question"]["kind"] == "profil"
    assert "profil_change" not in reply
    assert len(reply["buttons"]) == 7


async def test_a_follow_up_is_worded_for_the_person_it_supposes_and_changes_nothing() -> None:
    reply = await rasa().one(
        "action_repondre",
        "cpf_alimentation",
        "et pour un fonctionnaire ?",
        entities={"pour_profil": "agent_public"},
        profil="salarie",
        attributs=["handicap"],
    )
    assert reply["profil"] == "agent_public"
    assert reply["text"].startswith("Pour une personne qui est agent public")
    assert "profil_change" not in reply and "question" not in reply


async def test_a_follow_up_for_somebody_whose_answer_is_the_general_one_says_so() -> None:
    reply = await rasa().one(
        "action_repondre", "cpf_expiration", entities={"pour_profil": "salarie"}, profil="retraite"
    )
    assert reply["profil"] is None
    assert "voici la réponse générale" in reply["text"]


async def test_a_follow_up_for_somebody_else_never_reads_the_rights_of_the_usager() -> None:
    reply = await rasa().one(
        "action_repondre",
        "cpf_solde",
        entities={"pour_profil": "independant"},
        droits_token="bon",
        state_of_identity="demo",
    )
    assert "350,50" not in reply["text"]


async def test_a_follow_up_may_suppose_an_attribut() -> None:
    reply = await rasa().one("action_repondre", "are_duree", entities={"pour_attribut": "senior"})
    assert reply["attributs"] == ["senior"]


@pytest.mark.parametrize("entities", [{"pour_profil": "roi"}, {"pour_attribut": "roi"}])
async def test_an_unknown_supposition_counts_as_not_said(entities: dict[str, str]) -> None:
    reply = await rasa().one("action_repondre", "cpf_alimentation", entities=entities, profil="salarie")
    assert reply["profil"] == "salarie"
    assert not reply["text"].startswith("Pour une personne")
