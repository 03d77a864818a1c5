"""The gate's view of the assistant: one call for a turn, and the few that keep Rasa in step.

Rasa is spoken to over HTTP, on the loopback, with a shared secret; whatever goes wrong is one error.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from jsonschema_rs import Draft202012Validator

from handoff.errors import AssistantUnavailable, where

Json = dict[str, Any]
_ADDED = ("confidence", "alternatives")
_VALID_ADDED = Draft202012Validator(
    {
        "properties": {
            "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "alternatives": {
                "type": "array",
                "items": {
                    "required": ["sujet", "confidence"],
                    "properties": {"sujet": {"type": "string"}, "confidence": {"type": "number"}},
                },
            },
        }
    }
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is sent for one message: a text or a payload, and who asks."""

    conversation: str
    message_id: str
    text: str | None
    payload: str | None
    metadata: Json


class Assistant:
    """Client of the gate's channel in Rasa."""

    def __init__(self, url: str, secret: str, schema: Path, *, timeout: float = 15.0) -> None:
        definition = json.loads(schema.read_text(encoding="utf-8"))
        self._valid = Draft202012Validator(definition)
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout = timeout
        self._http: aiohttp.ClientSession | None = None

    async def turn(self, turn: Turn) -> list[Json]:
        """Return the replies, each valid against `schemas/reply.schema.json`.

        Raises:
            AssistantUnavailable: no answer, an error, or replies that are not of the agreed form.
        """
        said = {"payload": turn.payload} if turn.payload is not None else {"text": turn.text}
        body = {
            "conversation": turn.conversation,
            "message_id": turn.message_id,
            **said,
            "metadata": turn.metadata,
        }
        answer = await self._read("POST", "/gate/messages", body)
        replies = answer.get("replies")
        if not replies or not isinstance(replies, list) or not all(self._is_valid(r) for r in replies):
            raise AssistantUnavailable("replies are not of the agreed form")
        return replies

    def _is_valid(self, reply: Any) -> bool:
        """Check what the actions made, and what the channel adds: what understanding says of it."""
        if not isinstance(reply, dict) or "\0" in str(reply.get("text")):
            return False
        made = {key: value for key, value in reply.items() if key not in _ADDED}
        added = {key: reply[key] for key in _ADDED if key in reply}
        return bool(self._valid.is_valid(made) and _VALID_ADDED.is_valid(added))

    async def reset(self, conversation: str) -> None:
        """Close any form of the conversation.

        Raises:
            AssistantUnavailable: Rasa did not confirm.
        """
        await self._call("POST", f"/gate/conversations/{conversation}/reset")

    async def erase(self, conversation: str) -> None:
        """Delete what Rasa keeps of the conversation.

        Raises:
            AssistantUnavailable: Rasa did not confirm.
        """
        await self._call("DELETE", f"/gate/conversations/{conversation}")

    async def export(self, conversation: str) -> list[Json]:
        """Return the events that Rasa keeps of the conversation.

        Raises:
            AssistantUnavailable: Rasa did not answer.
        """
        answer = await self._read("GET", f"/gate/conversations/{conversation}")
        events: list[Json] = answer.get("events", [])
        return events

    async def is_ready(self) -> bool:
        """Tell whether a model is loaded and answers."""
        try:
            await self._call("GET", "/gate/ready", timeout=2.0)
        except AssistantUnavailable:
            return False
        return True

    async def _read(self, method: str, path: str, body: Json | None = None) -> Json:
        """Return the JSON object of an answer.

        Raises:
            AssistantUnavailable: no answer, an error, or an answer that holds none.
        """
        content = await self._call(method, path, body)
        try:
            answer = json.loads(content)
        except ValueError:
            raise AssistantUnavailable("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise AssistantUnavailable("the answer is not an object")
        return answer

    async def _call(
        self, method: str, path: str, body: Json | None = None, *, timeout: float | None = None
    ) -> bytes:
        patience = aiohttp.ClientTimeout(total=timeout or self._timeout, sock_connect=2.0)
        try:
            async with self._session().request(
                method, self._url + path, json=body, timeout=patience
            ) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            # The class alone: an error's text may hold the address, with an identifier in it.
            raise AssistantUnavailable(type(error).__name__) from None
        except Exception as error:  # a connection cut at the wrong instant breaks the client's own layers
            raise AssistantUnavailable(f"{type(error).__name__} at {where(error)}") from None
        if response.status >= 400:
            raise AssistantUnavailable(f"status {response.status}")
        return content

    def _session(self) -> aiohttp.ClientSession:
        """Return the kept connections; they belong to the running loop, so the first call opens them."""
        if self._http is None:
            self._http = aiohttp.ClientSession(headers=self._headers)
        return self._http

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None
