"""The console, as a conseiller lives it, with the usager on the other side."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.chromium import Opener, Peer
from tests.web.screens import ask_for_human, field, log, open_widget, say, sign_in

pytestmark = pytest.mark.browser
REPLY = "Votre réponse à l’usager"


def waiting_usager(open_page: Opener, peer: Peer, question: str = "C'est quoi le CPF ?") -> Page:
    page = open_page(peer.base)
    open_widget(page)
    say(page, question)
    expect(log(page).locator("li.message")).to_have_count(3)
    ask_for_human(page)
    return page


def test_a_wrong_password_is_told_and_the_focus_stays(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base + "/console")
    page.get_by_label("Identifiant").fill("camille")
    page.get_by_label("Mot de passe").fill("faux")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Identifiant ou mot de passe inconnu")).to_be_visible()
    expect(page.get_by_label("Mot de passe")).to_be_focused()


def test_a_conversation_goes_from_the_bot_to_a_human_and_back(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    usager = waiting_usager(open_page, peer)
    expect(console).to_have_title(re.compile(r"^\(1\) Nouvelle demande"))
    expect(console.locator("#annonce")).to_have_text("Nouvelle demande : C'est quoi le CPF ?")
    console.get_by_role("button", name="Prendre : C'est quoi le CPF ?").click()
    expect(console.get_by_role("heading", name="Fiche de la demande")).to_be_visible()
    expect(console).to_have_title(re.compile("^Espace des conseillers"))
    console.get_by_label(REPLY).fill("Bonjour, je reprends votre question.")
    console.get_by_label(REPLY).press("Control+Enter")
    expect(log(usager).get_by_text("Bonjour, je reprends votre question.")).to_be_visible()
    expect(usager.get_by_text("Vous parlez avec Camille Durand, conseiller.")).to_be_visible()
    say(usager, "Merci !")
    expect(log(console).get_by_text("Merci !")).to_be_visible()
    console.get_by_role("button", name="Rendre à l’assistant").click()
    expect(usager.get_by_text("Un assistant automatique vous répond")).to_be_visible()
    expect(usager.get_by_text("Votre échange avec le conseiller vous a-t-il satisfait")).to_be_visible()
    usager.get_by_label("Très satisfait").check()
    usager.get_by_role("button", name="Envoyer mon avis").click()
    expect(usager.get_by_text("Votre échange avec le conseiller")).to_be_hidden()
    say(usager, "Et pour une formation ?")
    expect(log(usager).get_by_text("réserve pour vous former").nth(1)).to_be_visible()


def test_who_types_is_named_and_a_note_never_reaches_the_usager(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    usager = waiting_usager(open_page, peer)
    console.get_by_role("button", name="Prendre la suivante").click()
    console.get_by_label(REPLY).press_sequentially("Je regarde")
    expect(usager.get_by_text("Camille Durand écrit")).to_be_visible()
    console.get_by_label(REPLY).fill("")
    console.get_by_label("Note interne").check()
    console.get_by_label("Votre note interne").fill("Dossier à vérifier")
    console.keyboard.press("Control+Enter")
    expect(log(console).get_by_text("Dossier à vérifier")).to_be_visible()
    expect(log(console).get_by_text("Note interne de Camille Durand")).to_be_visible()
    console.get_by_label(REPLY).fill("Voilà")
    console.keyboard.press("Control+Enter")
    expect(log(usager).get_by_text("Voilà")).to_be_visible()
    assert log(usager).get_by_text("Dossier à vérifier").count() == 0


def test_who_loses_the_race_reads_who_won_it(open_page: Opener, peer: Peer) -> None:
    first, second = open_page(peer.base + "/console"), open_page(peer.base + "/console")
    sign_in(first)
    sign_in(second, "ines")
    waiting_usager(open_page, peer)
    take = second.get_by_role("button", name="Prendre : C'est quoi le CPF ?")
    expect(take).to_be_visible()
    # The second conseiller's page does not hear in time that the first one took it.
    second.route(
        re.compile("/accept$"),
        lambda route: route.fulfill(
            status=409,
            json={
                "title": "Conflit",
                "detail": "Déjà prise.",
                "owner": {"id": "camille", "name": "Camille Durand"},
            },
        ),
    )
    take.click()
    expect(
        second.get_by_role("alert").get_by_text("Camille Durand a déjà pris cette demande.")
    ).to_be_visible()


def test_distress_comes_first_and_is_said_in_words(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    waiting_usager(open_page, peer)
    desperate = open_page(peer.base)
    open_widget(desperate)
    say(desperate, "je veux mourir")
    expect(console.locator("#alerte")).to_have_text("Détresse signalée : je veux mourir")
    first = console.locator(".ticket").first
    expect(first).to_contain_text("Urgente – détresse")
    console.get_by_role("button", name="Prendre la suivante").click()
    expect(console.get_by_text("Répondez en premier")).to_be_visible()


def test_quoted_buttons_tell_the_language_of_their_words(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    waiting_usager(open_page, peer, "solo hablo español")
    console.get_by_role("button", name="Prendre la suivante").click()
    quoted = log(console).get_by_text("Boutons proposés : Parler à un conseiller – ")
    expect(quoted.locator("[lang=es]")).to_have_text("Hablar con una persona")


def test_a_reply_that_could_not_leave_is_kept(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    usager = waiting_usager(open_page, peer)
    console.get_by_role("button", name="Prendre la suivante").click()
    console.get_by_label(REPLY).fill("Une réponse importante")
    console.context.set_offline(True)
    console.get_by_role("button", name="Envoyer").click()
    expect(console.get_by_text("Votre texte est gardé.")).to_be_visible()
    expect(console.get_by_text("Connexion perdue")).to_be_visible()
    console.context.set_offline(False)
    expect(console.get_by_text("Connexion perdue")).to_be_hidden()
    console.get_by_role("button", name="Envoyer").click()
    expect(log(usager).get_by_text("Une réponse importante")).to_have_count(1)


def test_the_whole_desk_works_with_the_keyboard(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    expect(console.get_by_label("Identifiant")).to_be_focused()
    console.keyboard.type("camille")
    console.keyboard.press("Tab")
    console.keyboard.type("motdepasse")
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", name="File des demandes")).to_be_focused()
    usager = waiting_usager(open_page, peer)
    expect(console.locator(".ticket")).to_have_count(1)
    console.keyboard.press("Tab")
    expect(console.get_by_role("button", name="Prendre la suivante")).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.get_by_label(REPLY)).to_be_focused()
    console.keyboard.type("Bonjour")
    console.keyboard.press("Control+Enter")
    expect(log(usager).get_by_text("Bonjour", exact=True)).to_be_visible()
    close = console.get_by_role("button", name="Clôturer")
    for _ in range(12):
        console.keyboard.press("Shift+Tab")
        if close.evaluate("(node) => node === document.activeElement"):
            break
    console.keyboard.press("Enter")
    dialog = console.get_by_role("dialog", name="Clôturer la conversation")
    expect(dialog).to_be_visible()
    console.keyboard.press("Escape")
    expect(close).to_be_focused()
    console.keyboard.press("Enter")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(usager.get_by_text("Cette conversation est terminée")).to_be_visible()
    expect(field(usager)).to_be_enabled()


def test_a_message_elsewhere_is_counted_on_its_ticket(open_page: Opener, peer: Peer) -> None:
    console = open_page(peer.base + "/console")
    sign_in(console)
    first = waiting_usager(open_page, peer)
    console.get_by_role("button", name="Prendre la suivante").click()
    expect(first.get_by_text("Vous parlez avec")).to_be_visible()
    waiting_usager(open_page, peer, "Ma retraite ?")
    console.get_by_role("button", name="Prendre : Ma retraite ?").click()
    expect(console.get_by_role("heading", name="Ma retraite ?")).to_be_visible()
    say(first, "Vous êtes là ?")
    expect(console.get_by_text("1 nouveau message")).to_be_visible()
    expect(console).to_have_title(re.compile("Nouveau message"))
