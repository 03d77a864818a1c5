"""The real service in its own process, and a peer in Rasa's place that records what it is sent."""

import itertools
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from handoff.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]
SOURCE = {"title": "Fiche", "url": "https://www.moncompteformation.gouv.fr/", "date": "2026-03-03"}
_addresses = itertools.count(2)
UNCLEAR = "une question floue"


def reply(text: str = "Votre compte est lisible en ligne.", **changes: Any) -> Json:
    """A reply of the agreed form, with one button."""
    return {
        "text": text,
        "sujet": "cpf_solde",
        "profil": None,
        "attributs": [],
        "sources": [SOURCE],
        "buttons": [{"title": "Définition du CPF", "payload": "/cpf_definition", "sujet": "cpf_definition"}],
        "failed": False,
        "confidence": 0.93,
        "alternatives": [{"sujet": "cpf_solde", "confidence": 0.93}],
    } | changes


def script(turn: Json) -> list[Json]:
    """Answer surely, but one question."""
    return [reply(confidence=0.4) if turn.get("text") == UNCLEAR else reply()]


class Peer:
    """Answers the gate as Rasa's channel does; `script` gives the replies to a turn."""

    def __init__(self) -> None:
        self.turns: list[Json] = []
        self.deleted: list[str] = []
        self.script: Any = script
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def _send(self, status: int, body: Json | None = None) -> None:
                content = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                ready = self.path == "/gate/ready"
                self._send(200, {"model": "peer", "digest": "0"} if ready else {"events": []})

            def do_DELETE(self) -> None:
                peer.deleted.append(self.path.rpartition("/")[2])
                self._send(204)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path != "/gate/messages":
                    self._send(204)
                    return
                turn = json.loads(body)
                peer.turns.append(turn)
                self._send(200, {"message_id": turn["message_id"], "replies": peer.script(turn)})

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def turns_of(self, conversation: str) -> list[Json]:
        """What was sent to the assistant for a conversation."""
        return [turn for turn in self.turns if turn["conversation"] == conversation]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class Usager:
    """An open conversation, and the client that holds its token."""

    id: str
    token: str
    http: httpx.Client
    opened: Json = field(repr=False)

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, suffix: str = "", **options: Any) -> httpx.Response:
        headers = self.bearer | options.pop("headers", {})
        return self.http.request(method, self.path + suffix, headers=headers, **options)

    def say(self, text: str, **options: Any) -> httpx.Response:
        return self.call("POST", "/messages", json={"text": text}, **options)


@dataclass
class Colleague:
    """A signed-in member of the team."""

    token: str
    csrf: str
    name: str
    role: str
    cookie: str
    http: httpx.Client

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.http.request(method, "/api/v1" + path, headers=headers, **options)


class LiveService:
    """The served application: its address, its files, and what its database holds."""

    peer: Peer
    process: "subprocess.Popen[bytes]"

    def __init__(self, port: int, var: Path) -> None:
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.var = var
        self.http = self.client()
        self._team: dict[str, Colleague] = {}

    def client(self, address: str | None = None) -> httpx.Client:
        """A client from an address of the loopback of its own: rate limits are by address."""
        number = next(_addresses)
        own = address or f"127.0.{number // 250 + 1}.{number % 250 + 1}"
        transport = httpx.HTTPTransport(local_address=own)
        return httpx.Client(base_url=self.base, transport=transport, timeout=20, trust_env=False)

    def open(self, **body: Any) -> Usager:
        """Open a conversation."""
        answer = self.http.post("/api/v1/conversations", json={"canal": "web"} | body)
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        return Usager(opened["id"], opened["token"], self.http, opened)

    def accounts(self) -> list[Json]:
        found: list[Json] = json.loads((self.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return found

    def sign_in(self, login: str) -> Colleague:
        """Open a session of one of the demonstration's accounts, from an address of its own."""
        account = next(a for a in self.accounts() if a["login"] == login)
        with self.client() as client:
            answer = client.post("/api/v1/sessions", json={"login": login, "password": account["password"]})
        assert answer.status_code == 201, answer.text
        body, cookie = answer.json(), answer.headers["set-cookie"]
        return Colleague(body["token"], body["csrf"], body["name"], body["role"], cookie, self.http)

    def team(self, login: str = "camille") -> Colleague:
        """Sign in once, and be online."""
        if login not in self._team:
            self._team[login] = self.sign_in(login)
        colleague = self._team[login]
        colleague.call("PUT", "/conseillers/me/presence", json={"status": "online"})
        return colleague

    def queued(self) -> tuple[Usager, Json]:
        """A conversation in the queue, and its handoff."""
        colleague, usager = self.team(), self.open()
        usager.say("Combien ai-je sur mon CPF ?")
        assert usager.call("POST", "/handoff", json={}).json()["state"] == "QUEUED"
        [row] = self.rows("SELECT id FROM handoffs WHERE conversation_id = ?", usager.id)
        handoff: Json = colleague.call("GET", f"/handoffs/{row['id']}").json()
        return usager, handoff

    def held(self) -> tuple[Usager, Json, Colleague]:
        """A conversation that a conseiller holds."""
        usager, handoff = self.queued()
        colleague = self.team()
        answer = colleague.call("POST", f"/handoffs/{handoff['id']}/accept", json={})
        assert answer.status_code == 200, answer.text
        return usager, answer.json(), colleague

    def to_review(self) -> Json:
        """A sentence that was badly understood, as it is kept."""
        usager = self.open()
        usager.say(UNCLEAR)
        [row] = self.rows("SELECT * FROM relectures WHERE conversation_id = ?", usager.id)
        return row

    def rows(self, query: str, *values: Any) -> list[Json]:
        """Read the database itself."""
        with closing(sqlite3.connect(self.var / "gate.db", timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def write(self, query: str, *values: Any) -> None:
        """Change the database behind the service's back."""
        with closing(sqlite3.connect(self.var / "gate.db", timeout=10)) as connection, connection:
            connection.execute(query, values)

    def counts(self) -> dict[str, int]:
        """How many rows each table that a call may grow holds."""
        tables = (
            *("conversations", "messages", "notes", "buttons", "receipts", "transitions"),
            *("handoffs", "callbacks", "feedbacks", "erasures", "relectures"),
        )
        return {t: self.rows(f"SELECT count(*) AS n FROM {t}")[0]["n"] for t in tables}

    def log(self) -> str:
        return (self.var / "service.log").read_text(encoding="utf-8")


def environment(var: Path, port: int, peer_url: str, **changes: str) -> dict[str, str]:
    """What the launcher gives the service."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")}
    return (
        kept
        | {
            "MODE": "demo",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "VAR_DIR": str(var),
            "RASA_URL": peer_url,
            "RASA_CHANNEL_SECRET": "c" * 40,
            "DROITS_TOKEN_SECRET": "d" * 40,
            "RATE_LIMITS": "off",
            "ALLOWED_ORIGINS": "https://mairie.example",
            "PYTHONUNBUFFERED": "1",
        }
        | changes
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(var: Path, **changes: str) -> Iterator[LiveService]:
    """Serve while the block runs."""
    peer, port = Peer(), free_port()
    upgrade(f"sqlite+aiosqlite:///{var / 'gate.db'}")
    with (var / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app"],
            cwd=ROOT,
            env=environment(var, port, peer.url, **changes),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        service = LiveService(port, var)
        service.peer, service.process = peer, process
        try:
            _wait(service)
            yield service
        finally:
            service.http.close()
            process.terminate()
            process.wait(15)
            peer.close()


def _wait(service: LiveService) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and service.process.poll() is None:
        try:
            service.http.get("/health")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the service did not start:\n{service.log()}")
