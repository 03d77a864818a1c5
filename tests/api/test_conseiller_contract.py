"""The conseiller's calls, field by field, and who may do what."""

import pytest

from tests.api import shapes as s
from tests.api.live import LiveService


def test_the_demonstration_has_the_accounts_that_the_contract_names(live: LiveService) -> None:
    accounts = live.accounts()
    assert all({"login", "password", "role", "name", "skills"} <= set(a) for a in accounts)
    roles = [a["role"] for a in accounts]
    assert roles.count("conseiller") >= 3
    assert {"superviseur", "admin"} <= set(roles)
    assert (live.var / "demo-accounts.json").stat().st_mode & 0o777 == 0o600


def test_signing_in_opens_a_session(live: LiveService) -> None:
    account = live.accounts()[1]
    with live.client() as client:
        answer = client.post(
            "/api/v1/sessions", json={"login": account["login"], "password": account["password"]}
        )
    assert answer.status_code == 201
    session = s.check(answer.json(), s.SESSION)
    assert (session["role"], session["name"]) == (account["role"], account["name"])


def _queue(live: LiveService, **wanted: str) -> list[s.Json]:
    """The whole queue, page by page: other tests leave people in it."""
    found: list[s.Json] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = live.team().call("GET", "/handoffs", params={"limit": 50, "cursor": cursor, **wanted})
        page = s.check(answer.json(), s.page(s.HANDOFF))
        found, cursor = found + page["items"], page["next_cursor"]
    return found


@pytest.mark.parametrize("login", ["camille", "inconnu"])
def test_a_wrong_login_and_a_wrong_password_are_told_the_same(live: LiveService, login: str) -> None:
    with live.client() as client:
        answer = client.post("/api/v1/sessions", json={"login": login, "password": "faux"})
    assert s.check_problem(answer, 401)["detail"] == "Le jeton manque, n'est pas le bon ou a expiré."


def test_signing_out_ends_the_session(live: LiveService) -> None:
    colleague = live.sign_in("sacha")
    assert colleague.call("GET", "/handoffs").status_code == 200
    assert colleague.call("DELETE", "/sessions/current").status_code == 204
    s.check_problem(colleague.call("GET", "/handoffs"), 401)


def test_presence_is_said_with_skills_and_capacity(live: LiveService) -> None:
    colleague = live.sign_in("dominique")
    said = {"status": "away", "skills": ["retraite"], "capacity": 2}
    assert colleague.call("PUT", "/conseillers/me/presence", json=said).json() == said


def test_the_queue_shows_each_request_with_its_briefing(live: LiveService) -> None:
    usager, _ = live.queued()
    queue = _queue(live)
    [mine] = [h for h in queue if h["conversation_id"] == usager.id]
    assert mine["state"] == "QUEUED"
    assert mine["briefing"]["question"] == "Combien ai-je sur mon CPF ?"
    assert mine["briefing"]["sujet"] == "cpf_solde"
    only = _queue(live, state="QUEUED")
    assert {h["state"] for h in only} == {"QUEUED"}
    assert mine["id"] in [h["id"] for h in only]


def test_claiming_takes_the_next_and_an_empty_queue_answers_204(live: LiveService) -> None:
    live.queued()
    colleague = live.team()
    claimed = colleague.call("POST", "/handoffs/claim", json={})
    assert claimed.status_code == 200
    assert s.check(claimed.json(), s.HANDOFF)["state"] == "HUMAN"
    for _ in range(len(_queue(live)) + 1):
        answer = colleague.call("POST", "/handoffs/claim", json={})
        if answer.status_code == 204:
            assert answer.content == b""
            return
    raise AssertionError("the queue never empties")


def test_the_loser_of_a_race_is_told_who_won(live: LiveService) -> None:
    _, handoff, winner = live.held()
    answer = live.team("sacha").call("POST", f"/handoffs/{handoff['id']}/accept", json={})
    assert s.check_problem(answer, 409)["owner"] == winner.name


def test_a_step_decided_on_an_older_version_is_refused(live: LiveService) -> None:
    _, handoff, colleague = live.held()
    path = f"/handoffs/{handoff['id']}/handback"
    s.check_problem(colleague.call("POST", path, json={"version": handoff["version"] - 1}), 409)
    assert colleague.call("POST", path, json={"version": handoff["version"]}).status_code == 200


