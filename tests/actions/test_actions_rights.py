"""Real rights in an answer: each account may be missing, old or in error alone."""

from __future__ import annotations

import copy
import logging

import httpx
import pytest

from tests.actions.turn_factory import RIGHTS, down, payloads, rasa

IDENTIFIED = {"state_of_identity": "demo", "droits_token": "bon"}


async def test_an_unidentified_person_gets_the_general_answer_and_the_sign_in_button() -> None:
    reply = await rasa().one("action_repondre", "cpf_solde")
    assert "gate:identity" in payloads(reply)
    assert "question" not in reply  # it is an answer, with an offer
    assert "2\u202f350,50" not in reply["text"]


async def test_the_real_balance_opens_the_answer_with_its_date_and_that_the_person_is_fictional() -> None:
    reply = await rasa().one("action_repondre", "cpf_solde", **IDENTIFIED)
    lines = reply["text"].split("\n")
    assert lines[0] == "Votre CPF contient 2\u202f350,50\u00a0€. Mise à jour\u00a0: 1er novembre 2026."
    assert "fictive" in lines[1]
    assert "gate:identity" not in payloads(reply)


async def test_a_voice_says_the_balance_in_words() -> None:
    reply = await rasa().one("action_repondre", "cpf_solde", canal="phone", **IDENTIFIED)
    assert reply["text"].startswith("Votre CPF contient 2350 euros et 50 centimes.")


async def test_an_old_account_is_said_to_be_old() -> None:
    reply = await rasa().one("action_repondre", "c2p_solde", **IDENTIFIED)
    assert "24\u00a0points, dont 20\u00a0points réservés à la formation." in reply["text"]
    assert "ce chiffre est ancien" in reply["text"]
    assert "15 janvier 2025" in reply["text"]


async def test_an_account_in_error_or_missing_does_not_hide_the_others() -> None:
    text = (await rasa().one("action_repondre", "cpa_consulter_droits", **IDENTIFIED))["text"]
    assert "2\u202f350,50\u00a0€" in text
    assert "24\u00a0points" in text
    assert "Je n'ai pas pu lire votre relevé de carrière" in text
    assert "Aucun compte épargne-temps n'est ouvert à votre nom." in text


async def test_an_account_that_breaks_the_contract_is_an_account_in_error() -> None:
    broken = copy.deepcopy(RIGHTS)
    broken["comptes"]["cpf"] = {"solde": "beaucoup"}
    bot = rasa(rights=lambda request: httpx.Response(200, json=broken))
    text = (await bot.one("action_repondre", "cpa_consulter_droits", **IDENTIFIED))["text"]
    assert "Je n'ai pas pu lire votre compte personnel de formation" in text
    assert "24\u00a0points" in text


async def test_amount_and_duration_of_unemployment_are_told_apart() -> None:
    amount = (await rasa().one("action_repondre", "are_montant", **IDENTIFIED))["text"]
    length = (await rasa().one("action_repondre", "are_duree", **IDENTIFIED))["text"]
    assert amount.startswith("Votre allocation est de 46,85\u00a0€ brut par jour.")
    assert length.startswith("Il vous reste 300\u00a0jours d'allocation.")


async def test_hours_of_a_public_agent_are_hours() -> None:
    public = copy.deepcopy(RIGHTS)
    public["comptes"]["cpf"] |= {"unite": "heures", "solde": 75, "plafond": 150, "credit_annuel": 25}
    bot = rasa(rights=lambda request: httpx.Response(200, json=public))
    reply = await bot.one("action_repondre", "cpf_solde", profil="agent_public", **IDENTIFIED)
    assert reply["text"].startswith("Votre CPF contient 75\u00a0heures.")


@pytest.mark.parametrize(
    ("token", "expected"),
    [("perime", "votre identification a expiré"), (None, "votre identification a expiré")],
)
async def test_a_refused_or_missing_token_is_said(token: str | None, expected: str) -> None:
    reply = await rasa().one("action_repondre", "cpf_solde", state_of_identity="demo", droits_token=token)
    assert expected in reply["text"]
    assert not reply["failed"]


async def test_rights_that_cannot_be_reached_are_said_and_the_general_answer_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = await rasa(rights=down).one("action_repondre", "cpf_solde", **IDENTIFIED)
    assert reply["text"].startswith("Je n'ai pas pu lire vos droits\u00a0: le service")
    assert "Mon Compte Formation" in reply["text"]
    assert "bon" not in caplog.text
