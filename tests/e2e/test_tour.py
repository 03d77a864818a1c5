"""The main job, end to end: an usager, the assistant, their own rights, a conseiller, and back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.captures import Captures
from tests.e2e.people import Conseiller, Usager, answers, shown
from tests.peers.stack import Stack
from tests.web.chromium import Opener
from tests.web.screens import field, log, say

pytestmark = [pytest.mark.browser, pytest.mark.rasa]
CREDIT = "combien mon CPF reçoit chaque année ?"
SOLDE = "il me reste combien sur mon CPF ?"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_from_a_question_to_a_human_and_back(
    open_patiently: Opener, stack: Stack, width: int, height: int
) -> None:
    captures = Captures(width)
    desk = Conseiller(open_patiently(stack.url + "/console", width, height), stack)
    captures.take(desk.page, "console-connexion")
    desk.sign_in()
    captures.take(desk.page, "console-file-vide")
    usager = Usager(open_patiently(stack.url, width, height), stack)
    captures.take(usager.page, "accueil")
    usager.open()
    captures.take(usager.page, "widget-ouvert")

    asks_and_says_who_they_are(usager, captures)
    reads_their_own_balance(usager, captures)
    handoff = is_answered_by_a_human(usager, desk, captures)

    usager.ask("c'est quoi le CEP ?", "conseil en évolution professionnelle")
    captures.take(usager.page, "assistant-de-nouveau")
    desk.page.get_by_role("button", name="Relire la conversation").click()
    expect(log(desk.page).get_by_text("c'est quoi le CEP ?")).to_be_visible()
    captures.take(desk.page, "console-relue")
    both_sides_read_the_same(usager, desk, handoff)


def asks_and_says_who_they_are(usager: Usager, captures: Captures) -> None:
    """Three topics; then the same question as somebody else, which gets another wording."""
    general = usager.ask(CREDIT, "500 € par an")
    captures.take(usager.page, "question-cpf")
    general.get_by_role("button", name="Agent public").click()
    expect(answers(usager.page).last).to_contain_text("25 heures")
    expect(usager.page.get_by_role("button", name="Profil : Agent public")).to_be_visible()
    captures.take(usager.page, "reponse-agent-public")
    usager.ask("à quel âge je peux partir à la retraite ?", "âge légal")
    captures.take(usager.page, "question-retraite")
    usager.ask("si je démissionne, j'ai droit au chômage ?", "une démission n'ouvre pas droit")
    captures.take(usager.page, "question-chomage")
    usager.choose_profil("Indépendant")
    expect(usager.page.get_by_role("button", name="Profil : Indépendant")).to_be_visible()
    other = usager.ask(CREDIT, "contribution à la formation")
    captures.take(usager.page, "autre-profil")
    expect(other).not_to_contain_text("25 heures")


def reads_their_own_balance(usager: Usager, captures: Captures) -> None:
    """A fictional person, and the very figure of the rights server."""
    usager.identify("Nadia Benali")
    captures.take(usager.page, "identifiee")
    answer = usager.ask(SOLDE, usager.balance())
    expect(answer).to_contain_text("fictive")
    captures.take(usager.page, "solde")


def is_answered_by_a_human(usager: Usager, desk: Conseiller, captures: Captures) -> str:
    """The request, the alert, the briefing, the talk, the hand-back; return the request."""
    usager.ask_for_human()
    captures.take(usager.page, "en-attente")
    expect(desk.page).to_have_title(re.compile(r"^\(1\) Nouvelle demande"))
    expect(desk.page.locator("#annonce")).to_have_text(f"Nouvelle demande : {SOLDE}")
    captures.take(desk.page, "console-alerte")
    handoff = desk.take(SOLDE)
    reads_the_briefing(desk)
    captures.take(desk.page, "console-prise")
    expect(usager.page.get_by_text("Vous parlez avec Camille, conseiller.")).to_be_visible()
    # What the service offered to who waited makes no sense once a human is there.
    expect(log(usager.page).get_by_role("button", name="Revenir à l'assistant")).to_have_count(0)
    desk.says("Bonjour, je suis Camille. Votre solde est à jour.")
    expect(log(usager.page).get_by_text("Votre solde est à jour.")).to_be_in_viewport()
    captures.take(usager.page, "reponse-humaine")
    say(usager.page, "Merci, c'est clair.")
    expect(log(desk.page).get_by_text("Merci, c'est clair.")).to_be_visible()
    captures.take(desk.page, "console-echange")
    desk.hand_back()
    expect(log(desk.page).get_by_text("L'échange avec Camille est terminé")).to_be_visible()
    captures.take(desk.page, "console-rendue")
    expect(usager.page.get_by_text("Un assistant automatique vous répond")).to_be_visible()
    captures.take(usager.page, "main-rendue")
    expect(field(usager.page)).to_be_enabled()
    return handoff


def reads_the_briefing(desk: Conseiller) -> None:
    """What is needed before the first word is on the page, one click away on a telephone."""
    briefing = desk.page.locator(".briefing")
    if not briefing.get_by_text("Qui demande").is_visible():
        briefing.get_by_text("Fiche de la demande").click()
    expect(briefing).to_contain_text(SOLDE)
    expect(briefing).to_contain_text("Salarié du privé, temps partiel, parent")
    expect(briefing).to_contain_text("Réponses déjà données")
    expect(briefing).to_contain_text("personne fictive")


def both_sides_read_the_same(usager: Usager, desk: Conseiller, handoff: str) -> None:
    """The same messages, in the same words, on both screens and on both sides of the API."""
    theirs, ours = shown(usager.page), shown(desk.page)
    assert theirs == ours
    mine: list[dict[str, Any]] = usager.call()["messages"]
    assert mine == desk.transcript(handoff)["messages"]
    assert [(m["id"], m["author"]) for m in mine] == [
        (identifier, author) for identifier, author, _ in theirs
    ]
    assert [m["seq"] for m in mine] == sorted({m["seq"] for m in mine})
    people = {"usager", "conseiller"}
    assert [m["text"] for m in mine if m["author"] in people] == [
        text for _, author, text in theirs if author in people
    ]
