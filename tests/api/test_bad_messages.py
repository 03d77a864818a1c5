"""Whatever a usager sends: a clear problem or plain text; nothing stored twice, nothing executed, no 5xx."""

import json
from typing import Any

import pytest

from tests.api import shapes as s
from tests.api.live import LiveService, Usager

NBSP, ZERO_WIDTH, BOM, RLO = "\u00a0", "\u200b", "\ufeff", "\u202e"
JSON = {"Content-Type": "application/json"}


def _kept(live: LiveService, usager: Usager) -> list[str]:
    """The usager's messages, as the database holds them."""
    query = "SELECT text FROM messages WHERE conversation_id = ? AND author = 'usager' ORDER BY seq"
    return [row["text"] for row in live.rows(query, usager.id)]


def _refused(live: LiveService, usager: Usager, answer: Any, status: int) -> s.Json:
    """The answer is a problem, and neither the database nor the assistant knows of it."""
    problem = s.check_problem(answer, status)
    assert _kept(live, usager) == []
    assert live.rows("SELECT * FROM receipts WHERE conversation_id = ?", usager.id) == []
    assert live.peer.turns_of(usager.id) == []
    assert live.rows("SELECT last_seq FROM conversations WHERE id = ?", usager.id) == [{"last_seq": 1}]
    return problem


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t ", NBSP, ZERO_WIDTH, BOM, RLO * 3, "\x00", "\x07\x1b", "\u2028"]
)
def test_an_empty_message_is_refused(live: LiveService, usager: Usager, text: str) -> None:
    problem = _refused(live, usager, usager.say(text, headers={"Idempotency-Key": "k"}), 422)
    assert problem["errors"][0]["field"] == "text"


def test_4001_characters_are_refused_and_4000_accepted(live: LiveService, usager: Usager) -> None:
    problem = _refused(live, usager, usager.say("é" * 4001), 422)
    assert "4000" in problem["detail"]
    assert usager.say("é" * 4000).status_code == 200
    assert _kept(live, usager) == ["é" * 4000]


def test_emoji_alone_are_a_message(live: LiveService, usager: Usager) -> None:
    assert usager.say("🙂👩‍🦽🇫🇷").status_code == 200
    [kept] = _kept(live, usager)
    assert kept.startswith("🙂👩")
    assert live.peer.turns_of(usager.id)[-1]["text"] == kept


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<b>gras</b> & &amp; {{7*7}} ${7*7} %s %(x)s",
        "'; DROP TABLE messages; --",
        "../../etc/passwd",
        "__import__('os').system('id')",
    ],
)
def test_markup_and_code_are_text(live: LiveService, usager: Usager, text: str) -> None:
    answer = usager.say(text)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["message"]["text"] == text
    assert _kept(live, usager) == [text]
    assert live.peer.turns_of(usager.id)[-1]["text"] == text


@pytest.mark.parametrize(
    "before", ["", " ", NBSP, ZERO_WIDTH, BOM, RLO, "\x00", "\t", "\n", ZERO_WIDTH + NBSP + "\x00", "\u2066"]
)
@pytest.mark.parametrize("intent", ["/restart", '/choisir_profil{"profil":"salarie"}', "/cpf_solde"])
def test_a_leading_intent_is_never_executed(
    live: LiveService, usager: Usager, before: str, intent: str
) -> None:
    assert usager.say(before + intent).status_code == 200
    assert _kept(live, usager) == [intent]
    turn = live.peer.turns_of(usager.id)[-1]
    assert "payload" not in turn
    assert turn["text"] == intent  # the gate sends text as text; Rasa's channel escapes the slash
    [row] = live.rows(
        "SELECT action FROM messages WHERE conversation_id = ? AND author = 'usager'", usager.id
    )
    assert row["action"] is None
    assert usager.call("GET").json()["profil"] is None


@pytest.mark.parametrize(
    "payload", ["/restart", "/cpf_solde", "gate:callback", "gate:identity", "b-inconnu", "", "x" * 200, "é"]
)
def test_a_button_never_shown_is_refused(live: LiveService, usager: Usager, payload: str) -> None:
    answer = usager.call("POST", "/messages", json={"payload": payload}, headers={"Idempotency-Key": "k"})
    _refused(live, usager, answer, 422)


def test_a_button_of_another_conversation_is_refused(live: LiveService, usager: Usager) -> None:
    [button] = live.open().say("Bonjour").json()["replies"][0]["buttons"]
    _refused(live, usager, usager.call("POST", "/messages", json={"payload": button["payload"]}), 422)


def test_a_button_of_an_older_episode_is_refused(live: LiveService) -> None:
    usager, handoff, colleague = live.held()
    old = usager.call("GET").json()["messages"][2]["buttons"][0]
    assert colleague.call("POST", f"/handoffs/{handoff['id']}/close", json={}).status_code == 200
    assert usager.say("Je reviens").json()["state"] == "BOT"
    before = _kept(live, usager)
    s.check_problem(usager.call("POST", "/messages", json={"payload": old["payload"]}), 422)
    assert _kept(live, usager) == before


