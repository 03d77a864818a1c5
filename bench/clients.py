"""How a usager of each assistant speaks: one kept connection, one conversation at a time, each turn timed.

Both go through the same small HTTP client, so that neither pays for it more than the other.
"""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench.processes import BenchError

_TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    """One turn: how long it took, and whether the assistant itself answered."""

    milliseconds: float
    answered: bool
    open: bool = True
    replies: list[dict[str, Any]] = field(default_factory=list)


class Connection:
    """A kept HTTP connection to one address of this machine."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1":
            raise BenchError(f"{url} : la mesure ne parle qu'à cette machine.")
        self._http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; answers the JSON received.

        Raises:
            BenchError: the answer is an error.
        """
        content = None if body is None else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            sent["Content-Type"] = "application/json"
        self._http.request(method, path, content, sent)
        response = self._http.getresponse()
        received = response.read()
        if response.status >= 300:
            raise BenchError(f"{method} {path.split('/')[-1]} : {response.status} {received[:200]!r}")
        return json.loads(received) if received else None

    def close(self) -> None:
        """Close it."""
        self._http.close()


class OurTalk:
    """A conversation through our public API."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self._path, self._bearer = "", ""
        self.id = ""

    def open(self) -> float:
        """Open a new conversation; answers the milliseconds it took."""
        started = time.perf_counter()
        opened = self._connection.call("POST", "/api/v1/conversations", {"canal": "web"})
        self.id = opened["id"]
        self._path, self._bearer = f"/api/v1/conversations/{opened['id']}", f"Bearer {opened['token']}"
        return (time.perf_counter() - started) * 1000

    def say(self, text: str) -> Answer:
        """Send a text and wait for the answer."""
        return self._send({"text": text})

    def press(self, payload: str) -> Answer:
        """Press a button."""
        return self._send({"payload": payload})

    def _send(self, body: dict[str, str]) -> Answer:
        key = uuid.uuid4().hex
        started = time.perf_counter()
        answer = self._connection.call(
            "POST", f"{self._path}/messages", body, Authorization=self._bearer, Idempotency_Key=key
        )
        elapsed = (time.perf_counter() - started) * 1000
        replies = answer["replies"]
        # An urgency is answered by the gate alone: that would not be a turn of the assistant's.
        answered = any(r["author"] == "assistant" and r.get("sujet") != "detresse" for r in replies)
        return Answer(elapsed, answered, answer["state"] == "BOT", replies)

    def stay_with_the_assistant(self) -> None:
        """Give up the human that a misunderstood question asked for."""
        self._connection.call("DELETE", f"{self._path}/handoff", Authorization=self._bearer)

    def view(self) -> dict[str, Any]:
        """What the API says of the conversation."""
        return dict(self._connection.call("GET", self._path, Authorization=self._bearer))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class StarterTalk:
    """A conversation through the REST channel of a stock Rasa."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self.id = ""

    def open(self) -> float:
        """Take a new sender; Rasa opens the conversation at its first message."""
        self.id = uuid.uuid4().hex
        return 0.0

    def say(self, text: str) -> Answer:
        """Send a text and wait for the answer."""
        started = time.perf_counter()
        body = {"sender": self.id, "message": text}
        replies = self._connection.call("POST", "/webhooks/rest/webhook", body)
        elapsed = (time.perf_counter() - started) * 1000
        return Answer(elapsed, bool(replies), True, replies)

    def end_form(self) -> None:
        """Answer the form, then forget the answer, so that it can be opened again."""
        self.say("1961")
        event = {"event": "slot", "name": "date_naissance", "value": None}
        self._connection.call("POST", f"/conversations/{self.id}/tracker/events", event)

    def tracker(self) -> dict[str, Any]:
        """What Rasa keeps of the conversation."""
        return dict(self._connection.call("GET", f"/conversations/{self.id}/tracker?include_events=APPLIED"))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


Talk = OurTalk | StarterTalk


def talk(name: str, url: str) -> Talk:
    """A usager of `nous` or of `starter`."""
    return OurTalk(url) if name == "nous" else StarterTalk(url)
