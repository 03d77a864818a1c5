"""How the tests go through the pages, as a person would, and what axe-core says of them."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PASSWORD = "motdepasse"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line each."""
    # An animation under way would be measured at half its opacity.
    page.evaluate("() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => null)))")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def open_widget(page: Page) -> Locator:
    """Open the widget from the page's big button, and wait for the greeting."""
    page.get_by_role("button", name="Poser ma question").click()
    expect(log(page).get_by_text("Je suis un assistant automatique")).to_be_visible()
    return page.get_by_role("dialog", name="Conseiller virtuel")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def field(page: Page) -> Locator:
    return page.get_by_label("Votre message")


def say(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")


def menu(page: Page, entry: str) -> None:
    dialog = page.get_by_role("dialog", name="Conseiller virtuel")
    dialog.get_by_role("button", name="Menu", exact=True).click()
    dialog.get_by_role("button", name=entry).click()


def sign_in(page: Page, login: str = "camille") -> None:
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", name="File des demandes")).to_be_visible()


def ask_for_human(page: Page) -> None:
    page.get_by_role("button", name="Parler à un conseiller").first.click()
    expect(page.get_by_text("Un conseiller va vous répondre")).to_be_visible()
