"""`/health` and `/metrics`: whether usagers can be served, and the figures of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response
from sanic.response import raw

from edge.openapi import operation

Check = Callable[[], Awaitable[bool]]
_TAG = "Service"
_FRESH_SECONDS = 1.0


class Health(BaseModel):
    """`degraded`: usagers are served, but a part is down."""

    status: Literal["ok", "degraded"]
    components: dict[str, Literal["ok", "down"]]


class _Probe:
    """Asks each part, at most once a second however often it is asked."""

    def __init__(self, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._at = float("-inf")
        self._states: dict[str, bool] = {}
        self._turn = asyncio.Lock()

    async def states(self) -> dict[str, bool]:
        async with self._turn:
            if time.monotonic() - self._at > _FRESH_SECONDS:
                found = await asyncio.gather(*(check() for check in self._checks.values()))
                self._states = dict(zip(self._checks, found, strict=True))
                self._at = time.monotonic()
        return self._states


def health_blueprint(checks: dict[str, Check], *, vital: str) -> Blueprint:
    """Make the blueprint. `checks` tell whether each part answers; without `vital`, the answer is 503."""
    blueprint = Blueprint("health")
    probe = _Probe(checks)

    @blueprint.route("/health", methods=["GET", "HEAD"], name="health")  # type: ignore[untyped-decorator]
    @operation("Le service peut-il servir ?", tag=_TAG, responses={200: Health, 503: Health})
    async def health(_: Request) -> HTTPResponse:
        states = await probe.states()
        body = {
            "status": "ok" if all(states.values()) else "degraded",
            "components": {name: "ok" if up else "down" for name, up in states.items()},
        }
        return json_response(body, status=200 if states[vital] else 503)

    @blueprint.route("/metrics", methods=["GET", "HEAD"], name="metrics")  # type: ignore[untyped-decorator]
    @operation("Mesures (Prometheus)", tag=_TAG, responses={200: "text/plain"})
    async def metrics(_: Request) -> HTTPResponse:
        return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return blueprint
