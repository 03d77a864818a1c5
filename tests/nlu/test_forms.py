"""A form is interrupted by what matters more, survives kill -9, and is closed by a reset."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest
from conftest import RasaServer

ASKED = "Quelle date ?"


def texts(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200, answer
    return [reply["text"] for reply in answer[1]["replies"]]


def open_form(rasa: RasaServer, conversation: str) -> None:
    assert texts(rasa.say(conversation, payload='/simuler{"type": "retraite_age"}')) == [ASKED]


def test_a_form_asks_then_answers(rasa: RasaServer, conversation: str) -> None:
    open_form(rasa, conversation)
    assert texts(rasa.say(conversation, "12/03/1964")) == ["Né le 12/03/1964"]
    assert texts(rasa.say(conversation, payload="/cpf_vente")) == ["réponse cpf_vente"]


def test_an_unread_value_is_asked_again(rasa: RasaServer, conversation: str) -> None:
    open_form(rasa, conversation)
    assert texts(rasa.say(conversation, "1964")) == [ASKED]
    assert texts(rasa.say(conversation, "12/03/1964")) == ["Né le 12/03/1964"]


@pytest.mark.parametrize(
    "text, sujet",
    [
        ("je veux mourir", "detresse"),
        ("je veux parler à un conseiller", "parler_conseiller"),
        ("c'est quoi le compte personnel de formation ?", "cpf_definition"),
    ],
)
def test_what_matters_more_interrupts_and_closes_a_form(
    rasa: RasaServer, conversation: str, text: str, sujet: str
) -> None:
    open_form(rasa, conversation)
    assert texts(rasa.say(conversation, text)) == [f"réponse {sujet}"]
    assert texts(rasa.say(conversation, payload="/salutation")) == ["réponse salutation"]


def test_a_refusal_closes_a_form(rasa: RasaServer, conversation: str) -> None:
    open_form(rasa, conversation)
    assert texts(rasa.say(conversation, payload="/refuser")) == ["réponse refuser"]
    assert texts(rasa.say(conversation, payload="/salutation")) == ["réponse salutation"]


def test_a_reset_closes_a_form_and_forgets_its_values(
    rasa: RasaServer, conversation: str, actions_peer: Any
) -> None:
    open_form(rasa, conversation)
    assert rasa.call("POST", f"/gate/conversations/{conversation}/reset")[0] == 204
    assert texts(rasa.say(conversation, payload="/salutation")) == ["réponse salutation"]
    tracker = actions_peer.calls[-1]["tracker"]
    assert not tracker["active_loop"] and tracker["slots"]["requested_slot"] is None


def test_a_reset_of_an_unknown_conversation_does_nothing(rasa: RasaServer, conversation: str) -> None:
    assert rasa.call("POST", f"/gate/conversations/{conversation}/reset")[0] == 204


def test_a_form_still_runs_after_many_failed_values(rasa: RasaServer, conversation: str) -> None:
    open_form(rasa, conversation)
    for _ in range(12):
        assert texts(rasa.say(conversation, "1964")) == [ASKED]
    assert texts(rasa.say(conversation, "12/03/1964")) == ["Né le 12/03/1964"]


@pytest.fixture
def own_server(small_model: Path, actions_peer: Any, tmp_path: Path) -> Iterator[RasaServer]:
    actions_peer.mode = "ok"
    server = RasaServer(small_model, tmp_path / "tracker.db", actions_peer.port, tmp_path / "rasa.log")
    server.start()
    yield server
    server.kill()


def test_a_kill_keeps_the_form_and_the_answers_already_given(
    own_server: RasaServer, conversation: str, actions_peer: Any
) -> None:
    open_form(own_server, conversation)
    first = own_server.say(conversation, "1964", message_id="before")
    own_server.kill()
    own_server.start()
    actions_peer.calls.clear()
    assert own_server.say(conversation, "1964", message_id="before") == first
    assert actions_peer.calls == []
    assert texts(own_server.say(conversation, "12/03/1964")) == ["Né le 12/03/1964"]


def test_a_model_that_was_tampered_with_is_not_loaded(
    small_model: Path, actions_peer: Any, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(small_model, models)
    archive = next(models.glob("*.tar.gz"))
    archive.write_bytes(archive.read_bytes() + b"x")
    server = RasaServer(models, tmp_path / "tracker.db", actions_peer.port, tmp_path / "rasa.log")
    server.start(wait=False)
    try:
        status = _first_status(server)
        assert status == 503
        assert server.say("c", "bonjour")[0] == 503
    finally:
        server.kill()


def _first_status(server: RasaServer) -> int:
    import time

    for _ in range(600):
        try:
            return server.call("GET", "/gate/ready")[0]
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server never listened")
