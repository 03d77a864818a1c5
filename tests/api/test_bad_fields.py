"""Bad tokens, bad fields and bad pages, on every call: refused by their name, and nothing changes."""

from typing import Any

import pytest

from tests.api import shapes as s
from tests.api.live import LiveService, Usager

SUFFIXES = [
    *(("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/export"), ("DELETE", "/handoff")),
    *(("POST", end) for end in ("/messages", "/handoff", "/callback", "/feedback", "/demo-identity")),
    ("PUT", "/profil"),
]


@pytest.mark.parametrize(("method", "suffix"), SUFFIXES)
def test_without_the_right_token_nothing_opens(
    live: LiveService, usager: Usager, method: str, suffix: str
) -> None:
    other, before = live.open(), live.counts()
    path = usager.path + suffix
    for headers, status in [
        ({}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": f"Basic {usager.token}"}, 401),
        ({"Authorization": "Bearer faux"}, 401),
        ({"Authorization": f"Bearer {usager.token}x"}, 401),
        (other.bearer, 404),
        ({"Cookie": f"session={usager.token}"}, 401),
    ]:
        answer = live.http.request(method, path, headers=headers, json={"text": "a", "slot": "x"})
        s.check_problem(answer, status)
        if status == 401:
            assert answer.headers["www-authenticate"] == "Bearer"
    s.check_problem(live.http.request(method, f"{path}?token={usager.token}"), 401)
    assert live.counts() == before


@pytest.mark.parametrize("bad", ["abc", "-1", "1.5", "9" * 30, "1e3", "١", "0x1", "é"])
def test_a_last_event_that_is_no_number_is_refused(live: LiveService, usager: Usager, bad: str) -> None:
    headers = {"Last-Event-ID": bad.encode()}
    s.check_problem(usager.call("GET", "/events", headers=headers), 422)


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        (("PUT", "/profil"), {"profil": "roi"}, "profil"),
        (("PUT", "/profil"), {"profil": 1}, "profil"),
        (("PUT", "/profil"), {"attributs": "senior"}, "attributs"),
        (("PUT", "/profil"), {"attributs": ["grand"]}, "attributs"),
        (("PUT", "/profil"), {"attributs": ["senior"] * 50}, "attributs"),
        (("PUT", "/profil"), {"langage": "soutenu"}, "langage"),
        (("POST", "/handoff"), {"reason": "x" * 501}, "reason"),
        (("POST", "/handoff"), {"reason": 3}, "reason"),
        (("POST", "/feedback"), {}, "helpful"),
        (("POST", "/feedback"), {"rating": 0}, "rating"),
        (("POST", "/feedback"), {"rating": 6}, "rating"),
        (("POST", "/feedback"), {"rating": "5"}, "rating"),
        (("POST", "/feedback"), {"rating": True}, "rating"),
        (("POST", "/feedback"), {"helpful": "yes"}, "helpful"),
        (("POST", "/feedback"), {"comment": ""}, "comment"),
        (("POST", "/feedback"), {"comment": "\u200b"}, "comment"),
        (("POST", "/feedback"), {"comment": "x" * 4001}, "comment"),
        (("POST", "/feedback"), {"rating": 3, "message_id": "ailleurs"}, "message_id"),
        (("POST", "/feedback"), {"rating": 3, "message_id": "\x00"}, "message_id"),
        (("POST", "/demo-identity"), {}, "person"),
        (("POST", "/demo-identity"), {"person": ""}, "person"),
        (("POST", "/demo-identity"), {"person": "\x00"}, "person"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_its_name(
    live: LiveService, usager: Usager, call: tuple[str, str], body: dict[str, Any], field: str
) -> None:
    before = live.rows("SELECT * FROM conversations WHERE id = ?", usager.id)
    problem = s.check_problem(usager.call(*call, json=body), 422)
    assert problem["errors"][0]["field"].split(".")[0] == field
    assert field in problem["detail"]
    assert live.rows("SELECT * FROM conversations WHERE id = ?", usager.id) == before
    assert live.rows("SELECT * FROM feedbacks WHERE conversation_id = ?", usager.id) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot": "2026-01-05T10:00:00+01:00"}, "slot"),
        ({"slot": "2020-01-05T10:00:00Z"}, "slot"),
        ({"slot": "9999-12-31T23:59:59-23:59"}, "slot"),
        ({"slot": "0001-01-01T00:00:00+14:00"}, "slot"),
        ({"slot": "2026-11-24T10:00:00"}, "slot"),
        ({"slot": "2026-11-24"}, "slot"),
        ({"slot": "demain"}, "slot"),
        ({"slot": 1795000000}, "slot"),
        ({"slot": None}, "slot"),
        ({"phone": None}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"phone": "appelez-moi vite"}, "phone"),
        ({"phone": 612345678}, "phone"),
        ({"phone": None, "email": "sans arobase"}, "email"),
        ({"phone": None, "email": "a@b.c\x00"}, "email"),
        ({"phone": None, "email": "a@b\r\nBcc: x@y.z"}, "email"),
    ],
)
def test_a_call_back_that_cannot_be_kept_is_refused(
    live: LiveService, usager: Usager, changes: dict[str, Any], field: str
) -> None:
    slot = live.http.get("/api/v1/callback-slots").json()["items"][-1]["slot"]
    body = {"phone": "06 12 34 56 78", "slot": slot} | changes
    problem = s.check_problem(usager.call("POST", "/callback", json=body), 422)
    assert problem["errors"][0]["field"] == field
    assert live.rows("SELECT * FROM callbacks WHERE conversation_id = ?", usager.id) == []
    assert usager.call("GET").json()["state"] == "BOT"


