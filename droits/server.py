"""The embedded rights server: `GET /me` under `/api/v1/droits`, for the demonstration's fictional persons.
Read-only; answers 401 to any token that is bad, expired or of nobody, without saying which."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from droits import personnes as people
from droits.errors import TokenError, UnknownPersonne
from droits.personnes import Personne
from droits.tokens import verify

PREFIX = "/api/v1/droits"
Handler = Callable[..., Awaitable[Any]]
Identify = Callable[[str], Awaitable[str | None]]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def _nobody(_: str) -> str | None:
    return None


def _undescribed(handler: Handler) -> None:
    """Leaves no mark: the endpoint is then absent from the API's description."""


def droits_blueprint(
    secret: str | bytes,
    personnes: Mapping[str, Personne] | None = None,
    clock: Callable[[], datetime] = _now,
    describe: Callable[[Handler], object] = _undescribed,
    identify: Identify = _nobody,
) -> Blueprint:
    """Make the blueprint. `personnes` defaults to the twelve fictional persons; `describe` marks the
    handler for the API's description, which this package does not know; `identify` names the person who
    holds a bearer that is not one of our tokens: the usager's own."""
    known = people.load() if personnes is None else personnes
    blueprint = Blueprint("droits", url_prefix=PREFIX)

    async def me(request: Request) -> HTTPResponse:
        now, bearer = clock(), _bearer(request)
        try:
            identifier = await identify(bearer) or verify(bearer, now, secret).personne
            person = people.get(known, identifier)
        except (TokenError, UnknownPersonne):
            return _unauthorised()
        return _json(person.droits(now).to_json(), 200, "application/json")

    describe(me)
    blueprint.add_route(me, "/me", methods=["GET"])
    return blueprint


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unauthorised() -> HTTPResponse:
    problem = {
        "type": "about:blank",
        "title": "Jeton refusé",
        "status": 401,
        "detail": "Le jeton est absent, invalide ou expiré. Identifiez-vous de nouveau.",
    }
    answer = _json(problem, 401, "application/problem+json")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _json(body: object, status: int, content_type: str) -> HTTPResponse:
    answer = raw(json.dumps(body, ensure_ascii=False).encode(), status=status, content_type=content_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer
