"""The real server, in its own process, over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.errors import ConfigurationError
from actions.server import ACTIONS
from actions.settings import ROOT, Settings
from tests.actions.turn_factory import MARKER, action_call


class Server:
    """A running `python -m actions` and its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.log = log
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, closed = free_port(), free_port()
    log = tmp_path_factory.mktemp("actions") / "log.txt"
    env = {
        **os.environ,
        "ACTIONS_PORT": str(port),
        "DROITS_API_URL": f"http://127.0.0.1:{closed}",
        "SIMULATEUR_API_URL": f"http://127.0.0.1:{closed}",
    }
    with log.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT
        )
    running = Server(port, log)
    try:
        _wait(running, child)
        yield running
    finally:
        running.http.close()
        child.terminate()
        assert child.wait(10) is not None


def _wait(running: Server, child: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert child.poll() is None, running.log.read_text()
        try:
            if running.http.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(running.log.read_text())


def call(action: str, intent: str, text: str = "", **metadata: Any) -> dict[str, Any]:
    return action_call(action, intent, text, {}, (), {}, None, metadata)


def test_ready_says_how_many_topics_are_answered(server: Server) -> None:
    assert server.http.get("/ready").json()["sujets"] > 0


def test_a_topic_is_answered_over_http(server: Server) -> None:
    answer = server.http.post("/webhook", json=call("action_repondre", "cpf_dif"))
    (response,) = answer.json()["responses"]
    assert answer.status_code == 200
    assert response["custom"]["sujet"] == "cpf_dif"
    assert response["text"] is None


def test_a_compressed_call_is_understood(server: Server) -> None:
    body = zlib.compress(json.dumps(call("action_repondre", "cpf_dif")).encode())
    answer = server.http.post("/webhook", content=body, headers={"Content-Encoding": "deflate"})
    assert answer.json()["responses"][0]["custom"]["sujet"] == "cpf_dif"


def test_a_call_without_domain_is_answered(server: Server) -> None:
    body = call("action_repondre", "cpf_dif")
    del body["domain"]
    assert server.http.post("/webhook", json=body).status_code == 200


def test_peers_that_are_down_are_said_in_french(server: Server) -> None:
    body = call("action_repondre", "cpf_solde", state_of_identity="demo", droits_token=MARKER)
    answer = server.http.post("/webhook", json=body).json()["responses"][0]["custom"]
    assert answer["text"].startswith("Je n'ai pas pu lire vos droits")


def test_an_unknown_action_is_an_error_that_names_only_the_action(server: Server) -> None:
    answer = server.http.post("/webhook", json=call("action_inconnue", "x", MARKER))
    assert answer.status_code == 404
    assert MARKER not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{MARKER}"'.encode(),
        f'["{MARKER}"]'.encode(),
        f'{{"next_action": "{MARKER}", "tracker": 3}}'.encode(),
        b"\xff\xfe" + MARKER.encode(),
        b"[" * 100_000,
        b"",
    ],
)
def test_a_bad_body_is_refused_and_never_echoed(server: Server, body: bytes) -> None:
    answer = server.http.post("/webhook", content=body)
    assert answer.status_code == 400
    assert MARKER not in answer.text


def test_nothing_of_the_usager_is_in_the_log(server: Server) -> None:
    for text in (MARKER, f"né le 12/03/1965 {MARKER}"):
        server.http.post("/webhook", json=call("action_repondre", "cpf_dif", text))
        server.http.post("/webhook", json=call("action_vouliez_vous_dire", "nlu_fallback", text))
    assert MARKER not in server.log.read_text()


def test_an_unknown_page_is_not_found(server: Server) -> None:
    assert server.http.get("/ailleurs").status_code == 404


def test_it_listens_on_the_loopback_by_default() -> None:
    assert Settings.from_env({}).host == "127.0.0.1"


def test_a_bad_port_is_a_clear_sentence() -> None:
    with pytest.raises(ConfigurationError, match="ACTIONS_PORT doit être un nombre"):
        Settings.from_env({"ACTIONS_PORT": "cinq"})


def test_every_action_has_its_own_name() -> None:
    names = [action.action_name for action in ACTIONS]
    assert len(set(names)) == len(names)
    assert all(names)
