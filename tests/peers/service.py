"""The service under test, served over HTTP in the test's own loop, and the people who use it."""

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from sanic import Sanic
from sqlalchemy import Table, select

from app import Application, create_app
from handoff.opening import OpeningHours
from settings import Settings
from tests.peers.clock import Clock
from tests.peers.rasa import SECRET, Json, RasaPeer
from tests.peers.streams import EventStream

_numbers = itertools.count()
_FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "mot de passe de test"


@dataclass
class Service:
    """A running service: over HTTP, and from the inside where a test must look."""

    built: Application
    http: httpx.AsyncClient
    clock: Clock
    rasa: RasaPeer

    async def open(self, **who: Any) -> "Usager":
        """Open a conversation."""
        answer = await self.http.post("/api/v1/conversations", json={"canal": "web", **who})
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        return Usager(self, opened["id"], opened["token"], opened["messages"])

    async def conseiller(
        self, login: str = "camille", *, role: str = "conseiller", status: str = "online"
    ) -> "Conseiller":
        """Create an account, sign in, and say whether they are there."""
        accounts = self.built.services.accounts
        accounts._hasher = _FAST
        await accounts.add(login, login.capitalize(), role, PASSWORD, ["general"])
        answer = await self.http.post("/api/v1/sessions", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        who = Conseiller(self, login.capitalize(), answer.json()["token"])
        if role != "relecteur":  # a reviewer awaits nobody
            await who.be(status)
        return who

    async def rows(self, table: Table, **where: Any) -> list[Any]:
        """Read rows as they are kept."""
        query = select(table)
        for column, value in where.items():
            query = query.where(table.c[column] == value)
        async with self.built.core.database.read() as connection:
            return list((await connection.execute(query)).all())

    async def sweep(self, **span: float) -> None:
        """Let time pass, then apply the deadlines."""
        self.clock.advance(**span)
        await self.built.sweeper.sweep()


@dataclass
class Usager:
    """Somebody who holds the token of one conversation."""

    service: Service
    id: str
    token: str
    greeting: list[Json] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """The bearer of this conversation, if any."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def call(
        self, method: str, path: str = "", body: Json | None = None, key: str | None = None
    ) -> httpx.Response:
        """Call an address under this conversation's."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        url = f"/api/v1/conversations/{self.id}{path}"
        return await self.service.http.request(method, url, json=body, headers=headers)

    async def say(self, text: str, key: str | None = None) -> Json:
        """Send a text that must be accepted; return the answer."""
        return _ok(await self.call("POST", "/messages", {"text": text}, key))

    async def press(self, payload: str, key: str | None = None) -> Json:
        """Press a button that must be accepted; return the answer."""
        return _ok(await self.call("POST", "/messages", {"payload": payload}, key))

    async def ask(self) -> Json:
        """Ask for a human."""
        return _ok(await self.call("POST", "/handoff", {}))

    async def view(self) -> Json:
        """Read the conversation."""
        return _ok(await self.call("GET"))

    async def state(self) -> str:
        """Read the state."""
        return str((await self.view())["state"])

    async def transcript(self) -> list[tuple[str, str]]:
        """Read who said what."""
        return [(m["author"], m["text"]) for m in (await self.view())["messages"]]

    def events(self, last: int | None = None) -> EventStream:
        """Follow the conversation."""
        resume = {} if last is None else {"Last-Event-ID": str(last)}
        url = f"/api/v1/conversations/{self.id}/events"
        return EventStream(self.service.http, url, self.headers | resume)


@dataclass
class Conseiller:
    """A signed-in member of the team."""

    service: Service
    name: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """The bearer of this session."""
        return {"Authorization": f"Bearer {self.token}"}

    async def call(
        self, method: str, path: str, body: Json | None = None, key: str | None = None
    ) -> httpx.Response:
        """Call an address of the team's."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self.service.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def be(self, status: str) -> None:
        """Set the presence."""
        _ok(await self.call("PUT", "/conseillers/me/presence", {"status": status}))

    async def queue(self) -> list[Json]:
        """Read the open handoffs."""
        return list(_ok(await self.call("GET", "/handoffs"))["items"])

    async def claim(self) -> Json:
        """Take the next of the queue, which must not be empty."""
        return _ok(await self.call("POST", "/handoffs/claim", {}))

    async def take_over(self, usager: Usager) -> Json:
        """Take a conversation from the assistant."""
        return _ok(await self.call("POST", f"/conversations/{usager.id}/takeover"))

    async def does(self, step: str, handoff: Json, body: Json | None = None) -> Json:
        """Do a step on a handoff that must succeed."""
        return _ok(await self.call("POST", f"/handoffs/{handoff['id']}/{step}", body or {}))

    async def says(self, handoff: Json, text: str) -> Json:
        """Speak to the usager."""
        return await self.does("messages", handoff, {"text": text})

    def events(self) -> EventStream:
        """Follow the queue."""
        return EventStream(self.service.http, "/api/v1/conseillers/events", self.headers)


def _ok(answer: httpx.Response) -> Json:
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    return dict(answer.json())


@asynccontextmanager
async def running(
    var: Path, database_url: str, clock: Clock, rasa: RasaPeer, *, opening: str = "24/7", **settings: Any
) -> AsyncIterator[Service]:
    """Serve the application while the block runs."""
    chosen = Settings(
        var=var,
        database_url=database_url,
        rasa_url=rasa.url,
        rasa_channel_secret=SECRET,
        droits_token_secret="another-secret-of-forty-characters-long!",
        opening=OpeningHours.parse(opening),
        rate_limits=False,
        **settings,
    )
    app, built = create_app(chosen, clock=clock, name=f"test_service_{next(_numbers)}")
    app.config.TOUCHUP = False  # it rewrites methods of the class, once a process
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.1
    listener = socket.create_server(("127.0.0.1", 0))
    server: Any = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        options: Json = {"timeout": 20, "verify": False, "trust_env": False, "limits": _LIMITS}
        async with httpx.AsyncClient(base_url=base, **options) as http:
            yield Service(built, http, clock, rasa)
    finally:
        await server.close()
        await server.after_stop()
        listener.close()
        Sanic.unregister_app(app)


_LIMITS = httpx.Limits(max_connections=200)
