"""The HTTP client to the action server: one kept-alive session, short timeout, and errors that say 502.

It adds the turn's metadata (droits_token included) to the request only: the tracker never holds the
token. It sends
the part of the domain that rasa-sdk reads, not all of it.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from nlu.errors import ActionServerFailed

# The metadata of the message being answered; set by the channel, read here, stored nowhere.
turn_metadata: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("turn_metadata")
_DOMAIN_PARTS = ("slots", "forms")


class ActionEndpoint(EndpointConfig):
    """Stands for Rasa's EndpointConfig, which opens a new session for each call and waits 300 s."""

    def __init__(self, url: str, timeout: float) -> None:
        super().__init__(url=url)
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Post an action call.

        Raises: ClientResponseError on 400 (an action refuses to run: Rasa's own protocol),
        ActionServerFailed.
        """
        data = json.dumps(
            with_metadata(kwargs["json"], turn_metadata.get({})), separators=(",", ":")
        ).encode()
        try:
            async with self._open().post(
                self.url, data=data, headers={"Content-Type": "application/json"}
            ) as answer:
                body = await answer.read()
                if answer.status == 400:
                    raise ClientResponseError(400, "refused", body.decode("utf-8", "replace"))
                if answer.status != 200:
                    raise ActionServerFailed()
                return json.loads(body)
        except (
            aiohttp.ClientConnectionError,
            aiohttp.ClientPayloadError,
            asyncio.TimeoutError,
            ValueError,
        ) as error:
            raise ActionServerFailed() from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session


def with_metadata(call: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the call with the metadata in the latest message, and the domain cut to what is read."""
    tracker = dict(call["tracker"])
    tracker["latest_message"] = {**(tracker.get("latest_message") or {}), "metadata": metadata}
    domain = call.get("domain") or {}
    return {**call, "tracker": tracker, "domain": {k: domain[k] for k in _DOMAIN_PARTS if k in domain}}
