"""The base of all actions: whatever fails, the usager reads French, and no log holds their words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.errors import describe
from actions.languages import Languages
from actions.passages import Passages
from actions.replies import HANDOFF, Reply, check_reply, reply
from actions.turn import Turn, read_turn
from connaissances import Catalogue
from droits.model import Droits

logger = logging.getLogger("actions")

Event = dict[str, Any]
PARIS = ZoneInfo("Europe/Paris")
APOLOGY = (
    "Je n'ai pas pu préparer ma réponse : un problème technique m'en empêche.",
    "Reposez votre question dans un instant, ou parlez à un conseiller.",
)


class RightsReader(Protocol):
    """Reads the rights of the identified usager."""

    async def me(self, token: str) -> Droits:
        """Give the rights. Raises: ClientError."""


class Simulator(Protocol):
    """Runs a simulation elsewhere."""

    async def simulate(self, kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Give the `simulation` object. Raises: PeerError."""


@dataclass(frozen=True)
class Services:
    """What the actions use outside themselves."""

    catalogue: Catalogue
    rights: RightsReader
    simulator: Simulator
    languages: Languages
    now: Callable[[], datetime]
    low_confidence: float = 0.1
    passages: Passages | None = None

    def today(self) -> date:
        """The day, in France."""
        return self.now().astimezone(PARIS).date()


@dataclass(frozen=True)
class Outcome:
    """What an action says and the events it gives back to Rasa."""

    replies: list[Reply] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class FrenchAction(Action):
    """An action that answers in French even when it fails. Subclasses write `respond`."""

    action_name = ""

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        """The name under which domain.yml declares the action."""
        return self.action_name

    async def respond(self, turn: Turn) -> Outcome:
        """Decide what to say. May raise: the usager is then told so."""
        raise NotImplementedError

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[Event]:
        """Answer one turn; each reply is one `custom` message."""
        try:
            outcome = await self.respond(read_turn(tracker))
            replies = [check_reply(candidate) for candidate in outcome.replies]
        except Exception as exc:
            logger.error("action %s failed: %s", self.name(), describe(exc))
            replies, outcome = [self._apologise(tracker)], Outcome()
        for checked in replies:
            dispatcher.utter_message(json_message=checked)
        return outcome.events

    def _apologise(self, tracker: Tracker) -> Reply:
        intent = ((tracker.latest_message or {}).get("intent") or {}).get("name")
        sujet = intent if intent in self.services.catalogue else "hors_sujet"
        return reply(APOLOGY, sujet=sujet, buttons=[HANDOFF], failed=True)
