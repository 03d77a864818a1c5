"""A usager's own conversation: opened, read, described, exported and erased by who holds its token."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from handoff import repository as repo
from handoff import tables as t
from handoff.assistant import Assistant
from handoff.core import Core, Transaction, topic
from handoff.errors import AssistantUnavailable, BadInput, NotFound, Unauthenticated
from handoff.events import TEAM, Event
from handoff.lifecycle import State
from handoff.ports import AnswerSujet
from handoff.records import Conversation, Draft, Json, Message
from handoff.service.relectures import Relectures
from handoff.service.requests import Requests
from handoff.service.turns import Turns
from handoff.views import conversation_view, instant

TOKEN_LIFE = timedelta(days=30)
# What an export adds to what the usager already sees of the conversation.
_DATES = ("created_at", "updated_at", "usager_at", "token_expires_at")
_KEPT = ("person", "episode", "failed_turns", "last_sujet", "profil_asked", "distress")


def token_digest(token: str) -> str:
    """Return what is kept of a token: enough to recognise it, nothing to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Conversations:
    """What a usager may do with their own conversation, besides speaking."""

    def __init__(
        self,
        core: Core,
        requests: Requests,
        turns: Turns,
        assistant: Assistant,
        answer_sujet: AnswerSujet,
        relectures: Relectures,
    ) -> None:
        self._core = core
        self._requests = requests
        self._turns = turns
        self._assistant = assistant
        self._answer_sujet = answer_sujet
        self._relectures = relectures

    async def open(
        self, *, canal: str, profil: str | None, attributs: list[str], langage: str, reutilisation: bool
    ) -> Json:
        """Begin a conversation; the greeting is its first message."""
        token = secrets.token_urlsafe(32)
        async with self._core.transaction() as tx:
            current = await repo.add_conversation(
                tx.connection,
                {
                    "id": repo.new_id(),
                    "token_digest": token_digest(token),
                    "token_expires_at": tx.now + TOKEN_LIFE,
                    "canal": canal,
                    "profil": profil,
                    "attributs": attributs,
                    "langage": langage,
                    "state": State.BOT.value,
                    "version": 1,
                    "epoch": 1,
                    "episode": 1,
                    "last_seq": 0,
                    "failed_turns": 0,
                    "profil_asked": False,
                    "identity": "none",
                    "distress": False,
                    "reset_assistant": False,
                    "usager_at": tx.now,
                    "reutilisation": reutilisation,
                    "created_at": tx.now,
                    "updated_at": tx.now,
                },
            )
            greeting = self._greeting(current, tx.now)
            await self._requests.issue(
                tx, current, [(b["payload"], b["title"], b["payload"]) for b in greeting.body["buttons"]]
            )
            said = await repo.append(tx.connection, current.id, [greeting], at=tx.now)
        view = conversation_view(current, said, {})
        return {"id": current.id, "token": token, "state": current.state, "messages": view["messages"]}

    def _greeting(self, current: Conversation, now: Any) -> Draft:
        body: Json = self._answer_sujet("salutation", current, now)["body"]
        body |= {"buttons": [self._requests.gate_button(current, "gate:handoff")]}
        told = "accueil_relecture" if self._relectures.may_use(current) else "accueil_donnees"
        return Draft("assistant", "\n".join(self._core.say(current, key) for key in ("accueil", told)), body)

    async def authenticate(self, conversation_id: str, token: str) -> Conversation:
        """Return the conversation that this token opens.

        Raises:
            Unauthenticated: no token, one that opens nothing, or one that has expired.
            NotFound: no such conversation, or another's than the holder of a good token.
        """
        if not token:
            raise Unauthenticated
        async with self._core.database.read() as connection:
            current = await repo.conversation(connection, conversation_id)
            if not hmac.compare_digest(current.token_digest, token_digest(token)):
                known = t.conversations.c.token_digest == token_digest(token)
                opens = await connection.execute(select(t.conversations.c.id).where(known))
                raise NotFound("conversation") if opens.first() else Unauthenticated
        if current.token_expires_at < self._core.clock():
            raise Unauthenticated
        return current

    async def person_of(self, token: str) -> str | None:
        """Return the person as whom the holder of this token is identified, None when there is none."""
        c = t.conversations.c
        query = select(c.person).where(
            c.token_digest == token_digest(token), c.token_expires_at > self._core.clock()
        )
        async with self._core.database.read() as connection:
            found: str | None = (await connection.execute(query)).scalars().first()
        return found

    async def fresh(self, tx: Transaction, conversation_id: str, *, reopen: bool = True) -> Conversation:
        """Read the conversation again, held until the transaction ends; a closed one begins anew."""
        current = await repo.conversation(tx.connection, conversation_id, lock=True)
        if reopen and current.status is State.CLOSED:
            current = await self._requests.reopen(tx, current)
        return current

    async def view(self, conversation_id: str) -> Json:
        """Return the conversation with its messages and its place in the queue."""
        async with self._core.glance() as tx:
            current = await repo.conversation(tx.connection, conversation_id)
            transcript = await repo.messages(tx.connection, conversation_id)
            return conversation_view(current, transcript, await self._requests.queue_facts(tx, current))

    async def describe(
        self, conversation_id: str, *, profil: str | None, attributs: list[str], langage: str
    ) -> Json:
        """Set who the usager is; the next answers are worded for it."""
        async with self._core.transaction() as tx:
            await repo.update_conversation(
                tx.connection, conversation_id, profil=profil, attributs=attributs, langage=langage
            )
            tx.tell_usager(conversation_id)
        return {"profil": profil, "attributs": attributs, "langage": langage}

    async def identify(self, conversation_id: str, person: Json) -> list[Message]:
        """Note that the usager is this fictional person, whose rights may be read."""
        async with self._core.transaction() as tx:
            await repo.update_conversation(
                tx.connection,
                conversation_id,
                person=person["id"],
                identity="demo",
                profil=person["profil"],
                attributs=person["attributs"],
            )
            current = await repo.conversation(tx.connection, conversation_id)
            text = self._core.say(current, "identifie", nom=person["name"])
            return await self._requests.system(tx, current, text)

    async def give_feedback(
        self, tx: Transaction, current: Conversation, feedback: Json, *, in_distress: bool
    ) -> None:
        """Keep what the usager thinks of a message, or of the whole.

        Somebody in distress is not refused for the message they name: their opinion is then of the whole.

        Raises:
            BadInput: nothing is said, or the message is not of this conversation.
        """
        if all(feedback.get(k) is None for k in ("helpful", "rating", "comment")):
            raise BadInput("helpful", "au moins un de « helpful », « rating » ou « comment ».")
        named = feedback.get("message_id")
        if named is not None and not await self._is_mine(tx.connection, current.id, named):
            if not in_distress:
                raise BadInput("message_id", "l'identifiant d'un message de cette conversation.")
            feedback = feedback | {"message_id": None}
        await tx.connection.execute(
            insert(t.feedbacks).values(
                id=repo.new_id(), conversation_id=current.id, created_at=tx.now, **feedback
            )
        )

    async def _is_mine(self, connection: Any, conversation_id: str, message_id: str) -> bool:
        try:
            message = await repo.message(connection, message_id)
        except NotFound:
            return False
        return message.conversation_id == conversation_id

    async def export(self, conversation_id: str) -> Json:
        """Return all that is held about the conversation, in every part of the service."""
        async with self._core.database.read() as connection:
            current = await repo.conversation(connection, conversation_id)
            transcript = await repo.messages(connection, conversation_id)
            held = {
                table.name: await self._rows(connection, table, conversation_id)
                for table in (
                    t.transitions,
                    t.handoffs,
                    t.callbacks,
                    t.feedbacks,
                    t.notes,
                    t.receipts,
                    t.relectures,
                )
            }
        view = conversation_view(current, transcript, {})
        view |= {key: instant(getattr(current, key)) for key in _DATES}
        view |= {key: getattr(current, key) for key in _KEPT}
        view |= held
        try:
            view["assistant"] = {"events": await self._assistant.export(conversation_id)}
        except AssistantUnavailable:
            view["assistant"] = {"events": None, "detail": "L'assistant ne répond pas : réessayez plus tard."}
        return view

    async def _rows(self, connection: Any, table: Any, conversation_id: str) -> list[Json]:
        rows = await connection.execute(select(table).where(table.c.conversation_id == conversation_id))
        hidden = {"digest", "body", "owner", "reserved_for", "declined_by", "author_id"}
        return [
            {
                key: instant(value) if hasattr(value, "isoformat") else value
                for key, value in row._mapping.items()
                if key not in hidden
            }
            for row in rows
        ]

    async def erase(self, conversation_id: str) -> None:
        """Delete the conversation with all that hangs on it, in Rasa too, even if Rasa is down now.

        Raises:
            NotFound: no such conversation.
        """
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, conversation_id, lock=True)
            await repo.erase(tx.connection, conversation_id)
            await tx.connection.execute(
                insert(t.erasures).values(conversation_id=conversation_id, asked_at=tx.now)
            )
            tx.tell_usager(conversation_id)
            if current.handoff_id is not None:
                data = {"handoff_id": current.handoff_id, "erased": True}
                tx.outbox.append((TEAM, Event("handoff", data)))
        await self._turns.forget(conversation_id)
        await self.finish_erasures()
        await self._core.database.forget_deleted()
        self._core.bus.publish(topic(conversation_id), Event("changed"))

    async def finish_erasures(self) -> None:
        """Have Rasa delete what it keeps of every erased conversation; what fails is tried again later."""
        async with self._core.database.read() as connection:
            owed = (await connection.execute(select(t.erasures.c.conversation_id))).scalars().all()
        for conversation_id in owed:
            try:
                await self._assistant.erase(conversation_id)
            except AssistantUnavailable:
                continue  # one that Rasa refuses must not keep the others waiting
            async with self._core.transaction() as tx:
                await tx.connection.execute(
                    delete(t.erasures).where(t.erasures.c.conversation_id == conversation_id)
                )