def test_a_conseiller_answers_notes_and_hands_back(live: LiveService) -> None:
    usager, handoff, colleague = live.held()
    path = f"/handoffs/{handoff['id']}"
    said = colleague.call("POST", path + "/messages", json={"text": "Bonjour, je regarde."})
    message = s.check(said.json(), s.MESSAGE)
    assert (said.status_code, message["author"], message["author_name"]) == (
        201,
        "conseiller",
        colleague.name,
    )
    assert colleague.call("POST", path + "/notes", json={"text": "À rappeler"}).status_code == 201
    assert colleague.call("POST", path + "/typing").status_code == 204
    seen = usager.call("GET")
    assert seen.json()["messages"][-1] == message
    assert "À rappeler" not in seen.text
    silent = s.check(usager.say("Merci").json(), s.ANSWER)
    assert (silent["replies"], silent["state"]) == ([], "HUMAN")
    assert len(live.peer.turns_of(usager.id)) == 1
    back = s.check(colleague.call("POST", path + "/handback", json={}).json(), s.HANDOFF)
    assert back["state"] == "CLOSED"
    assert usager.call("GET").json()["state"] == "BOT"


@pytest.mark.parametrize(("step", "state"), [("release", "QUEUED"), ("close", "CLOSED")])
def test_a_conversation_is_released_or_closed(live: LiveService, step: str, state: str) -> None:
    usager, handoff, colleague = live.held()
    answer = colleague.call("POST", f"/handoffs/{handoff['id']}/{step}", json={})
    assert s.check(answer.json(), s.HANDOFF)["state"] == state
    assert usager.call("GET").json()["state"] == state


def test_a_conversation_is_taken_over_from_the_assistant(live: LiveService) -> None:
    usager = live.open()
    taken = live.team().call("POST", f"/conversations/{usager.id}/takeover")
    assert s.check(taken.json(), s.HANDOFF)["state"] == "HUMAN"
    s.check_problem(live.team("sacha").call("POST", f"/conversations/{usager.id}/takeover"), 409)


def test_another_conseiller_does_not_speak_in_a_conversation_held(live: LiveService) -> None:
    usager, handoff, _ = live.held()
    other = live.team("sacha")
    before = live.counts()
    s.check_problem(other.call("POST", f"/handoffs/{handoff['id']}/messages", json={"text": "Coucou"}), 403)
    s.check_problem(other.call("POST", f"/handoffs/{handoff['id']}/typing"), 403)
    s.check_problem(other.call("POST", f"/handoffs/{handoff['id']}/handback", json={}), 409)
    s.check_problem(other.call("POST", f"/handoffs/{handoff['id']}/close", json={}), 409)
    assert live.counts() == before
    assert usager.call("GET").json()["state"] == "HUMAN"


def test_a_supervisor_hands_back_what_another_holds(live: LiveService) -> None:
    usager, handoff, _ = live.held()
    answer = live.team("superviseur").call("POST", f"/handoffs/{handoff['id']}/handback", json={})
    assert answer.status_code == 200
    assert usager.call("GET").json()["state"] == "BOT"


def test_who_is_away_takes_nothing(live: LiveService) -> None:
    _, handoff = live.queued()
    away = live.sign_in("dominique")
    away.call("PUT", "/conseillers/me/presence", json={"status": "away"})
    s.check_problem(away.call("POST", f"/handoffs/{handoff['id']}/accept", json={}), 403)
    s.check_problem(away.call("POST", "/handoffs/claim", json={}), 403)


TEAM_CALLS = [
    ("GET", "/handoffs"),
    ("GET", "/handoffs/x"),
    ("POST", "/handoffs/claim"),
    ("PUT", "/conseillers/me/presence"),
    ("GET", "/conseillers/events"),
    ("DELETE", "/sessions/current"),
    *(
        ("POST", f"/handoffs/x/{step}")
        for step in ("accept", "release", "close", "handback", "messages", "notes", "typing")
    ),
    ("POST", "/conversations/x/takeover"),
]


@pytest.mark.parametrize(("method", "path"), TEAM_CALLS)
def test_the_token_of_a_conversation_opens_nothing_of_the_team(
    live: LiveService, method: str, path: str
) -> None:
    usager = live.open()
    for headers in (
        {},
        usager.bearer,
        {"Authorization": "Bearer faux"},
        {"Cookie": f"session={usager.token}"},
    ):
        s.check_problem(live.http.request(method, "/api/v1" + path, headers=headers), 401)


def test_the_token_of_a_conseiller_does_not_act_as_the_usager(live: LiveService) -> None:
    usager, colleague = live.open(), live.team()
    for method, suffix in [("GET", ""), ("GET", "/export"), ("DELETE", ""), ("POST", "/messages")]:
        answer = colleague.call(method, f"/conversations/{usager.id}{suffix}")
        assert s.check_problem(answer, answer.status_code)["status"] in (401, 404)
    assert usager.call("GET").status_code == 200


def test_the_console_is_told_of_a_request(live: LiveService) -> None:
    colleague = live.team()
    headers = {"Authorization": f"Bearer {colleague.token}"}
    seen: list[str] = []
    with live.client().stream("GET", "/api/v1/conseillers/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        for line in lines:
            if line == "event: ready":
                break
        usager, _ = live.queued()
        for line in lines:
            seen.append(line)
            if line.startswith("data: ") and usager.id in line and "event: alert" in seen:
                break
    assert "event: alert" in seen
