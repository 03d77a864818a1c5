"""Calls another service: two seconds an attempt, one retry when the call is safe, and a circuit breaker
for a service that does not answer. Never logs a body."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

from actions.errors import PeerUnavailable
from droits.breaker import CircuitBreaker

TIMEOUT_SECONDS = 2.0
ATTEMPTS = 2


class Transport:
    """Sends JSON to one base address."""

    def __init__(
        self,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.breaker = CircuitBreaker(clock)
        self._url = base_url.rstrip("/")
        self._timeout = timeout
        # trust_env off: personal figures must never go through a proxy of the environment.
        self._client = httpx.AsyncClient(timeout=timeout, transport=transport, trust_env=False)

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Post a computation that changes nothing, hence may be sent twice.

        Returns any answer below 500. Raises: PeerUnavailable.
        """
        if not self.breaker.allow():
            raise PeerUnavailable("circuit ouvert")
        answered = False
        try:
            response = await self._attempts(path, body)
            answered = True
        finally:
            self.breaker.record(answered)
        return response

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _attempts(self, path: str, body: dict[str, Any]) -> httpx.Response:
        for _ in range(ATTEMPTS):
            try:
                async with asyncio.timeout(self._timeout):
                    response = await self._client.post(f"{self._url}{path}", json=body)
            except (TimeoutError, httpx.TimeoutException):
                break  # a slow service is not asked twice: the usager waits
            except httpx.HTTPError:
                continue
            if response.status_code < 500:
                return response
        raise PeerUnavailable("pas de réponse")
