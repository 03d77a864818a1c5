"""Calls actions as Rasa does, with the real answers, rules and clients; only the HTTP peers are fakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
from rasa_sdk.executor import ActionExecutor

from actions.api.simulateur import SimulateurClient
from actions.base import Services
from actions.replies import check_reply
from actions.server import build_executor, build_services
from actions.settings import Settings
from droits.client import DroitsClient
from simulateur.errors import InvalidInputs
from simulateur.registry import Simulateur

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
MARKER = "zebre-confidentiel"
Handler = Callable[[httpx.Request], httpx.Response]

RIGHTS: dict[str, Any] = {
    "personne": {"id": "p1", "nom": "Camille Exemple", "date_naissance": "1970-01-01", "fictive": True},
    "profil": "salarie",
    "attributs": [],
    "comptes": {
        "cpf": {
            "maj": "2026-11-01T08:00:00+01:00",
            "unite": "euros",
            "solde": 2350.5,
            "plafond": 5000,
            "credit_annuel": 500,
        },
        "c2p": {"maj": "2025-01-15T08:00:00+01:00", "points": 24, "points_reserves_formation": 20},
        "chomage": {
            "maj": "2026-11-01T08:00:00+01:00",
            "statut": "indemnise",
            "allocation_journaliere": 46.85,
            "jours_restants": 300,
        },
        "retraite": {"erreur": {"code": "indisponible", "detail": "ne répond pas"}},
    },
    "maj": "2026-11-23T08:00:00+01:00",
}


def rights_peer(request: httpx.Request) -> httpx.Response:
    """A rights API that knows one token."""
    if request.headers["authorization"] != "Bearer bon":
        return httpx.Response(401)
    return httpx.Response(200, json=RIGHTS)


def simulator_peer(request: httpx.Request) -> httpx.Response:
    """The real rules behind a fake wire."""
    kind = request.url.path.rsplit("/", 1)[-1]
    try:
        result = SIMULATEUR.simulate(kind, json.loads(request.content), TODAY, NOW.isoformat())
    except InvalidInputs as exc:
        errors = [{"field": e.field, "expected": e.expected} for e in exc.errors]
        return httpx.Response(422, json={"status": 422, "errors": errors})
    return httpx.Response(200, json=result)


def down(request: httpx.Request) -> httpx.Response:
    """A peer that is not there."""
    raise httpx.ConnectError("refused")


SIMULATEUR = Simulateur.load()
BASE = build_services(Settings.from_env({}), now=lambda: NOW)


def services(rights: Handler = rights_peer, simulator: Handler = simulator_peer) -> Services:
    """The real answers, with the given peers."""
    return replace(
        BASE,
        rights=DroitsClient("http://droits.test", transport=httpx.MockTransport(rights)),
        simulator=SimulateurClient("http://simulateur.test", transport=httpx.MockTransport(simulator)),
    )


@dataclass
class Rasa:
    """Runs actions and keeps the slots between two calls, as Rasa would."""

    executor: ActionExecutor

    async def call(
        self,
        action: str,
        intent: str = "",
        text: str = "",
        *,
        entities: dict[str, str] | None = None,
        ranking: tuple[tuple[str, float], ...] = (),
        slots: dict[str, Any] | None = None,
        form: str | None = None,
        **metadata: Any,
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Run one action; every reply is checked against the schema. Returns (replies, events)."""
        result = await self.executor.run(
            action_call(action, intent, text, entities or {}, ranking, slots or {}, form, metadata)
        )
        assert result is not None
        for response in result.responses:
            assert response["text"] is None and not response["buttons"]
        return [check_reply(response["custom"]) for response in result.responses], result.events

    async def one(self, action: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The only reply of an action."""
        replies, _ = await self.call(action, *args, **kwargs)
        (reply,) = replies
        return reply


def action_call(
    action: str,
    intent: str,
    text: str,
    entities: dict[str, str],
    ranking: tuple[tuple[str, float], ...],
    slots: dict[str, Any],
    form: str | None,
    metadata: dict[str, Any],
) -> dict[str, Any]:
    """The body that Rasa posts."""
    return {
        "next_action": action,
        "sender_id": "c1",
        "version": "3.6.21",
        "domain": {},
        "tracker": {
            "sender_id": "c1",
            "slots": slots,
            "events": [],
            "active_loop": {"name": form} if form else {},
            "latest_message": {
                "text": text,
                "intent": {"name": intent, "confidence": 0.9},
                "entities": [{"entity": name, "value": value} for name, value in entities.items()],
                "intent_ranking": [{"name": name, "confidence": score} for name, score in ranking],
                "metadata": metadata,
            },
        },
    }


def rasa(rights: Handler = rights_peer, simulator: Handler = simulator_peer) -> Rasa:
    """An executor over the given peers."""
    return Rasa(build_executor(services(rights, simulator)))


def payloads(reply: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in reply["buttons"]]


def slots_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def day(text: str) -> date:
    return date.fromisoformat(text)
