"""What the gate may send us, checked and made safe before Rasa sees it.

A text can never become an intent; a payload can only name an intent of the domain.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Iterable

from nlu.errors import InvalidRequest

MAX_TEXT = 4000
# "/" and what NFKC or a reader takes for it.
_SLASHES = "/\u2044\u2215\u29f8\uff0f"
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:\-]{1,100}")
_PAYLOAD = re.compile(r"/([a-z0-9_]{1,60})(\{.*\})?", re.DOTALL)
# Never stored, whatever the tracker store.
TRANSIENT = ("droits_token",)


@dataclass(frozen=True)
class GateMessage:
    """One message of a conversation: text, or a button's intent and entities."""

    conversation: str
    message_id: str
    text: str = field(repr=False)
    intent: str | None
    entities: dict[str, str] = field(repr=False)
    metadata: dict[str, Any] = field(repr=False)


def clean_text(text: str) -> str:
    """Drop controls and bidi marks, strip, then escape a leading slash so that Rasa reads no intent."""
    kept = "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    kept = kept.strip()
    if kept[:1] in _SLASHES and kept:
        rest = kept.lstrip(_SLASHES + " \t\n\u00a0\u2007\u202f")
        return f"\\{rest}" if rest else "\\"
    return kept


def read_identifier(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise InvalidRequest(f"« {name} » doit être un identifiant de 1 à 100 caractères.")
    return value


def read_message(body: Any, intents: Iterable[str]) -> GateMessage:
    """Check the body of POST /gate/messages. Raises: InvalidRequest."""
    if not isinstance(body, dict):
        raise InvalidRequest("Le corps doit être un objet JSON.")
    conversation = read_identifier(body.get("conversation"), "conversation")
    message_id = read_identifier(body.get("message_id"), "message_id")
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise InvalidRequest("« metadata » doit être un objet.")
    text, payload = body.get("text"), body.get("payload")
    if (text is None) == (payload is None):
        raise InvalidRequest("Il faut « text » ou « payload », un seul des deux.")
    if payload is not None:
        intent, entities = read_payload(payload, intents)
        return GateMessage(conversation, message_id, str(payload), intent, entities, metadata)
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise InvalidRequest(f"« text » doit être un texte de {MAX_TEXT} caractères au plus.")
    return GateMessage(conversation, message_id, clean_text(text), None, {}, metadata)


def read_payload(payload: Any, intents: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Read `/intent{json}`. Raises: InvalidRequest."""
    match = _PAYLOAD.fullmatch(payload) if isinstance(payload, str) and len(payload) <= 2000 else None
    if match is None or match.group(1) not in intents:
        raise InvalidRequest("« payload » ne désigne aucune intention connue.")
    try:
        entities = json.loads(match.group(2) or "{}")
    except ValueError as error:
        raise InvalidRequest("« payload » porte un JSON invalide.") from error
    if not all(isinstance(v, (str, int, float)) for v in entities.values()):
        raise InvalidRequest("« payload » ne porte que des valeurs simples.")
    return match.group(1), {k: str(v) for k, v in entities.items()}
