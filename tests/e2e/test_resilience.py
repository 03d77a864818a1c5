"""A service that dies, a reloaded page, two tabs, another site: nothing is lost, nothing is doubled."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.neighbour import Neighbour
from tests.e2e.people import Conseiller, Usager, answers, shown
from tests.peers.stack import Stack
from tests.web.chromium import Opener
from tests.web.screens import field, log, say

pytestmark = [pytest.mark.browser, pytest.mark.rasa]
CPF = "c'est quoi le CPF ?"


def reads_what_is_kept(usager: Usager) -> None:
    """The page shows each message of the API once, in its order."""
    kept = [message["id"] for message in usager.call()["messages"]]
    assert [identifier for identifier, _, _ in shown(usager.page)] == kept


def comes_back(stack: Stack) -> None:
    """Another service process takes the place of the one that was killed."""
    stack.start("service")
    stack.wait_ready()


def test_a_message_written_while_the_service_is_dead_arrives_once(
    open_patiently: Opener, stack: Stack
) -> None:
    usager = Usager(open_patiently(stack.url), stack)
    usager.open()
    usager.ask(CPF, "formation")
    stack.kill("service")
    expect(usager.page.get_by_text("Ce que vous écrivez est gardé")).to_be_visible()
    say(usager.page, "c'est quoi le CEP ?")
    expect(usager.page.get_by_text("Gardé ici")).to_be_visible()
    field(usager.page).fill("Un brouillon, pas encore envoyé")
    comes_back(stack)
    expect(answers(usager.page).last).to_contain_text("évolution professionnelle")
    expect(usager.page.get_by_text("Ce que vous écrivez est gardé")).to_be_hidden()
    expect(usager.page.get_by_text("Gardé ici")).to_be_hidden()
    expect(field(usager.page)).to_have_value("Un brouillon, pas encore envoyé")
    said = [message["text"] for message in usager.call()["messages"] if message["author"] == "usager"]
    assert said == [CPF, "c'est quoi le CEP ?"]
    reads_what_is_kept(usager)


def test_what_a_conseiller_says_just_after_a_crash_is_not_missed(
    open_patiently: Opener, stack: Stack
) -> None:
    question = "on m'a refusé ma formation, que faire ?"
    desk = Conseiller(open_patiently(stack.url + "/console"), stack)
    desk.sign_in()
    usager = Usager(open_patiently(stack.url), stack)
    usager.open()
    say(usager.page, question)
    expect(answers(usager.page)).to_have_count(2)
    usager.ask_for_human()
    desk.take(question)
    expect(usager.page.get_by_text("Vous parlez avec Camille")).to_be_visible()
    stack.kill("service")
    expect(desk.page.get_by_text("Connexion perdue")).to_be_visible()
    expect(usager.page.get_by_text("Ce que vous écrivez est gardé")).to_be_visible()
    # The usager's line comes back after the conseiller has spoken.
    usager.page.context.set_offline(True)
    comes_back(stack)
    expect(desk.page.get_by_text("Connexion perdue")).to_be_hidden()
    desk.says("Je suis toujours là.")
    usager.page.context.set_offline(False)
    expect(log(usager.page).get_by_text("Je suis toujours là.")).to_have_count(1)
    say(usager.page, "Moi aussi.")
    expect(log(desk.page).get_by_text("Moi aussi.")).to_be_visible()
    reads_what_is_kept(usager)
    desk.hand_back()


def test_a_reload_keeps_the_conversation_the_person_and_the_draft(
    open_patiently: Opener, stack: Stack
) -> None:
    usager = Usager(open_patiently(stack.url), stack)
    usager.open()
    usager.identify("Nadia Benali")
    usager.ask("il me reste combien sur mon CPF ?", usager.balance())
    field(usager.page).fill("Et ma retraite ?")
    before = shown(usager.page)
    usager.page.reload()
    expect(log(usager.page).locator("li.message")).to_have_count(len(before))
    assert shown(usager.page) == before
    expect(field(usager.page)).to_have_value("Et ma retraite ?")
    field(usager.page).fill("")
    usager.ask("il me reste combien sur mon CPF ?", usager.balance())


def open_twin(page: Page, url: str) -> Page:
    """Open the same page from a page, as "duplicate the tab" does: the new tab inherits the conversation."""
    with page.context.expect_page() as opened:
        page.evaluate("(url) => { window.open(url); }", url)
    return opened.value


def test_a_duplicated_tab_shows_the_same_conversation_each_message_once(
    open_patiently: Opener, stack: Stack
) -> None:
    first = Usager(open_patiently(stack.url), stack)
    first.open()
    first.ask(CPF, "formation")
    second = Usager(open_twin(first.page, stack.url), stack)
    expect(log(second.page).locator("li.message")).to_have_count(3)
    assert first.call()["id"] == second.call()["id"]
    second.ask("c'est quoi le CEP ?", "évolution professionnelle")
    expect(answers(first.page).last).to_contain_text("évolution professionnelle")
    first.ask("bonjour", "onjour")
    expect(answers(second.page).last).to_contain_text("onjour")
    assert shown(first.page) == shown(second.page)
    reads_what_is_kept(first)


def test_two_tabs_opened_apart_are_two_conversations(open_patiently: Opener, stack: Stack) -> None:
    first = Usager(open_patiently(stack.url), stack)
    first.open()
    page = first.page.context.new_page()
    page.goto(stack.url)
    second = Usager(page, stack)
    second.open()
    first.ask(CPF, "formation")
    second.ask("c'est quoi le CEP ?", "évolution professionnelle")
    assert first.call()["id"] != second.call()["id"]
    reads_what_is_kept(first)
    reads_what_is_kept(second)


def test_the_widget_works_on_a_page_of_another_site(
    open_patiently: Opener, stack: Stack, neighbour: Neighbour
) -> None:
    page = open_patiently(f"{neighbour.origin}/?service={stack.url}")
    page.get_by_role("button", name="Poser une question").click()
    expect(log(page).get_by_text("je suis un assistant automatique")).to_be_visible()
    usager = Usager(page, stack)
    usager.ask(CPF, "formation")
    usager.identify("Nadia Benali")
    usager.ask("il me reste combien sur mon CPF ?", usager.balance())
    # The style of the page stays out.
    assert field(page).evaluate("(node) => getComputedStyle(node).fontSize") == "16px"
    reads_what_is_kept(usager)


def test_a_site_that_is_not_allowed_reads_nothing_and_the_widget_says_so(
    browser: Browser, stack: Stack, neighbour: Neighbour
) -> None:
    page = browser.new_page()  # without the watch on errors: the browser writes the refusal there
    page.goto(f"{neighbour.stranger}/?service={stack.url}")
    page.get_by_role("button", name="Poser une question").click()
    expect(page.get_by_text("Le conseiller virtuel ne répond pas")).to_be_visible()
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    page.close()
