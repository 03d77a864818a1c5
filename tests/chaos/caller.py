"""Calls the service as its own pages do: a lost connection is tried again, under the same idempotency key."""

import asyncio
import time

import httpx

from tests.chaos.journal import Journal, Json

GIVE_UP_AFTER = 150.0
_PAUSES = (0.1, 0.3, 0.6, 1.0)
_TIMEOUT = httpx.Timeout(20.0, connect=3.0)


class Unserved(Exception):
    """Nothing answered for far longer than a restart takes."""


class Caller:
    """The one HTTP client of a campaign; notes every answer that nobody should get."""

    def __init__(self, url: str, journal: Journal) -> None:
        self.journal = journal
        limits = httpx.Limits(max_connections=300, max_keepalive_connections=100)
        self.http = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits, trust_env=False)

    async def call(
        self, method: str, path: str, token: str, body: Json | None = None, *, key: str | None = None
    ) -> httpx.Response:
        """Call until something below 500 answers.

        Raises:
            Unserved: nothing did in time.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        started, attempt = time.monotonic(), 0
        self.journal.in_flight += 1
        try:
            while time.monotonic() - started < GIVE_UP_AFTER:
                answer = await self._once(method, path, body, headers)
                if answer is not None:
                    return answer
                await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1
        finally:
            self.journal.in_flight -= 1
        self.journal.unexpected.append(
            f"{method} {_shape(path)} : sans réponse pendant {GIVE_UP_AFTER:.0f} s"
        )
        raise Unserved

    async def _once(
        self, method: str, path: str, body: Json | None, headers: dict[str, str]
    ) -> httpx.Response | None:
        try:
            answer = await self.http.request(method, f"/api/v1{path}", json=body, headers=headers)
        except httpx.TransportError as error:
            self.journal.lost_connections[type(error).__name__] += 1
            return None
        if answer.status_code >= 500:
            self.journal.unexpected.append(f"{method} {_shape(path)} : {answer.status_code}")
            return None
        return answer

    def note(self, answer: httpx.Response, *expected: int) -> bool:
        """Tell whether the answer is one of those expected; write it down when not."""
        if answer.status_code in expected:
            return True
        request = answer.request
        self.journal.unexpected.append(
            f"{request.method} {_shape(request.url.path)} : {answer.status_code} {answer.text[:200]}"
        )
        return False

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()


def _shape(path: str) -> str:
    """An address without the identifiers in it."""
    return "/".join("…" if len(part) >= 32 else part for part in path.split("/"))
