"""An usager and a conseiller in front of their pages, and what each of them has on the screen."""

import json
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.peers.stack import Stack
from tests.web.screens import field, log, menu, say

_HEARD = """(nodes) => nodes.map((node) => {
  const said = node.querySelector(".said").cloneNode(true);
  for (const extra of said.querySelectorAll(".choices, .sources, .fine")) extra.remove();
  return [node.dataset.message, node.dataset.author, said.textContent.replace(/\\s+/g, " ").trim()];
})"""
_TOKEN = """() => JSON.parse(Object.entries(sessionStorage)
  .find(([key]) => key.endsWith(":conversation"))[1])"""


def shown(page: Page) -> list[tuple[str, str, str]]:
    """Return each message on the screen: its identifier, who said it, its words."""
    return [tuple(line) for line in log(page).locator("li.message").evaluate_all(_HEARD)]


def answers(page: Page) -> Locator:
    """Return what the usager reads that they did not write."""
    return log(page).locator("li.message:not([data-author=usager])")


class Usager:
    """Somebody with the widget."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self._api = f"{stack.url}/api/v1"

    def open(self) -> None:
        """Open the widget from the portal's big button."""
        self.page.get_by_role("button", name="Poser ma question").click()
        expect(log(self.page).get_by_text("je suis un assistant automatique")).to_be_visible()

    def ask(self, question: str, expected: str) -> Locator:
        """Ask, and wait for one new answer that holds `expected`; return it."""
        before = answers(self.page).count()
        say(self.page, question)
        answer = answers(self.page).nth(before)
        expect(answer).to_contain_text(expected)
        return answer

    def choose_profil(self, label: str) -> None:
        """Say who I am in the panel."""
        menu(self.page, "Qui suis-je")
        self.page.get_by_label(label, exact=True).check()
        self.page.get_by_role("button", name="Enregistrer").click()
        expect(field(self.page)).to_be_focused()

    def identify(self, name: str) -> None:
        """Sign in as a fictional person."""
        menu(self.page, "Consulter mes droits")
        self.page.get_by_label(name).check()
        self.page.get_by_role("button", name="Me connecter").click()
        expect(answers(self.page).last).to_contain_text(f"identifié comme {name}")

    def ask_for_human(self) -> None:
        """Ask for a conseiller, from the bar that is always there."""
        self.page.locator(".status").get_by_role("button", name="Parler à un conseiller").click()
        expect(self.page.get_by_text("Un conseiller va vous répondre")).to_be_visible()

    def call(self, path: str = "") -> Any:
        """Read what the API says of this conversation, with its own token."""
        key: dict[str, str] = self.page.evaluate(_TOKEN)
        headers = {"Authorization": f"Bearer {key['token']}"}
        address = path or f"/conversations/{key['id']}"
        answer = httpx.get(self._api + address, headers=headers, timeout=30, trust_env=False)
        return answer.raise_for_status().json()

    def balance(self) -> str:
        """Return the CPF balance of the rights server, as it is written in French."""
        balance = self.call("/droits/me")["comptes"]["cpf"]["solde"]
        return f"{balance:,.2f}".replace(",", " ").replace(".", ",")


class Conseiller:
    """A member of the team with the console."""

    def __init__(self, page: Page, stack: Stack, login: str = "camille") -> None:
        self.page = page
        self._api = f"{stack.url}/api/v1"
        self.account = stack.accounts()[login]

    def sign_in(self) -> None:
        """Sign in with the demonstration account; being there is said at once."""
        self.page.get_by_label("Identifiant").fill(self.account["login"])
        self.page.get_by_label("Mot de passe").fill(self.account["password"])
        self.page.get_by_role("button", name="Me connecter").click()
        expect(self.page.get_by_role("heading", name="File des demandes")).to_be_visible()
        expect(self.page.get_by_label("En ligne")).to_be_checked()
        expect(self.page.locator("#annonce")).to_have_text("Vous êtes en ligne.")

    @property
    def reply(self) -> Locator:
        """Where the conseiller writes."""
        return self.page.get_by_label("Votre réponse à l’usager")

    def ticket(self, question: str) -> Locator:
        """Return the request of the queue that this question began."""
        return self.page.locator(".ticket", has_text=question)

    def take(self, question: str) -> str:
        """Take a request by its question; return its identifier."""
        ticket = self.ticket(question)
        identifier = ticket.get_attribute("data-handoff")
        ticket.get_by_role("button", name="Prendre").click()
        expect(self.reply).to_be_focused()
        assert identifier
        return identifier

    def says(self, text: str) -> None:
        """Answer the usager."""
        self.reply.fill(text)
        self.reply.press("Control+Enter")
        expect(log(self.page).get_by_text(text)).to_be_visible()

    def hand_back(self) -> None:
        """Give the conversation back to the assistant."""
        self.page.get_by_role("button", name="Rendre à l’assistant").click()
        expect(self.page.locator(".talk__state")).to_have_text("Rendue à l’assistant")

    def transcript(self, handoff: str) -> Any:
        """Read a request and its conversation from the API, with the page's own session."""
        return json.loads(self.page.request.get(f"{self._api}/handoffs/{handoff}").text())
