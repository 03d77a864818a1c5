"""The usager's calls, field by field, as the contract writes them."""

from datetime import datetime

import httpx
import pytest

from tests.api import shapes as s
from tests.api.live import SOURCE, LiveService, Usager, reply

CANAUX = ("web", "sms", "whatsapp", "messenger", "telegram", "matrix", "email", "phone")


@pytest.mark.parametrize("canal", CANAUX)
def test_a_conversation_opens_on_every_channel_with_a_greeting(live: LiveService, canal: str) -> None:
    answer = live.http.post("/api/v1/conversations", json={"canal": canal})
    assert answer.status_code == 201
    assert answer.headers["content-type"].startswith("application/json")
    opened = s.check(answer.json(), s.OPENED)
    assert opened["state"] == "BOT"
    [greeting] = opened["messages"]
    assert greeting["author"] == "assistant"
    assert greeting["sujet"] == "salutation"
    assert "automatique" in greeting["text"]
    assert "conseiller" in greeting["text"].lower()
    assert "effacer" in greeting["text"]


def test_who_i_am_is_said_at_the_opening_or_later(live: LiveService) -> None:
    usager = live.open(profil="agent_public", attributs=["senior", "aidant"], langage="simple")
    seen = s.check(usager.call("GET").json(), s.CONVERSATION)
    assert (seen["profil"], seen["canal"]) == ("agent_public", "web")
    assert sorted(seen["attributs"]) == ["aidant", "senior"]
    assert seen["messages"][0]["langage"] == "simple"
    now = {"profil": "salarie", "attributs": ["handicap"], "langage": "standard"}
    assert usager.call("PUT", "/profil", json=now).json() == now
    seen = usager.call("GET").json()
    assert (seen["profil"], seen["attributs"]) == ("salarie", ["handicap"])
    usager.say("Quel est mon solde ?")
    metadata = live.peer.turns_of(usager.id)[-1]["metadata"]
    assert (metadata["profil"], metadata["attributs"], metadata["langage"]) == (
        "salarie",
        ["handicap"],
        "standard",
    )


def test_a_message_is_answered_with_its_replies(live: LiveService, usager: Usager) -> None:
    answer = s.check(usager.say("Combien ai-je sur mon CPF ?").json(), s.ANSWER)
    assert answer["state"] == "BOT"
    message, [replied] = answer["message"], answer["replies"]
    assert (message["author"], message["text"], message["seq"]) == (
        "usager",
        "Combien ai-je sur mon CPF ?",
        2,
    )
    assert (replied["author"], replied["sujet"], replied["profil"]) == ("assistant", "cpf_solde", None)
    assert replied["seq"] == 3
    assert replied["sources"] == [SOURCE]
    assert replied["confidence"] == 0.93
    assert replied["alternatives"] == [{"sujet": "cpf_solde", "confidence": 0.93}]
    [button] = replied["buttons"]
    assert (button["title"], button["sujet"]) == ("Définition du CPF", "cpf_definition")
    assert "/" not in button["payload"]
    assert s.check(usager.call("GET").json(), s.CONVERSATION)["messages"][1:] == [message, replied]


def test_a_button_is_recorded_under_its_title_and_sent_as_its_action(
    live: LiveService, usager: Usager
) -> None:
    [button] = usager.say("Bonjour").json()["replies"][0]["buttons"]
    answer = usager.call("POST", "/messages", json={"payload": button["payload"]})
    assert answer.json()["message"]["text"] == "Définition du CPF"
    turn = live.peer.turns_of(usager.id)[-1]
    assert (turn["payload"], "text" in turn) == ("/cpf_definition", False)


def test_did_you_mean_has_no_sujet_and_its_buttons_have_one(live: LiveService, usager: Usager) -> None:
    before = live.peer.script
    choices = [
        {"title": f"Sujet {n}", "payload": f"/cpf_{n}", "sujet": f"cpf_{n}"}
        for n in ("solde", "depart", "plafond")
    ]
    asked = reply(
        "Vouliez-vous dire :",
        sujet=None,
        buttons=choices,
        sources=[],
        confidence=None,
        question={"kind": "vouliez_vous_dire"},
    )
    live.peer.script = lambda turn: [asked] if turn["conversation"] == usager.id else before(turn)
    [replied] = s.check(usager.say("cpf ?").json(), s.ANSWER)["replies"]
    live.peer.script = before
    assert replied["sujet"] is None
    assert [b["sujet"] for b in replied["buttons"]] == ["cpf_solde", "cpf_depart", "cpf_plafond"]


