"""The reviewers' page, as a reviewer goes through it: by mouse, by keyboard, on a telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.chromium import Opener, Peer
from tests.web.screens import PASSWORD, menu, open_widget, violations
from tests.web.test_page_accessibility import SIZES, overflow, small_targets

pytestmark = pytest.mark.browser


def reviewing(open_page: Opener, peer: Peer, width: int = 1280, height: int = 800) -> Page:
    page = open_page(peer.base + "/relecture", width, height)
    sign_in(page, "charlie")
    expect(page.get_by_role("heading", name="Un message sur 3 à relire")).to_be_focused()
    return page


def sign_in(page: Page, login: str) -> None:
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_sentences_come_one_after_the_other(open_page: Opener, peer: Peer) -> None:
    page = reviewing(open_page, peer)
    expect(page.get_by_text("je m'appelle [nom masqué], il me reste combien")).to_be_visible()
    page.get_by_role("button", name=re.compile("Mon solde CPF.*41")).click()
    expect(page.locator("#annonce")).to_have_text("Noté : Mon solde CPF.")
    expect(page.get_by_role("heading", name="Un message sur 2 à relire")).to_be_focused()
    expect(page.get_by_text("L’assistant n’a proposé aucun sujet.")).to_be_visible()
    page.get_by_label("Chercher un autre sujet").fill("age depart")
    expect(page.get_by_text("1 sujet", exact=True)).to_be_visible()
    expect(page.get_by_label("Comprendre le CPF")).to_be_hidden()
    page.get_by_label("Âge de départ").check()
    page.get_by_role("button", name="Valider ce sujet").click()
    expect(page.get_by_role("heading", name="Le dernier message à relire")).to_be_focused()
    page.get_by_role("button", name="À écarter").click()
    expect(page.locator("#annonce")).to_have_text("Message écarté et effacé.")
    expect(page.get_by_role("heading", name="Tout est relu")).to_be_focused()
    assert peer.control()["reviewed"] == [
        {"id": "r-1", "sujet": "cpf_solde"},
        {"id": "r-2", "sujet": "retraite_age"},
        {"id": "r-3", "ecarte": True},
    ]


def test_a_topic_is_chosen_by_keyboard_alone(open_page: Opener, peer: Peer) -> None:
    page = reviewing(open_page, peer)
    for _ in range(3):  # past the two guesses
        page.keyboard.press("Tab")
    expect(page.get_by_label("Chercher un autre sujet")).to_be_focused()
    page.keyboard.type("besoin 4")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Un message sur 2 à relire")).to_be_focused()
    assert peer.control()["reviewed"] == [{"id": "r-1", "sujet": "sujet_24"}]  # after the first, 14


def test_nothing_is_sent_until_a_topic_is_chosen(open_page: Opener, peer: Peer) -> None:
    page = reviewing(open_page, peer)
    page.get_by_label("Mon solde CPF").check()
    page.get_by_label("Chercher un autre sujet").fill("rien de tel")
    expect(page.get_by_text("Aucun sujet ne contient ces mots.")).to_be_visible()
    page.get_by_role("button", name="Valider ce sujet").click()
    expect(page.get_by_role("alert").get_by_text("Choisissez d’abord un sujet")).to_be_visible()
    expect(page.get_by_label("Chercher un autre sujet")).to_be_focused()
    assert peer.control()["reviewed"] == []


def test_a_sentence_taken_back_meanwhile_gives_way_to_the_next(open_page: Opener, peer: Peer) -> None:
    page = reviewing(open_page, peer)
    peer.control(taken_back="r-1")
    page.get_by_role("button", name="À écarter").click()
    expect(page.locator("#annonce")).to_have_text("Ce message n’est plus à relire : en voici un autre.")
    expect(page.get_by_text("et si je pars avant")).to_be_visible()


def test_a_failure_is_told_and_the_sentence_stays(open_page: Opener, peer: Peer) -> None:
    page = reviewing(open_page, peer)
    page.route(re.compile("/relectures/"), lambda route: route.abort())
    page.get_by_role("button", name="À écarter").click()
    expect(page.get_by_role("alert").get_by_text("Le service est injoignable")).to_be_visible()
    expect(page.get_by_text("il me reste combien")).to_be_visible()


def test_another_account_reads_why_it_sees_nothing(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base + "/relecture")
    sign_in(page, "camille")
    expect(page.get_by_role("alert").get_by_text("Relire demande un compte « relecteur »")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_has_no_violation(open_page: Opener, peer: Peer, width: int, height: int) -> None:
    page = open_page(peer.base + "/relecture", width, height)
    assert violations(page) == []
    sign_in(page, "charlie")
    expect(page.get_by_role("heading", name="Un message sur 3 à relire")).to_be_focused()
    page.get_by_role("button", name="Valider ce sujet").click()
    assert violations(page) == []
    assert small_targets(page, "() => document") == []
    assert overflow(page) == 0
    for _ in range(3):
        page.get_by_role("button", name="À écarter").click()
        page.wait_for_timeout(200)
    expect(page.get_by_role("heading", name="Tout est relu")).to_be_visible()
    assert violations(page) == []


def test_the_usager_refuses_in_my_data_and_it_is_remembered(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    menu(page, "Mes données")
    switch = page.get_by_role("switch", name="Améliorer l’assistant avec mes messages mal compris")
    expect(switch).to_be_checked()
    switch.press("Space")
    expect(page.get_by_text("C’est refusé : ce qui était gardé est effacé.")).to_be_visible()
    assert peer.control()["reutilisation"] == [False]
    page.reload()
    open_widget(page)
    menu(page, "Mes données")
    expect(switch).not_to_be_checked()
    page.route(re.compile("/reutilisation$"), lambda route: route.abort())
    switch.press("Space")
    expect(page.get_by_text("Le service est injoignable")).to_be_visible()
    expect(switch).not_to_be_checked()
    page.unroute(re.compile("/reutilisation$"))
    page.get_by_role("button", name="Effacer ma conversation").click()
    page.get_by_role("button", name="Oui, tout effacer").click()
    expect(page.get_by_text("Votre conversation est effacée").first).to_be_visible()
    assert peer.control()["reutilisation"] == [False]
