"""A peer of Rasa's gate channel: it says over HTTP what the test wants, and keeps what it received."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

Json = dict[str, Any]
SECRET = "a-shared-secret-of-forty-characters-long"


def reply(text: str = "Voici ce que je sais.", sujet: str | None = "cpf_definition", **more: Any) -> Json:
    """Return a reply of the agreed form."""
    made: Json = {"text": text, "sujet": sujet, "profil": None, "attributs": [], "sources": [], "buttons": []}
    return made | {"failed": False, "confidence": 0.9, "alternatives": []} | more


def fallback() -> Json:
    """Return what the assistant says when it has not understood."""
    return reply("Je n'ai pas compris.", "hors_sujet", failed=True, confidence=None)


def did_you_mean(*sujets: str) -> Json:
    """Return the question that gives a choice between topics."""
    buttons = [{"title": f"Parler de {s}", "payload": f"/{s}", "sujet": s} for s in sujets]
    question = {"kind": "vouliez_vous_dire"}
    return reply("Vouliez-vous dire :", None, buttons=buttons, question=question, confidence=None)


@dataclass(frozen=True)
class Call:
    """One request that the peer received."""

    method: str
    path: str
    body: Json
    authorization: str


class RasaPeer:
    """Answers each message once, whatever number of times it comes."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: Callable[[Json], Any] = lambda body: [reply()]
        self.status: int | None = None  # answer every call with this error
        self.raw: bytes | None = None  # answer messages with these very bytes
        self.refuses: str | None = None  # the conversation that it will not erase
        self.delay = 0.0
        self.tracker: dict[str, list[Json]] = {}
        self.turns: list[str] = []  # the identifiers of the turns really run
        self._answered: dict[str, Json] = {}
        self._free = asyncio.Event()
        self._free.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()
        await self.down()

    async def up(self) -> None:
        """Listen, always on the same port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections, and cut those that are open."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    def hold(self) -> None:
        """Receive, and answer nothing until `release`."""
        self._free.clear()

    def release(self) -> None:
        """Answer what is held."""
        self._free.set()

    def received(self, kind: str = "messages") -> list[Call]:
        """Return the calls of a kind: `messages`, `reset`, `erase` or `export`."""
        kinds = {
            "messages": ("POST", "/messages"),
            "reset": ("POST", "/reset"),
            "erase": ("DELETE", ""),
            "export": ("GET", ""),
        }
        method, end = kinds[kind]
        return [
            c for c in self.calls if c.method == method and c.path.endswith(end) and c.path != "/gate/ready"
        ]

    def texts(self) -> list[str]:
        """Return what the messages received said, in order."""
        return [c.body.get("text") or c.body["payload"] for c in self.received()]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:])}
            sent = await reader.readexactly(int(headers.get("content-length", "0")))
            call = Call(method, path, json.loads(sent or b"{}"), headers.get("authorization", ""))
            self.calls.append(call)
            status, body = await self._respond(call)
            writer.write(
                f"HTTP/1.1 {status} _\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        self._open.discard(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _respond(self, call: Call) -> tuple[int, bytes]:
        if call.path != "/gate/ready":
            await asyncio.sleep(self.delay)
            await self._free.wait()
        if call.authorization != f"Bearer {SECRET}":
            return 401, b"{}"
        if self.status is not None:
            return self.status, b'{"type": "about:blank"}'
        if call.path == "/gate/messages":
            return 200, self.raw if self.raw is not None else json.dumps(self._turn(call.body)).encode()
        conversation = call.path.split("/")[3] if call.path.count("/") > 2 else ""
        if call.method == "GET" and conversation:
            return 200, json.dumps({"events": self.tracker.get(conversation, [])}).encode()
        if call.method == "DELETE":
            if conversation == self.refuses:
                return 500, b"{}"
            self.tracker.pop(conversation, None)
        return (200 if call.path == "/gate/ready" else 204), b""

    def _turn(self, body: Json) -> Json:
        if body["message_id"] not in self._answered:
            self.turns.append(body["message_id"])
            self.tracker.setdefault(body["conversation"], []).append({"event": "user", **body})
            replies = self.answer(body)
            self._answered[body["message_id"]] = {"message_id": body["message_id"], "replies": replies}
        return self._answered[body["message_id"]]
