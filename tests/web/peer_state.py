"""The peer's memory: conversations, messages, the queue, and who listens to them. Nothing is kept on disk."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
Queue = asyncio.Queue[tuple[str, Json, int | None]]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass
class Conversation:
    """One usager's conversation and, when a human is asked for, its handoff."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    state: str = "BOT"
    profil: str | None = None
    attributs: list[str] = field(default_factory=list)
    langage: str = "standard"
    person: str | None = None
    reutilisation: bool = True
    owner: Json | None = None
    reason: str = "demande"
    priority: str = "normale"
    queued_at: str = ""
    version: int = 1
    messages: list[Json] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)
    receipts: dict[str, Json] = field(default_factory=dict)
    listeners: set[Queue] = field(default_factory=set)

    def usager_view(self) -> Json:
        view: Json = {"id": self.id, "state": self.state, "profil": self.profil, "attributs": self.attributs}
        view |= {"langage": self.langage, "canal": "web", "messages": self.messages}
        return view | self.queue_facts()

    def queue_facts(self) -> Json:
        return {"position": 1, "wait_minutes": [3, 6]} if self.state == "QUEUED" else {}

    def handoff_view(self) -> Json:
        answered = [m for m in self.messages if m["author"] == "assistant" and m["sujet"]]
        asked = [m["text"] for m in self.messages if m["author"] == "usager"]
        briefing = {
            "question": asked[-1] if asked else "",
            "sujet": answered[-1]["sujet"] if answered else None,
            "profil": self.profil,
            "attributs": self.attributs,
            "facts": [{"titre": "Canal", "valeur": "web"}],
            "answers_given": [{"sujet": m["sujet"], "sources": m["sources"]} for m in answered],
            "failure": None,
            "summary": f"La personne demande un conseiller. Réponses de l'assistant : {len(answered)}.",
        }
        view: Json = {
            "id": "h-" + self.id,
            "conversation_id": self.id,
            "state": self.state,
            "skill": "general",
        }
        view |= {
            "priority": self.priority,
            "reason": self.reason,
            "queued_at": self.queued_at,
            "canal": "web",
        }
        view |= {"version": self.version, "epoch": 1, "briefing": briefing}
        return view | ({"owner": self.owner} if self.owner else {})


class State:
    """Everything the peer knows."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.team: set[Queue] = set()
        self.sessions: dict[str, Json] = {}
        self.relectures: list[Json] = []
        self.reviewed: list[Json] = []
        self.open = True
        self.delay = 0.3
        self.opening = 0.0

    def say(self, talk: Conversation, author: str, text: str, **more: Any) -> Json:
        """Record a message and tell both sides."""
        message: Json = {
            "id": secrets.token_hex(6),
            "seq": len(talk.messages) + 1,
            "author": author,
            "text": text,
            "created_at": now(),
            "sujet": None,
            "profil": None,
            "sources": [],
            "buttons": [],
            "langage": talk.langage,
        } | more
        talk.messages.append(message)
        self.tell(talk, "message", message, message["seq"])
        self.tell_team("message", {"conversation_id": talk.id, "message": message})
        return message

    def tell(self, talk: Conversation, name: str, data: Json, seq: int | None = None) -> None:
        for queue in talk.listeners:
            queue.put_nowait((name, data, seq))

    def tell_team(self, name: str, data: Json) -> None:
        for queue in self.team:
            queue.put_nowait((name, data, None))

    def move(
        self, talk: Conversation, state: str, owner: Json | None = None, alert: str | None = None
    ) -> None:
        """Change the state, and tell both sides."""
        talk.state, talk.owner, talk.version = state, owner, talk.version + 1
        if state == "QUEUED":
            talk.queued_at = talk.queued_at or (datetime.now(UTC) - timedelta(seconds=95)).isoformat()
        self.tell(talk, "state", {"state": state} | talk.queue_facts())
        self.tell_team("handoff", talk.handoff_view())
        if alert:
            self.tell_team("alert", {"kind": alert, "handoff": talk.handoff_view()})

    def by_handoff(self, handoff_id: str) -> Conversation | None:
        return self.conversations.get(handoff_id.removeprefix("h-"))
