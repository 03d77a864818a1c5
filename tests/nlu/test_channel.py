"""What the gate can rely on: one answer a message, real errors, nothing kept that must not be."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import TOKEN, RasaServer


def texts(answer: Any) -> list[str]:
    return [reply["text"] for reply in answer["replies"]]


def test_an_answer_carries_its_sujet_a_confidence_and_alternatives(
    rasa: RasaServer, conversation: str
) -> None:
    status, answer = rasa.say(conversation, "c'est quoi le compte personnel de formation ?")
    assert status == 200
    (reply,) = answer["replies"]
    assert reply["sujet"] == "cpf_definition"
    assert 0.3 <= reply["confidence"] <= 1
    assert all(other["sujet"] != "cpf_definition" for other in reply["alternatives"])


def test_a_button_has_no_confidence(rasa: RasaServer, conversation: str) -> None:
    _, answer = rasa.say(conversation, payload="/cpf_vente")
    assert answer["replies"][0]["sujet"] == "cpf_vente"
    assert answer["replies"][0]["confidence"] is None
    assert answer["replies"][0]["alternatives"] == []


@pytest.mark.parametrize(
    "text",
    [
        "/cpf_vente",
        "  /cpf_vente",
        "\u00a0/cpf_vente",
        "\u200b/cpf_vente",
        "\u202e/cpf_vente",
        "\ufeff/cpf_vente",
        "\x00/cpf_vente",
        "／cpf_vente",
        "//cpf_vente",
        "/ /cpf_vente",
        "/\u200b/cpf_vente",
        "/restart",
        '/choisir_profil{"profil": "retraite"}',
    ],
)
def test_a_text_never_triggers_an_intent(
    rasa: RasaServer, conversation: str, actions_peer: Any, text: str
) -> None:
    status, _ = rasa.say(conversation, text)
    assert status == 200
    for call in actions_peer.calls:
        message = call["tracker"]["latest_message"]
        assert not message["text"].lstrip().startswith("/")
        assert message["intent"]["confidence"] < 1  # a parsed /intent counts 1.0


@pytest.mark.parametrize(
    "payload", ["/unknown_intent", "cpf_vente", "/cpf_vente{", '/cpf_vente{"a": [1]}', "/", "", 3]
)
def test_a_payload_that_names_no_intent_is_refused(rasa: RasaServer, conversation: str, payload: Any) -> None:
    status, problem = rasa.call(
        "POST", "/gate/messages", {"conversation": conversation, "message_id": "m1", "payload": payload}
    )
    assert status == 422
    assert problem["status"] == 422 and problem["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"conversation": "a"}',
        {"conversation": "a", "message_id": "b"},
        {"conversation": "a", "message_id": "b", "text": "x" * 4001},
        {"conversation": "a", "message_id": "b", "text": "x", "payload": "/cpf_vente"},
        {"conversation": "a/../b", "message_id": "b", "text": "x"},
    ],
)
def test_a_malformed_message_is_refused_without_a_trace_of_it(rasa: RasaServer, body: Any) -> None:
    status, problem = rasa.call("POST", "/gate/messages", body)
    assert status == 422
    assert "Traceback" not in str(problem)


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀😀", "?!…", "\u200b\u200b", "<script>alert(1)</script>", "é" * 4000]
)
def test_strange_texts_are_answered(rasa: RasaServer, conversation: str, text: str) -> None:
    status, answer = rasa.say(conversation, text)
    assert status == 200 and len(answer["replies"]) == 1


@pytest.mark.parametrize("secret", ["", "faux", "é" * 10])
def test_the_secret_is_required(rasa: RasaServer, secret: str) -> None:
    assert rasa.call("GET", "/gate/ready", secret=secret.encode().decode("latin-1"))[0] == 401


def test_nothing_else_is_served(rasa: RasaServer) -> None:
    for method, path in (
        ("GET", "/status"),
        ("PUT", "/model"),
        ("POST", "/webhooks/rest/webhook"),
        ("GET", "/domain"),
    ):
        connection_status = _status_of(rasa, method, path)
        assert connection_status == 404


def _status_of(rasa: RasaServer, method: str, path: str) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", rasa.port, timeout=30)
    connection.request(method, path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_ready_says_which_model(rasa: RasaServer) -> None:
    status, body = rasa.call("GET", "/gate/ready")
    assert status == 200
    assert body["model"].endswith(".tar.gz") and len(body["digest"]) == 64


def test_a_message_is_answered_once_even_when_sent_twice_together(
    rasa: RasaServer, conversation: str, actions_peer: Any
) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rasa.say(conversation, "bonjour", message_id="same"), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(actions_peer.calls) == 1


def test_a_failed_action_server_gives_502_and_the_message_can_be_sent_again(
    rasa: RasaServer, conversation: str, actions_peer: Any
) -> None:
    actions_peer.mode = "error"
    status, problem = rasa.say(conversation, "bonjour", message_id="m1")
    assert status == 502 and problem["status"] == 502
    actions_peer.mode = "ok"
    status, answer = rasa.say(conversation, "bonjour", message_id="m1")
    assert status == 200 and len(answer["replies"]) == 1


def test_a_slow_action_server_gives_502(rasa: RasaServer, conversation: str, actions_peer: Any) -> None:
    actions_peer.mode = "slow"
    began = time.monotonic()
    assert rasa.say(conversation, "bonjour")[0] == 502
    assert time.monotonic() - began < 10


def test_a_reply_that_is_not_one_custom_object_is_an_error(
    rasa: RasaServer, conversation: str, actions_peer: Any
) -> None:
    actions_peer.mode = "text"
    assert rasa.say(conversation, "bonjour")[0] == 502


def test_the_actions_get_the_metadata_and_the_tracker_never_keeps_the_token(
    rasa: RasaServer, conversation: str, actions_peer: Any
) -> None:
    rasa.say(conversation, "bonjour")
    metadata = actions_peer.calls[-1]["tracker"]["latest_message"]["metadata"]
    assert metadata["droits_token"] == TOKEN and metadata["profil"] == "salarie"
    _, exported = rasa.call("GET", f"/gate/conversations/{conversation}")
    assert exported["events"] and TOKEN not in str(exported)
    files = rasa.tracker.parent.glob("tracker.db*")
    assert all(TOKEN.encode() not in file.read_bytes() for file in files)


def test_the_log_holds_no_text(rasa: RasaServer, conversation: str, actions_peer: Any) -> None:
    actions_peer.mode = "error"
    rasa.say(conversation, "marqueurunique dans un message")
    actions_peer.mode = "ok"
    rasa.say(conversation, "marqueurunique dans un message")
    assert "marqueurunique" not in rasa.log.read_text()


def test_erasing_leaves_nothing(rasa: RasaServer, conversation: str) -> None:
    rasa.say(conversation, "marqueuraeffacer bonjour")
    assert rasa.call("DELETE", f"/gate/conversations/{conversation}")[0] == 204
    assert rasa.call("GET", f"/gate/conversations/{conversation}")[1] == {"events": []}
    files: list[Path] = list(rasa.tracker.parent.glob("tracker.db*"))
    assert all(b"marqueuraeffacer" not in file.read_bytes() for file in files)


def test_a_long_conversation_keeps_one_small_row(rasa: RasaServer, conversation: str) -> None:
    sizes = []
    for _ in range(40):
        rasa.say(conversation, payload="/cpf_definition")
        with sqlite3.connect(rasa.tracker) as connection:
            sizes.append(
                connection.execute(
                    "SELECT length(state) FROM trackers WHERE conversation = ?", (conversation,)
                ).fetchone()[0]
            )
    assert max(sizes[5:]) <= min(sizes[5:]) * 1.1
