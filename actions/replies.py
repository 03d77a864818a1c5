"""Builds the replies and checks each against schemas/reply.schema.json: nothing else leaves for the gate."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from actions.errors import InvalidReply
from actions.settings import ROOT
from connaissances.rendering import typography

Reply = dict[str, Any]
Button = dict[str, str]

HANDOFF: Button = {"title": "Parler à un conseiller", "payload": "gate:handoff"}
IDENTITY: Button = {"title": "Voir mes droits", "payload": "gate:identity"}
CALLBACK: Button = {"title": "Être rappelé", "payload": "gate:callback"}
STOP: Button = {"title": "Arrêter le calcul", "payload": "/refuser"}
MAX_BUTTONS = 12


def topic_button(title: str, sujet: str) -> Button:
    """A button that answers a topic; asking for a human is the gate's business, never a topic's."""
    if sujet == "parler_conseiller":
        return HANDOFF
    return {"title": title, "payload": f"/{sujet}", "sujet": sujet}


def command(title: str, intent: str, **entities: str) -> Button:
    """A button that carries entities, such as `/simuler{"type":"cpf"}`."""
    return {
        "title": title,
        "payload": f"/{intent}{json.dumps(entities, ensure_ascii=False, separators=(',', ':'))}",
    }


def reply(
    lines: Iterable[str],
    *,
    sujet: str | None,
    profil: str | None = None,
    attributs: Iterable[str] = (),
    sources: Iterable[dict[str, str]] = (),
    buttons: Iterable[Button] = (),
    failed: bool = False,
    **more: Any,
) -> Reply:
    """Assemble one reply; `more`: simulation, foreign, question, profil_change, handoff (None: absent)."""
    return {
        "text": typography("\n".join(line.strip() for t in lines for line in t.splitlines() if line.strip())),
        "sujet": sujet,
        "profil": profil,
        "attributs": list(attributs),
        "sources": list(sources),
        "buttons": _distinct(buttons),
        "failed": failed,
        **{key: value for key, value in more.items() if value is not None},
    }


def check_reply(candidate: Reply) -> Reply:
    """Give the reply back when it follows the schema.

    Raises: InvalidReply, naming the field and the rule, never a value.
    """
    if not _validator().is_valid(candidate):
        error = next(_validator().iter_errors(candidate))
        place = ".".join(str(part) for part in error.instance_path) or "reply"
        raise InvalidReply(f"{place}: {error.schema_path[-1]}")
    return candidate


def _distinct(buttons: Iterable[Button]) -> list[Button]:
    kept: dict[str, Button] = {}
    for button in buttons:
        kept.setdefault(button["payload"], button)
    return list(kept.values())[:MAX_BUTTONS]


@cache
def _validator() -> Draft202012Validator:
    path = ROOT / "schemas" / "reply.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
