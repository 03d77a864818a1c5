"""The simulator over HTTP: `POST <base>/<type>` gives the `simulation` object of the contract."""

from __future__ import annotations

from typing import Any

import httpx

from actions.api.transport import Transport
from actions.errors import PeerRefused, PeerUnavailable


class SimulateurClient:
    """Asks for simulations; they are pure, hence safe to ask twice."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = Transport(base_url, transport)

    async def simulate(self, kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Run one simulation. Raises: PeerRefused (422, with what is expected), PeerUnavailable."""
        response = await self._transport.post(f"/{kind}", inputs)
        if response.status_code == 422:
            raise PeerRefused(_expected(response))
        if response.status_code != 200:
            raise PeerUnavailable(f"réponse {response.status_code}")
        try:
            answer = response.json()
        except ValueError:
            raise PeerUnavailable("réponse illisible") from None
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), dict):
            raise PeerUnavailable("réponse inattendue")
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def _expected(response: httpx.Response) -> list[str]:
    try:
        errors = response.json().get("errors", [])
        return [str(row["expected"]) for row in errors if isinstance(row, dict) and row.get("expected")]
    except (ValueError, AttributeError, TypeError):
        return []
