"""What the outside sees of a record, as `api.md` fixes it."""

from datetime import datetime
from typing import Any

from handoff.records import PRIORITIES, Conversation, Handoff, Json, Message, Relecture

_ALWAYS = {"sources": [], "buttons": [], "langage": "standard"}
_BODY = ("sujet", "profil", "confidence", "simulation", "foreign", "attributs", "alternatives", "question")


def instant(moment: datetime) -> str:
    """Write an instant as RFC 3339."""
    return moment.isoformat(timespec="milliseconds")


def message_view(message: Message) -> Json:
    """Return a message as the API shows it, to both sides alike."""
    body = message.body
    view: Json = {
        "id": message.id,
        "seq": message.seq,
        "author": message.author,
        "text": message.text,
        "created_at": instant(message.created_at),
        "sujet": body.get("sujet"),
        "profil": body.get("profil"),
    }
    if message.author_name:
        view["author_name"] = message.author_name
    view |= {key: body.get(key, default) for key, default in _ALWAYS.items()}
    view |= {key: body[key] for key in _BODY if key in body}
    return view


def handoff_view(handoff: Handoff, current: Conversation, owner_name: str | None) -> Json:
    """Return a handoff as conseillers see it."""
    ended = handoff.closed_at is not None or current.handoff_id != handoff.id
    view: Json = {
        "id": handoff.id,
        "conversation_id": handoff.conversation_id,
        "state": "CLOSED" if ended else current.state,
        "skill": handoff.skill,
        "priority": PRIORITIES[handoff.priority],
        "reason": handoff.reason,
        "queued_at": instant(handoff.queued_at),
        "version": current.version,
        "epoch": current.epoch,
        "canal": current.canal,
        "briefing": handoff.briefing,
    }
    if handoff.owner is not None:
        view["owner"] = {"id": handoff.owner, "name": owner_name or ""}
    if handoff.outcome is not None:
        view["outcome"] = handoff.outcome
    return view


def conversation_view(current: Conversation, messages: list[Message], queue: Json) -> Json:
    """Return a conversation as its usager sees it; `queue` holds `position` and `wait_minutes`, if any."""
    view: dict[str, Any] = {
        "id": current.id,
        "state": current.state,
        "profil": current.profil,
        "attributs": current.attributs,
        "langage": current.langage,
        "canal": current.canal,
        "identity": current.identity,
        "reutilisation": current.reutilisation,
        "messages": [message_view(m) for m in messages],
    }
    return view | queue


def relecture_view(kept: Relecture) -> Json:
    """Return a sentence to review as the reviewer sees it: nothing leads back to whose it was."""
    return {
        "id": kept.id,
        "text": kept.text,
        "canal": kept.canal,
        "reason": kept.reason,
        "sujet": kept.sujet,
        "confidence": kept.confidence,
        "alternatives": kept.alternatives,
        "kept_on": kept.kept_on,
    }
