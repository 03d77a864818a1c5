"""The shapes that the HTTP contract promises, written from its page and not from the code's schemas."""

import re
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]
TEXT: Json = {"type": "string", "minLength": 1}
STRING: Json = {"type": "string"}
NULLABLE: Json = {"type": ["string", "null"]}
BOOLEAN: Json = {"type": "boolean"}
# RFC 3339 with an offset.
INSTANT: Json = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
DAY: Json = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
STATE: Json = {"enum": ["BOT", "QUEUED", "RESERVED", "HUMAN", "WAITING_USER", "CALLBACK", "CLOSED"]}
CANAL: Json = {"enum": ["web", "sms", "whatsapp", "messenger", "telegram", "matrix", "email", "phone"]}
RATE: Json = {"type": "number", "minimum": 0, "maximum": 1}
COUNT: Json = {"type": "integer", "minimum": 0}
RANGE: Json = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
STRINGS: Json = {"type": "array", "items": STRING}


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


def record(required: Json, optional: Json | None = None) -> Json:
    """An object that has at least these fields; optional ones are of their type when present."""
    return {"type": "object", "required": sorted(required), "properties": required | (optional or {})}


def page(items: Json) -> Json:
    return record({"items": array(items), "next_cursor": NULLABLE})


SOURCE = record({"title": TEXT, "url": {"type": "string", "pattern": "^https?://"}, "date": DAY})
BUTTON = record({"title": TEXT, "payload": TEXT}, {"sujet": STRING})
SIMULATION = record(
    {
        "type": TEXT,
        "inputs": {"type": "object"},
        "results": {"type": "object"},
        "assumptions": array(TEXT),
        "sources": array(SOURCE),
        "computed_at": INSTANT,
        "rules_date": DAY,
    }
)
MESSAGE = record(
    {
        "id": TEXT,
        "seq": {"type": "integer", "minimum": 1},
        "author": {"enum": ["usager", "assistant", "conseiller", "system"]},
        "text": TEXT,
        "created_at": INSTANT,
        "sources": array(SOURCE),
        "buttons": array(BUTTON),
        "langage": {"enum": ["standard", "simple"]},
    },
    {
        "author_name": TEXT,
        "sujet": NULLABLE,
        "profil": NULLABLE,
        "confidence": {"anyOf": [RATE, {"type": "null"}]},
        "simulation": SIMULATION,
        "foreign": array(record({"text": TEXT, "lang": TEXT})),
        "attributs": STRINGS,
        "alternatives": array(record({"sujet": TEXT, "confidence": RATE})),
    },
)
OPENED = record({"id": TEXT, "token": TEXT, "state": STATE, "messages": array(MESSAGE)})
ANSWER = record({"message": MESSAGE, "replies": array(MESSAGE), "state": STATE})
CONVERSATION = record(
    {
        "id": TEXT,
        "state": STATE,
        "profil": NULLABLE,
        "attributs": STRINGS,
        "canal": CANAL,
        "messages": array(MESSAGE),
    },
    {"position": {"type": "integer", "minimum": 1}, "wait_minutes": RANGE},
)
HANDOFF_ANSWER = record(
    {"state": STATE, "open": BOOLEAN, "alternatives": array(record({"title": TEXT, "payload": TEXT}))},
    {"position": {"type": "integer", "minimum": 1}, "wait_minutes": RANGE, "next_opening": INSTANT},
)
BRIEFING = record(
    {
        "question": STRING,
        "sujet": NULLABLE,
        "profil": NULLABLE,
        "attributs": STRINGS,
        "facts": {"type": "array"},
        "answers_given": array(record({"sujet": TEXT, "sources": array(SOURCE)})),
        "failure": NULLABLE,
        "summary": TEXT,
    }
)
HANDOFF = record(
    {
        "id": TEXT,
        "conversation_id": TEXT,
        "state": STATE,
        "skill": TEXT,
        "priority": {"enum": ["normale", "haute", "urgence"]},
        "reason": TEXT,
        "queued_at": INSTANT,
        "version": COUNT,
        "epoch": COUNT,
        "briefing": BRIEFING,
    },
    {"owner": {"type": "object"}},
)
SESSION = record(
    {"token": TEXT, "role": {"enum": ["conseiller", "superviseur", "relecteur", "admin"]}, "name": TEXT}
)
RELECTURE = record(
    {
        "id": TEXT,
        "text": TEXT,
        "canal": {"const": "web"},
        "reason": {"enum": ["incompris", "hesitation", "hors_sujet", "peu_sur"]},
        "sujet": {"type": ["string", "null"]},
        "confidence": {"type": ["number", "null"]},
        "alternatives": {"type": "array"},
        "kept_on": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    }
)
SUJET = record({"id": TEXT, "title": TEXT, "theme": TEXT, "profils": STRINGS})
PERSON = record({"id": TEXT, "name": TEXT, "profil": TEXT, "attributs": STRINGS, "summary": TEXT})
KIND = record({"type": TEXT, "inputs": {"type": "object"}, "results": {"type": "object"}})
PROBLEM = record({"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT})
HEALTH = record({"status": {"enum": ["ok", "degraded"]}, "components": {"type": "object"}})

_ENGLISH = re.compile(r"\b(should|Input|invalid|must|found|expected|Error|Traceback|permitted)\b")


def check(value: Any, shape: Json) -> Any:
    """Return the value, which must be of this shape."""
    Draft202012Validator(shape).validate(value)
    return value


def check_problem(answer: Any, status: int) -> Json:
    """Return the problem that an answer is: RFC 9457, in French, without any trace of the code."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    body: Json = check(answer.json(), PROBLEM)
    assert body["status"] == status
    said = [body["title"], body["detail"], *(e["expected"] for e in body.get("errors", []))]
    assert [text for text in said if _ENGLISH.search(text)] == []
    assert not any(hint in answer.text for hint in (".py", "sqlalchemy", "sanic", "pydantic"))
    return body