@pytest.mark.parametrize(
    "body",
    [
        {"canal": "fax"},
        {"canal": 3},
        {"canal": None},
        {"profil": "roi"},
        {"attributs": {}},
        {"langage": None},
        [],
    ],
)
def test_a_conversation_that_cannot_be_is_not_opened(live: LiveService, body: Any) -> None:
    before = live.counts()
    s.check_problem(live.http.post("/api/v1/conversations", json=body), 422)
    assert live.counts() == before


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/messages", {"text": ""}, "text"),
        ("/messages", {"text": "x" * 4001}, "text"),
        ("/messages", {}, "text"),
        ("/notes", {"text": "\u200b"}, "text"),
        ("/close", {"outcome": "gagné"}, "outcome"),
        ("/close", {"version": "1"}, "version"),
        ("/handback", {"version": -1}, "version"),
        ("/handback", {"version": 2**40}, "version"),
        ("/release", {"note": "x" * 4001}, "note"),
        ("/release", {"note": "\u200b"}, "note"),
    ],
)
def test_a_conseiller_s_bad_input_changes_nothing(
    live: LiveService, path: str, body: dict[str, Any], field: str
) -> None:
    usager, handoff, colleague = live.held()
    before = live.counts()
    problem = s.check_problem(colleague.call("POST", f"/handoffs/{handoff['id']}{path}", json=body), 422)
    assert problem["errors"][0]["field"] == field
    assert live.counts() == before
    assert usager.call("GET").json()["state"] == "HUMAN"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=201",
        "limit=abc",
        "limit=1e2",
        "cursor=abc",
        "cursor=-1",
        "cursor=" + "9" * 30,
    ],
)
@pytest.mark.parametrize(
    "path", ["/api/v1/sujets", "/api/v1/callback-slots", "/api/v1/simulations", "/api/v1/handoffs"]
)
def test_a_page_that_cannot_be_is_refused(live: LiveService, path: str, query: str) -> None:
    headers = {"Authorization": f"Bearer {live.team().token}"}
    problem = s.check_problem(live.http.get(f"{path}?{query}", headers=headers), 422)
    assert problem["errors"][0]["field"] == query.partition("=")[0]
