"""Asynchronous client of the rights API: 2 s at most an attempt, one retry, and a circuit breaker.
Errors are those of `droits.errors` (tree below); they carry neither token nor personal data.

ClientError
├── DroitsRefused        401, 403
├── DroitsUnavailable    no connection, timeout, 5xx
│   └── CircuitOpen      not asked: the circuit is open
└── InvalidAnswer        any other status, or a body that is not of the contract
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx
from pydantic import ValidationError

from droits.breaker import CircuitBreaker
from droits.errors import (
    CircuitOpen,
    ClientError,
    DroitsRefused,
    DroitsUnavailable,
    InvalidAnswer,
)
from droits.model import Droits

__all__ = [
    "CircuitOpen",
    "ClientError",
    "DroitsClient",
    "DroitsRefused",
    "DroitsUnavailable",
    "InvalidAnswer",
]

TIMEOUT = 2.0  # seconds, for one whole attempt
ATTEMPTS = 2
UNREACHABLE = "l'API des droits est injoignable"
TOO_SLOW = "l'API des droits n'a pas répondu à temps"
BROKEN = "l'échange avec l'API des droits a échoué"
FAILING = "l'API des droits est en erreur"


class DroitsClient:
    """Reads the rights of one identified person. One instance a process, closed at its end."""

    def __init__(
        self,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/me"
        self._timeout = timeout
        self._breaker = CircuitBreaker(clock)
        # trust_env off: a proxy of the environment must never see a token.
        self._http = httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False)

    async def me(self, token: str) -> Droits:
        """The rights of the token's person.

        Raises: DroitsRefused, DroitsUnavailable (CircuitOpen among them), InvalidAnswer.
        """
        if not self._breaker.allow():
            raise CircuitOpen("l'API des droits est laissée au repos après plusieurs échecs")
        try:
            response = await self._get(token)
        except DroitsUnavailable:
            self._breaker.record(False)
            raise
        except BaseException:  # cancelled by the caller: says nothing of the API
            self._breaker.release()
            raise
        self._breaker.record(True)
        return _droits(response)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _get(self, token: str) -> httpx.Response:
        """GET with one retry, which is safe: reading changes nothing. A slow server is not asked twice."""
        for attempt in range(1, ATTEMPTS + 1):
            outcome = await self._attempt(token)
            if isinstance(outcome, httpx.Response) and outcome.status_code < 500:
                return outcome
            if attempt == ATTEMPTS or outcome in (TOO_SLOW, BROKEN):
                break
        raise DroitsUnavailable(outcome if isinstance(outcome, str) else FAILING)

    async def _attempt(self, token: str) -> httpx.Response | str:
        """A response, or why there is none. Raising outside the handlers keeps the request, hence the
        token, out of the exception's context."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._http.get(self._url, headers={"Authorization": f"Bearer {token}"})
        except httpx.ConnectError:
            return UNREACHABLE
        except (TimeoutError, httpx.TimeoutException):
            return TOO_SLOW
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return BROKEN


def _droits(response: httpx.Response) -> Droits:
    if response.status_code in (401, 403):
        raise DroitsRefused("l'API des droits refuse le jeton")
    if response.status_code != 200:
        raise InvalidAnswer(f"réponse inattendue de l'API des droits : {response.status_code}")
    found = _parsed(response.content)
    if found is None:
        raise InvalidAnswer("la réponse de l'API des droits n'est pas conforme au contrat")
    return found


def _parsed(body: bytes) -> Droits | None:
    try:
        return Droits.model_validate_json(body)
    except ValidationError:  # it holds the body, hence personal data: not to be chained
        return None