def test_controls_and_bidi_marks_are_taken_out(live: LiveService, usager: Usager) -> None:
    said = f"Bon\x00jour{RLO} à\u2066 tous{ZERO_WIDTH}\x1b[31m"
    assert usager.say(said).status_code == 200
    assert _kept(live, usager) == ["Bonjour à tous[31m"]


def test_a_social_security_number_is_never_kept_nor_sent(live: LiveService, usager: Usager) -> None:
    assert usager.say("Mon numéro : 1 85 05 78 006 084 36").status_code == 200
    assert usager.call("POST", "/feedback", json={"comment": "185057800608436"}).status_code == 204
    kept = (
        _kept(live, usager)[0]
        + live.rows("SELECT comment FROM feedbacks WHERE conversation_id = ?", usager.id)[0]["comment"]
    )
    sent = json.dumps(live.peer.turns_of(usager.id))
    for text in (kept, sent, live.log()):
        assert "78 006" not in text
        assert "185057800608436" not in text


def test_a_replayed_key_stores_once_and_another_body_is_refused(live: LiveService, usager: Usager) -> None:
    key = {"Idempotency-Key": "même clé"}
    key = {name: value.encode() for name, value in key.items()}
    first = usager.say("Bonjour", headers=key)
    assert usager.say("Bonjour", headers=key).json() == first.json()
    s.check_problem(usager.say("Bonsoir", headers=key), 422)
    s.check_problem(usager.call("POST", "/messages", json={"payload": "gate:handoff"}, headers=key), 422)
    assert _kept(live, usager) == ["Bonjour"]
    assert len(live.peer.turns_of(usager.id)) == 1


def test_a_key_is_of_one_conversation(live: LiveService, usager: Usager) -> None:
    other = live.open()
    for one in (usager, other):
        assert one.say("Bonjour", headers={"Idempotency-Key": "commune"}).status_code == 200
    assert _kept(live, usager) == _kept(live, other) == ["Bonjour"]


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_a_key_that_cannot_be_kept_is_refused(live: LiveService, usager: Usager, key: str) -> None:
    _refused(live, usager, usager.say("Bonjour", headers={"Idempotency-Key": key}), 422)


BODIES: list[tuple[bytes, int]] = [
    (b"", 422),
    (b"{}", 422),
    (b"null", 422),
    (b"[]", 422),
    (b'"texte"', 422),
    (b"3", 422),
    (b'{"text": 3}', 422),
    (b'{"text": null}', 422),
    (b'{"text": ["a"]}', 422),
    (b'{"text": {"a": 1}}', 422),
    (b'{"text": true}', 422),
    (b'{"text": 1e999}', 422),
    (b'{"text": "a", "payload": "b"}', 422),
    (b'{"text": "a", "text": "b"}', 400),
    (b'{"text": "a", "x": {"y": 1, "y": 2}}', 400),
    (b'{"text": NaN}', 400),
    (b'{"text": "a", "x": Infinity}', 400),
    (b'{"text": "a", "x": -Infinity}', 400),
    (b'{"text": "a", "x": ' + b"9" * 5000 + b"}", 400),
    (b'{"text": "a"', 400),
    (b"{'text': 'a'}", 400),
    (b'{"text": "a",}', 400),
    (b'{"text": "a"} {"text": "b"}', 400),
    (b"text=a", 400),
    (b'{"text": "\\ud800"}', 400),
    (b'{"text": "\\udc00\\ud800"}', 400),
    (b'{"text": "\xff\xfe"}', 400),
    (b'{"text": "\xc3"}', 400),
    (b'{"text": "\xed\xa0\x80"}', 400),
    (b'{"text": "\xc0\xaf"}', 400),
    (b'{"text": "a\x00"}', 400),
    (b"\xef\xbb\xbf{}", 400),
    ('{"text": "a"}'.encode("utf-16"), 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400),
    (b'{"text": "a", "x": ' + b"[" * 900 + b"]" * 900 + b"}", 400),
    (b'{"text": "' + b"a" * 900_000 + b'"}', 422),
    (b'{"text": "' + b"a" * 1_100_000 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_not_a_message_is_refused(
    live: LiveService, usager: Usager, body: bytes, status: int
) -> None:
    answer = usager.call("POST", "/messages", content=body, headers=JSON | {"Idempotency-Key": "k"})
    _refused(live, usager, answer, status)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "é",
        "/",
    ],
)
def test_another_content_type_is_refused(live: LiveService, usager: Usager, kind: str) -> None:
    answer = usager.call(
        "POST", "/messages", content=b'{"text": "a"}', headers={"Content-Type": kind.encode()}
    )
    _refused(live, usager, answer, 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_known_however_it_is_written(usager: Usager, kind: str) -> None:
    answer = usager.call("POST", "/messages", content=b'{"text": "a"}', headers={"Content-Type": kind})
    assert answer.status_code == 200
