"""A real Rasa process with a really trained small model, a real action server peer, and what tests
need to talk to them.

Run in Rasa's environment, apart from the service's tests: see pytest.ini beside.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any, Iterator

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "secret-de-test-0123456789"
TOKEN = "jeton-droits-jamais-garde-0123456789"
SMALL = (
    "cpf_definition",
    "cpf_vente",
    "cpf_solde",
    "retraite_age",
    "parler_conseiller",
    "detresse",
    "salutation",
    "hors_sujet",
    "informer_fait",
    "refuser",
    "affirmer",
    "informer_profil",
    "demander_autre",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RasaServer:
    """nlu.serve as a process, restarted at will on the same tracker file."""

    def __init__(self, models: Path, tracker: Path, actions_port: int, log: Path) -> None:
        self.port, self.models, self.tracker, self.actions_port, self.log = (
            free_port(),
            models,
            tracker,
            actions_port,
            log,
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> None:
        environment = {
            **os.environ,
            "RASA_CHANNEL_SECRET": SECRET,
            "RASA_PORT": str(self.port),
            "TRACKER_DB": str(self.tracker),
            "MODEL_DIR": str(self.models),
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}/webhook",
            "ACTIONS_TIMEOUT": "3",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nlu.serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 180
        while wait and time.monotonic() < deadline:
            try:
                if self.call("GET", "/gate/ready")[0] == 200:
                    return
            except OSError:
                pass
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def call(self, method: str, path: str, body: Any = None, secret: str = SECRET) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            connection.request(method, path, data, {"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def say(
        self,
        conversation: str,
        text: str | None = None,
        payload: str | None = None,
        message_id: str | None = None,
        **more: Any,
    ) -> tuple[int, Any]:
        """Post a message as the gate does; `more` goes into the metadata."""
        content = {"text": text} if payload is None else {"payload": payload}
        metadata = {"profil": "salarie", "canal": "web", "langage": "standard", "droits_token": TOKEN, **more}
        return self.call(
            "POST",
            "/gate/messages",
            {
                "conversation": conversation,
                "message_id": message_id or uuid.uuid4().hex,
                "metadata": metadata,
                **content,
            },
        )


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on a few topics of the real data with the real configuration; kept between runs while
    nothing changes."""
    from nlu.manifest import inputs_digest

    digest = inputs_digest(ROOT)
    kept = ROOT / "var/cache/tests_nlu" / digest[:16]
    if (kept / "manifest.json").is_file():
        return kept
    shutil.rmtree(kept.parent, ignore_errors=True)
    project = tmp_path_factory.mktemp("small")
    _small_project(project)
    code = (
        "import sys, os; os.environ['TQDM_DISABLE'] = '1'; from pathlib import Path;"
        "import scripts.train as t; t.ROOT = Path(sys.argv[1]);"
        "sys.exit(t.main(['--force', '--model-dir', sys.argv[2]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project), str(kept)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return kept


def _small_project(project: Path) -> None:
    import yaml

    (project / "data/nlu").mkdir(parents=True)
    (project / "data/rules").mkdir()
    (project / "data/stories").mkdir()
    shutil.copy(ROOT / "config.yml", project)
    shutil.copytree(ROOT / "data" / "calage", project / "data" / "calage", dirs_exist_ok=True)
    (project / "connaissances").mkdir()
    shutil.copy(ROOT / "connaissances/sujets.yml", project / "connaissances")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    domain["intents"] = [*SMALL, "choisir_profil", "simuler"]
    (project / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    blocks = []
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        blocks += [b for b in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"] if b["intent"] in SMALL]
    (project / "data/nlu/small.yml").write_text(
        yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8"
    )
    rules = []
    for path in sorted((ROOT / "data/rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            steps = [_kept(step, domain["intents"]) for step in rule["steps"]]
            if all(steps):
                rules.append({**rule, "steps": steps})
    (project / "data/rules/small.yml").write_text(
        yaml.safe_dump({"version": "3.1", "rules": rules}, allow_unicode=True), encoding="utf-8"
    )


def _kept(step: dict[str, Any], intents: list[str]) -> dict[str, Any] | None:
    """Cut a rule step to the intents of the small domain; None when nothing remains."""
    if "intent" in step and step["intent"] not in (*intents, "nlu_fallback"):
        return None
    if "or" in step:
        choices = [s for s in step["or"] if s["intent"] in intents]
        if not choices:
            return None
        return {"or": choices} if len(choices) > 1 else choices[0]
    return step


@pytest.fixture(scope="session")
def actions_peer() -> Iterator[Any]:
    from peer_actions import ActionsPeer

    peer = ActionsPeer()
    peer.start()
    yield peer
    peer.stop()


@pytest.fixture(scope="session")
def rasa_server(
    small_model: Path, actions_peer: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RasaServer]:
    folder = tmp_path_factory.mktemp("rasa")
    server = RasaServer(small_model, folder / "tracker.db", actions_peer.port, folder / "rasa.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def full_server(actions_peer: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    """A server with the project's own model, for what needs topics that are neighbours."""
    folder = tmp_path_factory.mktemp("full")
    server = RasaServer(ROOT / "models", folder / "tracker.db", actions_peer.port, folder / "rasa.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def full(full_server: RasaServer, actions_peer: Any) -> RasaServer:
    """The server of the project's model, with the action server in its ordinary state."""
    actions_peer.mode = "ok"
    actions_peer.calls.clear()
    return full_server


@pytest.fixture
def rasa(rasa_server: RasaServer, actions_peer: Any) -> RasaServer:
    """The shared server, with the action server in its ordinary state."""
    actions_peer.mode = "ok"
    actions_peer.calls.clear()
    return rasa_server


@pytest.fixture
def conversation() -> str:
    return uuid.uuid4().hex
