"""What one database takes and the other does not: NUL, long and odd texts, on SQLite and PostgreSQL alike."""

from typing import Any

import pytest

from handoff import tables as t
from tests.peers.service import Service

ODD = ("\x00", "a\x00b", "\x1f", "😀" * 30, "'; DROP TABLE messages; --", "%", "\\", "é" * 30)


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_text_fails_nowhere(service: Service, odd: str) -> None:
    usager, camille = await service.open(), await service.conseiller()
    mine = f"/conversations/{usager.id}"
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/sessions", {"login": odd, "password": odd}),
        ("PUT", "/conseillers/me/presence", {"status": "online", "skills": [odd]}),
        ("POST", "/handoffs/claim", {"skills": [odd]}),
    ]
    for method, path, body in calls:
        assert (await camille.call(method, path, body)).status_code < 500
    for path, body in [
        ("/messages", {"text": odd}),
        ("/messages", {"payload": odd}),
        ("/feedback", {"comment": odd}),
        ("/feedback", {"rating": 1, "message_id": odd}),
        ("/callback", {"email": f"{odd}@b.c", "slot": "2026-11-24T10:00:00+01:00"}),
        ("/callback", {"phone": odd, "slot": "2026-11-24T10:00:00+01:00"}),
        ("/handoff", {"reason": odd}),
    ]:
        answer = await usager.call("POST", path, body)
        assert answer.status_code < 500, f"{mine}{path} {answer.text}"
    for message in await service.rows(t.messages):
        assert "\x00" not in message.text
    assert (await usager.view())["id"] == usager.id


async def test_a_nul_is_taken_out_of_what_is_said_and_refused_elsewhere(service: Service) -> None:
    usager = await service.open()
    assert (await usager.say("Bon\x00jour"))["message"]["text"] == "Bonjour"
    for path, body in [
        ("/messages", {"payload": "b-\x00"}),
        ("/feedback", {"rating": 1, "message_id": "\x00"}),
        ("/callback", {"email": "a\x00@b.c", "slot": "2026-11-24T10:00:00+01:00"}),
    ]:
        assert (await usager.call("POST", path, body)).status_code == 422
    assert len(await service.rows(t.messages, author="usager")) == 1


@pytest.mark.parametrize("key", ["k" * 128, "'; --", "é" * 64])
async def test_any_key_that_is_text_is_kept_once(service: Service, key: str) -> None:
    usager = await service.open()
    headers = usager.headers | {"Idempotency-Key": key.encode()}
    url = f"/api/v1/conversations/{usager.id}/messages"
    answers = [await service.http.post(url, json={"text": "Bonjour"}, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len(await service.rows(t.receipts)) == 1
