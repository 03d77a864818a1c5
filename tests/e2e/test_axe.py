"""axe-core finds nothing to say on the real pages, with real answers in them."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import Conseiller, Usager
from tests.peers.stack import Stack
from tests.web.chromium import Opener
from tests.web.screens import log, violations

pytestmark = [pytest.mark.browser, pytest.mark.rasa]
SIZES = [(1280, 800), (360, 740)]
QUESTION = "à quoi servent mes points de pénibilité ?"


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("path", ["/", "/accessibilite"])
def test_public_pages_have_no_violation(
    open_patiently: Opener, stack: Stack, path: str, width: int, height: int
) -> None:
    page = open_patiently(stack.url + path, width, height)
    expect(page.get_by_role("button", name="Poser une question")).to_be_visible()
    assert violations(page) == []


def test_the_api_documentation_has_no_violation(open_patiently: Opener, stack: Stack) -> None:
    page = open_patiently(stack.url + "/docs")
    expect(page.get_by_text("Ouvre une conversation").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_conversation_has_no_violation_on_either_side(
    open_patiently: Opener, stack: Stack, width: int, height: int
) -> None:
    desk = Conseiller(open_patiently(stack.url + "/console", width, height), stack, "dominique")
    desk.sign_in()
    usager = Usager(open_patiently(stack.url, width, height), stack)
    usager.open()
    usager.ask("combien mon CPF reçoit chaque année ?", "par an")
    usager.identify("Nadia Benali")
    usager.ask("il me reste combien sur mon CPF ?", usager.balance())
    usager.ask(QUESTION, "points")
    usager.ask_for_human()
    expect(desk.ticket(QUESTION)).to_be_visible()
    assert violations(usager.page) == []
    assert violations(desk.page) == []
    desk.take(QUESTION)
    desk.says("Bonjour, je regarde avec vous.")
    expect(log(usager.page).get_by_text("je regarde avec vous")).to_be_visible()
    assert violations(desk.page) == []
    desk.hand_back()
    expect(usager.page.get_by_text("Votre échange avec le conseiller")).to_be_visible()
    assert violations(usager.page) == []
    assert violations(desk.page) == []
