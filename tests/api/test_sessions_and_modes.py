"""Cookies, CSRF, rate limits, and what the settings forbid."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api import shapes as s
from tests.api.live import ROOT, LiveService, Usager, environment, free_port


def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(live: LiveService) -> None:
    cookie = live.team().cookie
    assert cookie.startswith("session=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes


def test_a_cookie_reads_without_a_csrf_token(live: LiveService) -> None:
    colleague = live.team()
    assert live.http.get("/api/v1/handoffs", headers=_cookie(colleague.token)).status_code == 200


@pytest.mark.parametrize("token", [None, "", "faux", "\u00e9"])
def test_a_cookie_alone_changes_nothing(live: LiveService, token: str | None) -> None:
    usager, handoff = live.queued()
    colleague = live.team()
    headers = _cookie(colleague.token) | ({} if token is None else {"X-CSRF-Token": token.encode()})
    before = live.counts()
    for method, path in [
        ("POST", f"/api/v1/handoffs/{handoff['id']}/accept"),
        ("POST", "/api/v1/handoffs/claim"),
        ("PUT", "/api/v1/conseillers/me/presence"),
        ("POST", f"/api/v1/conversations/{usager.id}/takeover"),
        ("DELETE", "/api/v1/sessions/current"),
    ]:
        answer = live.http.request(method, path, headers=headers, json={"status": "offline"})
        assert "CSRF" in s.check_problem(answer, 403)["detail"]
    assert live.counts() == before
    assert usager.call("GET").json()["state"] == "QUEUED"
    assert colleague.call("GET", "/handoffs").status_code == 200


def test_a_csrf_token_of_another_session_is_refused(live: LiveService) -> None:
    headers = _cookie(live.team().token) | {"X-CSRF-Token": live.team("sacha").csrf}
    s.check_problem(
        live.http.put("/api/v1/conseillers/me/presence", headers=headers, json={"status": "away"}), 403
    )


def test_a_cookie_with_its_csrf_token_acts(live: LiveService) -> None:
    colleague = live.team()
    headers = _cookie(colleague.token) | {"X-CSRF-Token": colleague.csrf}
    answer = live.http.put("/api/v1/conseillers/me/presence", headers=headers, json={"status": "online"})
    assert answer.status_code == 200


def test_a_bearer_needs_no_csrf_token(live: LiveService) -> None:
    assert live.team().call("PUT", "/conseillers/me/presence", json={"status": "online"}).status_code == 200


def test_signing_in_is_limited_even_when_the_other_limits_are_lifted(live: LiveService) -> None:
    with live.client() as client:
        answers = [
            client.post("/api/v1/sessions", json={"login": "camille", "password": "x"}) for _ in range(14)
        ]
    assert [a.status_code for a in answers[:9]] == [401] * 9
    refused = answers[-1]
    s.check_problem(refused, 429)
    assert int(refused.headers["retry-after"]) >= 1


def test_opening_conversations_is_limited_by_address(production: LiveService) -> None:
    with production.client() as client:
        statuses = [
            client.post("/api/v1/conversations", json={"canal": "web"}).status_code for _ in range(40)
        ]
    assert statuses[:29] == [201] * 29
    assert statuses[-1] == 429
    assert production.http.post("/api/v1/conversations", json={"canal": "web"}).status_code == 201


def test_messages_are_limited_by_conversation(production: LiveService) -> None:
    one, other = production.open(), production.open()
    answers = [one.say("") for _ in range(40)]
    assert [a.status_code for a in answers[:29]] == [422] * 29
    refused = answers[-1]
    assert "Attendez" in s.check_problem(refused, 429)["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    assert other.say("Bonjour").status_code == 200


@pytest.mark.parametrize(
    ("path", "words", "none"),
    [("/feedback", {"comment": "Merci"}, {"rating": 5}), ("/handoff", {"reason": "Je préfère"}, {})],
)
def test_words_beside_a_message_are_limited_as_messages(
    production: LiveService, path: str, words: dict[str, str], none: dict[str, int]
) -> None:
    with production.client() as client:
        usager = Usager(**(vars(production.open()) | {"http": client}))
        wordless = [usager.call("POST", path, json=none).status_code for _ in range(40)]
        statuses = [usager.call("POST", path, json=words).status_code for _ in range(40)]
    assert 429 not in wordless + statuses[:29]
    assert statuses[-1] == 429


def test_messages_are_limited_by_address(production: LiveService) -> None:
    with production.client() as client:
        statuses: list[int] = []
        for _ in range(6):
            usager = Usager(**(vars(production.open()) | {"http": client}))
            statuses += [usager.say("").status_code for _ in range(27)]
    assert statuses[0] == 422
    assert 429 in statuses[115:]


def test_lifting_the_limits_warns_at_the_start(live: LiveService) -> None:
    assert "rate_limits_off" in live.log()


def test_outside_the_demonstration_nothing_of_it_answers(production: LiveService) -> None:
    usager = production.open()
    s.check_problem(production.http.get("/api/v1/demo/persons"), 404)
    s.check_problem(usager.call("POST", "/demo-identity", json={"person": "thomas-leroy"}), 404)
    s.check_problem(production.http.get("/api/v1/droits/me", headers=usager.bearer), 404)
    assert not (production.var / "demo-accounts.json").exists()
    paths = production.http.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if "demo" in path or "droits" in path]
    assert "data-demo" not in production.http.get("/").text


def test_outside_the_demonstration_nobody_has_an_account(production: LiveService) -> None:
    assert production.rows("SELECT * FROM conseillers") == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"HOST": "0.0.0.0"}, "DEMO_PUBLIC=1"),
        ({"HOST": "0.0.0.0", "DEMO_PUBLIC": "0"}, "DEMO_PUBLIC=1"),
        ({"HOST": "::"}, "DEMO_PUBLIC=1"),
        ({"MODE": "essai"}, "MODE"),
        ({"PORT": "quatre"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"RASA_CHANNEL_SECRET": "court"}, "RASA_CHANNEL_SECRET"),
        ({"DROITS_TOKEN_SECRET": ""}, "DROITS_TOKEN_SECRET"),
        ({"OPENING_HOURS": "toujours"}, "OPENING_HOURS"),
    ],
)
def test_a_setting_that_cannot_be_refuses_to_start(
    tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    env = environment(tmp_path, free_port(), "http://127.0.0.1:9", **changes)
    code = "from settings import *\ntry: Settings.read()\nexcept SettingsError as e: raise SystemExit(str(e))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_service_itself_refuses_a_public_demonstration(tmp_path: Path) -> None:
    env = environment(tmp_path, free_port(), "http://127.0.0.1:9", HOST="0.0.0.0")
    done = subprocess.run(
        [sys.executable, "-m", "app"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "DEMO_PUBLIC=1" in done.stderr
    assert "Traceback" not in done.stderr


def _cookie(token: str) -> dict[str, str | bytes]:
    return {"Cookie": f"session={token}"}
