"""axe-core finds nothing to say on any screen, on a telephone as on a large screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.chromium import Opener, Peer
from tests.web.screens import ask_for_human, field, log, menu, open_widget, say, sign_in, violations

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 800)]
# Small targets of one thing: a finger needs 44 px. Links inside a sentence are exempt (WCAG 2.5.8).
SMALL = """
(root) => [...root.querySelectorAll("button, input:not(.sr-only), select, textarea, summary, label.option")]
  .filter((node) => node.checkVisibility())
  .map((node) => [node, (node.closest("label") ?? node).getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([node, box]) => `${node.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)
"""
WIDGET = "() => document.querySelector('conseiller-virtuel').shadowRoot"


def small_targets(page: Page, root: str = WIDGET) -> list[str]:
    found: list[str] = page.evaluate_handle(root).evaluate(SMALL)
    return found


def overflow(page: Page) -> int:
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("path", ["/", "/accessibilite"])
def test_public_pages_have_no_violation(
    open_page: Opener, peer: Peer, path: str, width: int, height: int
) -> None:
    page = open_page(peer.base + path, width, height)
    expect(page.get_by_role("button", name="Poser une question")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_widget_has_no_violation_while_it_answers(
    open_page: Opener, peer: Peer, width: int, height: int
) -> None:
    page = open_page(peer.base, width, height)
    open_widget(page)
    for question, answer in [
        ("C'est quoi le CPF ?", "réserve pour vous former"),
        ("Ma retraite ?", "63 ans et 3 mois"),
    ]:
        say(page, question)
        expect(log(page).get_by_text(answer).first).to_be_visible()
    expect(page.get_by_role("button", name="Pas utile").last).to_be_visible()
    assert violations(page) == []
    assert small_targets(page) == []
    ask_for_human(page)
    say(page, "je veux mourir")
    expect(log(page).get_by_text("3114")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("entry", ["Qui suis-je", "Consulter mes droits", "Être rappelé", "Mes données"])
def test_the_panels_have_no_violation(
    open_page: Opener, peer: Peer, entry: str, width: int, height: int
) -> None:
    page = open_page(peer.base, width, height)
    open_widget(page)
    menu(page, entry)
    expect(page.get_by_role("heading", name=entry)).to_be_focused()
    page.wait_for_timeout(300)
    assert violations(page) == []
    assert small_targets(page) == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_console_has_no_violation(open_page: Opener, peer: Peer, width: int, height: int) -> None:
    console = open_page(peer.base + "/console", width, height)
    expect(console.get_by_label("Identifiant")).to_be_focused()
    assert violations(console) == []
    sign_in(console)
    assert violations(console) == []
    usager = open_page(peer.base)
    open_widget(usager)
    say(usager, "C'est quoi le CPF ?")
    expect(log(usager).get_by_text("réserve pour vous former")).to_be_visible()
    ask_for_human(usager)
    say(usager, "je veux mourir")
    expect(console.get_by_text("Urgente – détresse")).to_be_visible()
    assert violations(console) == []
    console.get_by_role("button", name="Prendre la suivante").click()
    expect(console.get_by_label("Votre réponse à l’usager")).to_be_focused()
    assert violations(console) == []
    assert small_targets(console, "() => document") == []
    assert overflow(console) == 0
    console.get_by_role("button", name="Clôturer").click()
    expect(console.get_by_role("dialog", name="Clôturer la conversation")).to_be_visible()
    assert violations(console) == []


def test_the_widget_stays_usable_at_twice_the_size(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base, 640, 400, device_scale_factor=2)
    open_widget(page)
    say(page, "C'est quoi le CPF ?")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    field(page).scroll_into_view_if_needed()
    expect(field(page)).to_be_in_viewport()
    assert overflow(page) == 0
    assert violations(page) == []


def test_nothing_moves_for_who_asked_for_no_motion(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base, reduced_motion="reduce")
    open_widget(page)
    say(page, "bonjour")
    moving = "() => document.querySelector('conseiller-virtuel').shadowRoot.getAnimations().length"
    assert page.evaluate(moving) == 0