def test_words_in_another_language_come_with_their_language(live: LiveService, usager: Usager) -> None:
    before = live.peer.script
    passages = [{"text": "Solo hablo francés.", "lang": "es"}]
    said = reply("Solo hablo francés.\nJe parle seulement français.", foreign=passages)
    live.peer.script = lambda turn: [said] if turn["conversation"] == usager.id else before(turn)
    [replied] = s.check(usager.say("¿Habla español?").json(), s.ANSWER)["replies"]
    live.peer.script = before
    assert replied["foreign"] == passages
    assert s.check(usager.call("GET").json(), s.CONVERSATION)["messages"][-1]["foreign"] == passages


def test_two_questions_get_one_assistant_message_each(live: LiveService, usager: Usager) -> None:
    before = live.peer.script
    two = [reply("Un.", sujet="cpf_solde"), reply("Deux.", sujet="are_duree")]
    live.peer.script = lambda turn: two if turn["conversation"] == usager.id else before(turn)
    replies = s.check(usager.say("Mon CPF et mon chômage ?").json(), s.ANSWER)["replies"]
    live.peer.script = before
    assert [r["sujet"] for r in replies] == ["cpf_solde", "are_duree"]
    assert [r["seq"] for r in replies] == [3, 4]


def test_a_replayed_key_answers_the_very_same_body(live: LiveService, usager: Usager) -> None:
    first = usager.say("Bonjour", headers={"Idempotency-Key": "cle-1"})
    again = usager.say("Bonjour", headers={"Idempotency-Key": "cle-1"})
    assert again.json() == first.json()
    s.check_problem(usager.say("Autre", headers={"Idempotency-Key": "cle-1"}), 422)
    assert len(usager.call("GET").json()["messages"]) == 3


def test_a_human_is_asked_for_waited_for_and_given_up(live: LiveService) -> None:
    live.team()
    usager = live.open()
    asked = usager.call("POST", "/handoff", json={"reason": "Je préfère parler à quelqu'un"})
    answer = s.check(asked.json(), s.HANDOFF_ANSWER)
    assert (asked.status_code, answer["state"], answer["open"]) == (200, "QUEUED", True)
    assert answer["position"] >= 1
    assert "position" in s.check(usager.call("GET").json(), s.CONVERSATION)
    assert usager.call("DELETE", "/handoff").json()["state"] == "BOT"
    assert "position" not in usager.call("GET").json()


def test_the_reason_given_for_a_human_reaches_the_briefing(live: LiveService) -> None:
    colleague, usager = live.team(), live.open()
    usager.call("POST", "/handoff", json={"reason": "Mon numéro est le 1 85 05 78 006 084 36, un souci"})
    [row] = live.rows("SELECT id FROM handoffs WHERE conversation_id = ?", usager.id)
    handoff = s.check(colleague.call("GET", f"/handoffs/{row['id']}").json(), s.HANDOFF)
    assert "un souci" in str(handoff["briefing"])
    assert "006" not in str(handoff["briefing"])


def test_a_call_back_is_booked_in_an_offered_slot(live: LiveService, usager: Usager) -> None:
    slots = s.check(live.http.get("/api/v1/callback-slots").json(), s.page(s.record({"slot": s.INSTANT})))
    slot = slots["items"][0]["slot"]
    booked = usager.call("POST", "/callback", json={"phone": "06 12 34 56 78", "slot": slot})
    assert booked.status_code == 200
    s.check(booked.json(), s.record({"state": {"const": "CALLBACK"}, "slot": s.INSTANT}))
    assert datetime.fromisoformat(booked.json()["slot"]) == datetime.fromisoformat(slot)
    assert usager.call("GET").json()["state"] == "CALLBACK"


def test_a_call_back_may_be_an_email(live: LiveService, usager: Usager) -> None:
    slot = live.http.get("/api/v1/callback-slots").json()["items"][-1]["slot"]
    booked = usager.call("POST", "/callback", json={"email": "a@exemple.fr", "slot": slot})
    assert booked.json()["state"] == "CALLBACK"


