"""What an action may know of the current turn: the message understood by Rasa and the gate's metadata.
Everything is checked: an unknown profil, attribut or language counts as not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from rasa_sdk.interfaces import Tracker

from actions.profils import ATTRIBUTS, LABELS, read_profil

PROFIL_INTENTS = ("choisir_profil", "informer_profil")
FALLBACK_INTENT = "nlu_fallback"


@dataclass(frozen=True)
class Turn:
    """One message of the usager, and who they are as the gate says."""

    intent: str
    text: str = field(repr=False)
    entities: dict[str, str] = field(repr=False)
    ranking: list[tuple[str, float]]
    profil: str | None
    attributs: list[str]
    langage: str
    canal: str
    identity: str
    token: str | None = field(repr=False)
    last_sujet: str | None
    profil_asked: bool
    for_profil: str | None  # « et pour un fonctionnaire ? »: this answer alone is for them
    for_attribut: str | None
    active_form: str | None
    slots: dict[str, Any] = field(repr=False)

    @property
    def spoken(self) -> bool:
        """True when the answer will be said on the phone."""
        return self.canal == "phone"

    @property
    def requested_slot(self) -> str | None:
        """The value that an open form is waiting for."""
        return cast("str | None", self.slots.get("requested_slot"))


def read_turn(tracker: Tracker) -> Turn:
    """Read a tracker sent by Rasa; missing or unexpected parts read as absent."""
    message = tracker.latest_message or {}
    metadata = _mapping(message.get("metadata"))
    entities = _entities(message.get("entities"))
    intent = str(_mapping(message.get("intent")).get("name") or "")
    text = str(message.get("text") or "")
    stated = stated_profil(intent, entities, text)
    return Turn(
        intent=intent,
        text=text,
        entities=entities,
        ranking=_ranking(message.get("intent_ranking")),
        profil=stated or _one_of(metadata.get("profil"), LABELS),
        attributs=[a for a in _list(metadata.get("attributs")) if a in ATTRIBUTS],
        langage="simple" if metadata.get("langage") == "simple" else "standard",
        canal=str(metadata.get("canal") or "web"),
        identity=str(metadata.get("state_of_identity") or "none"),
        token=_text(metadata.get("droits_token")),
        last_sujet=_text(metadata.get("last_sujet")),
        profil_asked=metadata.get("profil_asked") is True,
        for_profil=_one_of(entities.get("pour_profil"), LABELS),
        for_attribut=_one_of(entities.get("pour_attribut"), ATTRIBUTS),
        active_form=tracker.active_loop_name,
        slots=tracker.slots or {},
    )


def stated_profil(intent: str, entities: dict[str, str], text: str) -> str | None:
    """The profil that this very message states, when that is what the message is for."""
    if intent not in PROFIL_INTENTS:
        return None
    return read_profil(entities.get("profil")) or (read_profil(text) if not text.startswith("/") else None)


def _entities(raw: Any) -> dict[str, str]:
    """The first value of each entity."""
    found: dict[str, str] = {}
    for row in _list(raw):
        name, value = _mapping(row).get("entity"), _mapping(row).get("value")
        if isinstance(name, str) and isinstance(value, str | int | float):
            found.setdefault(name, str(value))
    return found


def _ranking(raw: Any) -> list[tuple[str, float]]:
    rows = [_mapping(row) for row in _list(raw)]
    return [
        (str(r.get("name")), float(r.get("confidence") or 0))
        for r in rows
        if r.get("name") != FALLBACK_INTENT
    ]


def _mapping(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw else None


def _one_of(raw: Any, known: dict[str, str]) -> str | None:
    return raw if isinstance(raw, str) and raw in known else None
