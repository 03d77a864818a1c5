"""The same tour without a mouse, on both sides: everything is within reach, and the focus is always seen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import Keyboard
from tests.e2e.people import Conseiller, Usager, answers
from tests.peers.stack import Stack
from tests.web.chromium import Opener
from tests.web.screens import field, log

pytestmark = [pytest.mark.browser, pytest.mark.rasa]
SOLDE = "combien d'argent sur mon compte CPF ?"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_whole_tour_by_keyboard_alone(
    open_patiently: Opener, stack: Stack, width: int, height: int
) -> None:
    desk = Conseiller(open_patiently(stack.url + "/console", width, height), stack, "sacha")
    usager = Usager(open_patiently(stack.url, width, height), stack)
    left, right = Keyboard(usager.page), Keyboard(desk.page)
    signs_in(desk, right)
    opens_and_asks(usager, left)
    changes_profil(usager, left)
    identifies(usager, left)
    is_taken_over_and_given_back(usager, desk, left, right)
    asks_again_and_closes(usager, left)
    assert (left.unseen, right.unseen) == ([], [])
    assert (left.mouse_events, right.mouse_events) == (0, 0)


def signs_in(desk: Conseiller, keys: Keyboard) -> None:
    """The focus waits on the first field, and comes to the queue."""
    expect(desk.page.get_by_label("Identifiant")).to_be_focused()
    keys.type(desk.account["login"])
    keys.press("Tab")
    keys.type(desk.account["password"])
    keys.press("Enter")
    expect(desk.page.get_by_role("heading", name="File des demandes")).to_be_focused()
    expect(desk.page.get_by_label("En ligne")).to_be_checked()


def opens_and_asks(usager: Usager, keys: Keyboard) -> None:
    """From the top of the page to a first answer, one of whose buttons is pressed."""
    page = usager.page
    keys.activate(page.get_by_role("button", name="Poser ma question"))
    expect(log(page).get_by_text("je suis un assistant automatique")).to_be_visible()
    keys.go_to(field(page))
    keys.type("combien mon CPF reçoit chaque année ?")
    keys.press("Enter")
    expect(answers(page)).to_have_count(2)
    expect(field(page)).to_be_focused()
    keys.activate(log(page).get_by_role("button", name="Agent public"), "Shift+Tab")
    expect(answers(page).last).to_contain_text("25 heures")
    expect(field(page)).to_be_focused()


def changes_profil(usager: Usager, keys: Keyboard) -> None:
    """The panel takes the focus, and gives it back."""
    page = usager.page
    keys.activate(page.get_by_role("button", name="Profil : Agent public"), "Shift+Tab")
    expect(page.get_by_role("heading", name="Qui suis-je")).to_be_focused()
    keys.go_to(page.get_by_role("radio", name="Agent public"))
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Indépendant")).to_be_checked()
    keys.activate(page.get_by_role("button", name="Enregistrer"))
    expect(field(page)).to_be_focused()
    expect(page.get_by_role("button", name="Profil : Indépendant")).to_be_visible()


def identifies(usager: Usager, keys: Keyboard) -> None:
    """The fictional person is chosen with the arrows; the balance is read."""
    page = usager.page
    dialog = page.get_by_role("dialog", name="Conseiller virtuel")
    keys.activate(dialog.get_by_role("button", name="Menu", exact=True), "Shift+Tab")
    keys.activate(page.get_by_role("button", name="Consulter mes droits"))
    first = page.get_by_role("radio").first
    keys.go_to(first)
    keys.press("Space")
    keys.go_to(page.get_by_role("radio", name="Nadia Benali"), "ArrowDown")
    keys.activate(page.get_by_role("button", name="Me connecter"))
    expect(answers(page).last).to_contain_text("identifié comme Nadia Benali")
    expect(field(page)).to_be_focused()
    keys.type(SOLDE)
    keys.press("Enter")
    expect(answers(page).last).to_contain_text(usager.balance())


def is_taken_over_and_given_back(usager: Usager, desk: Conseiller, left: Keyboard, right: Keyboard) -> None:
    """Both talk; the focus of neither is taken away by what the other does."""
    page = usager.page
    left.activate(page.locator(".status").get_by_role("button", name="Parler à un conseiller"), "Shift+Tab")
    expect(page.get_by_text("Un conseiller va vous répondre")).to_be_visible()
    assert left.look() != "focus lost"
    right.activate(desk.ticket(SOLDE).get_by_role("button", name="Prendre"))
    expect(desk.reply).to_be_focused()
    right.type("Bonjour, je m'occupe de vous.")
    right.press("Control+Enter")
    expect(log(page).get_by_text("je m'occupe de vous")).to_be_visible()
    assert left.look() != "focus lost"
    left.go_to(field(page))
    left.type("Merci bien.")
    left.press("Enter")
    expect(log(desk.page).get_by_text("Merci bien.")).to_be_visible()
    expect(desk.reply).to_be_focused()
    right.activate(desk.page.get_by_role("button", name="Rendre à l’assistant"), "Shift+Tab")
    expect(desk.page.locator(".talk__state")).to_have_text("Rendue à l’assistant")
    assert right.look() != "focus lost"


def asks_again_and_closes(usager: Usager, keys: Keyboard) -> None:
    """After the hand-back one goes on writing; Escape closes, and the focus goes where it came from."""
    page = usager.page
    expect(page.get_by_text("Votre échange avec le conseiller vous a-t-il satisfait")).to_be_visible()
    expect(field(page)).to_be_focused()
    before = answers(page).count()
    keys.type("c'est quoi le CEP ?")
    keys.press("Enter")
    expect(answers(page).nth(before)).to_contain_text("évolution professionnelle")
    expect(page.get_by_text("Votre échange avec le conseiller")).to_be_hidden()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Poser ma question")).to_be_focused()
