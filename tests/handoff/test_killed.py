"""Invariant 5: the service is killed between a record and its answer; nothing is lost nor doubled."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from settings import ROOT
from tests.peers.clock import eventually
from tests.peers.rasa import SECRET, Json, RasaPeer, reply

TALKS = 3


@asynccontextmanager
async def service_process(
    url: str, var: Path, rasa: RasaPeer
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """Run the service as `make run` does, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "MODE": "demo",
        "PORT": str(port),
        "VAR_DIR": str(var),
        "DATABASE_URL": url,
        "RASA_URL": rasa.url,
        "RASA_CHANNEL_SECRET": SECRET,
        "DROITS_TOKEN_SECRET": "another-secret-of-forty-characters-long!",
        "RATE_LIMITS": "off",
    }
    log = (var / f"service-{port}.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", cwd=ROOT, env=env, stdout=log, stderr=log
    )
    try:
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base, timeout=20, trust_env=False) as http:
            await eventually(lambda: _serves(http, process), within=60)
            yield process, http
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        log.close()


async def _serves(http: httpx.AsyncClient, process: asyncio.subprocess.Process) -> bool:
    assert process.returncode is None, "the service stopped by itself"
    try:
        return (await http.get("/health")).status_code == 200
    except httpx.TransportError:
        return False


async def say(http: httpx.AsyncClient, talk: Json, text: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {talk['token']}", "Idempotency-Key": f"key of {text}"}
    return await http.post(
        f"/api/v1/conversations/{talk['id']}/messages", json={"text": text}, headers=headers
    )


async def read(http: httpx.AsyncClient, talk: Json) -> Json:
    headers = {"Authorization": f"Bearer {talk['token']}"}
    return dict((await http.get(f"/api/v1/conversations/{talk['id']}", headers=headers)).json())


async def team_member(http: httpx.AsyncClient, var: Path) -> dict[str, str]:
    account = json.loads((var / "demo-accounts.json").read_text())[0]
    body = {"login": account["login"], "password": account["password"]}
    session = (await http.post("/api/v1/sessions", json=body)).json()
    headers = {"Authorization": f"Bearer {session['token']}"}
    await http.put("/api/v1/conseillers/me/presence", json={"status": "online"}, headers=headers)
    return headers


async def test_after_a_kill_each_message_is_answered_once_under_its_id(
    database_url: str, tmp_path: Path, rasa: RasaPeer
) -> None:
    var = tmp_path / "var"
    var.mkdir(exist_ok=True)
    async with service_process(database_url, var, rasa) as (process, http):
        talks = [(await http.post("/api/v1/conversations", json={})).json() for _ in range(TALKS)]
        held = (await http.post("/api/v1/conversations", json={})).json()
        camille = await team_member(http, var)
        taken = (await http.post(f"/api/v1/conversations/{held['id']}/takeover", headers=camille)).json()
        words = {"text": "Je suis là."}
        await http.post(f"/api/v1/handoffs/{taken['id']}/messages", json=words, headers=camille)
        rasa.hold()
        asked = [asyncio.create_task(say(http, talk, f"question {n}")) for n, talk in enumerate(talks)]
        await eventually(lambda: len(rasa.received()) == TALKS)

        def dies_with_the_answer(body: Json) -> list[Json]:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            return [reply(f"Réponse à {body['text']}")]

        rasa.answer = dies_with_the_answer
        rasa.release()
        await process.wait()
        assert all(
            isinstance(a, httpx.TransportError) for a in await asyncio.gather(*asked, return_exceptions=True)
        )

    async with service_process(database_url, var, rasa) as (_, http):
        for n, talk in enumerate(talks):
            again = (await say(http, talk, f"question {n}")).json()
            assert [m["text"] for m in again["replies"]] == [f"Réponse à question {n}"]
            transcript = (await read(http, talk))["messages"]
            assert [(m["seq"], m["author"]) for m in transcript] == [
                (1, "assistant"),
                (2, "usager"),
                (3, "assistant"),
            ]
            assert transcript[1]["id"] == again["message"]["id"]
        assert len(rasa.turns) == len(set(rasa.turns)) == TALKS, "Rasa ran each turn once"
        with_camille = await read(http, held)
        assert with_camille["state"] == "HUMAN"
        assert with_camille["messages"][-1]["text"] == "Je suis là."