@pytest.mark.parametrize("opinion", [{"helpful": True}, {"rating": 5}, {"comment": "Merci"}])
def test_an_opinion_is_kept(live: LiveService, usager: Usager, opinion: dict[str, object]) -> None:
    message = usager.say("Bonjour").json()["replies"][0]
    answer = usager.call("POST", "/feedback", json=opinion | {"message_id": message["id"]})
    assert (answer.status_code, answer.content) == (204, b"")
    [kept] = live.rows("SELECT * FROM feedbacks WHERE conversation_id = ?", usager.id)
    assert kept["message_id"] == message["id"]


def test_an_export_holds_all_that_is_kept(live: LiveService, usager: Usager) -> None:
    usager.say("Quel solde ?")
    usager.call("POST", "/feedback", json={"comment": "Très clair"})
    export = usager.call("GET", "/export")
    assert export.headers["content-type"].startswith("application/json")
    held = s.check(export.json(), s.CONVERSATION)
    assert [m["text"] for m in held["messages"]][1:] == ["Quel solde ?", "Votre compte est lisible en ligne."]
    assert held["feedbacks"][0]["comment"] == "Très clair"
    assert usager.token not in export.text


def test_an_erased_conversation_is_gone_everywhere(live: LiveService, usager: Usager) -> None:
    usager.say("Quel solde ?")
    usager.call("POST", "/feedback", json={"rating": 3})
    answer = usager.call("DELETE")
    assert (answer.status_code, answer.content) == (204, b"")
    s.check_problem(usager.call("GET"), 404)
    s.check_problem(usager.say("Encore là ?"), 404)
    for table in ("messages", "buttons", "receipts", "feedbacks", "transitions"):
        assert live.rows(f"SELECT * FROM {table} WHERE conversation_id = ?", usager.id) == []
    assert usager.id in live.peer.deleted


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/v1/sujets", s.SUJET),
        ("/api/v1/callback-slots", s.record({"slot": s.INSTANT})),
        ("/api/v1/simulations", s.KIND),
        ("/api/v1/demo/persons", s.PERSON),
    ],
)
def test_a_list_is_read_page_by_page_without_loss(live: LiveService, path: str, shape: s.Json) -> None:
    whole = s.check(live.http.get(path, params={"limit": 200}).json(), s.page(shape))
    assert whole["next_cursor"] is None
    read, cursor = [], ""
    for _ in range(len(whole["items"]) + 1):
        page = s.check(live.http.get(path, params={"limit": 7, "cursor": cursor}).json(), s.page(shape))
        assert len(page["items"]) <= 7
        read += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert read == whole["items"]


def test_the_topics_are_those_of_this_version(live: LiveService) -> None:
    sujets = {t["id"]: t for t in live.http.get("/api/v1/sujets?limit=200").json()["items"]}
    assert {"cpf_solde", "cpa_definition", "are_montant", "retraite_age", "cep"} <= set(sujets)
    assert sujets["cpf_solde"]["theme"] == "cpf"


def test_becoming_a_fictional_person_says_that_it_is_fictional(live: LiveService, usager: Usager) -> None:
    person = live.http.get("/api/v1/demo/persons").json()["items"][0]
    answer = usager.call("POST", "/demo-identity", json={"person": person["id"]})
    assert answer.status_code == 200
    seen = usager.call("GET").json()
    assert seen["profil"] == person["profil"]
    assert "fictive" in seen["messages"][-1]["text"]


def test_the_event_stream_begins_with_the_state_then_the_messages(live: LiveService, usager: Usager) -> None:
    usager.say("Bonjour")
    with live.client().stream("GET", usager.path + "/events", headers=usager.bearer) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = _lines(stream, 12)
    assert lines[0] == "event: state"
    assert [line for line in lines if line.startswith("id: ")] == ["id: 1", "id: 2", "id: 3"]


def test_the_event_stream_resumes_after_the_last_message_seen(live: LiveService, usager: Usager) -> None:
    usager.say("Bonjour")
    headers = usager.bearer | {"Last-Event-ID": "2"}
    with live.client().stream("GET", usager.path + "/events", headers=headers) as stream:
        lines = _lines(stream, 5)
    assert [line for line in lines if line.startswith("id: ")] == ["id: 3"]


def _lines(stream: httpx.Response, count: int) -> list[str]:
    lines: list[str] = []
    for line in stream.iter_lines():
        if line:
            lines.append(line)
        if len(lines) >= count - 1:
            return lines
    return lines
