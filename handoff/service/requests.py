"""A usager asks for a human, waits, gives up or books a call: said honestly before anybody waits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from handoff import repository as repo
from handoff import tables as t
from handoff.briefing import brief, with_danger
from handoff.cleaning import clean, mask_nir
from handoff.core import Core, Transaction
from handoff.errors import BadInput
from handoff.estimates import waiting_minutes
from handoff.lifecycle import WITH_HUMANS, State, Trigger, decide
from handoff.opening import in_french
from handoff.records import PRIORITIES, Conversation, Draft, Json, Message
from handoff.service.presence import present_count
from handoff.views import instant

_RECENT = timedelta(hours=24)
_SLOTS_SHOWN = 200
CALLBACK_ACTION = "gate:callback"
HANDOFF_ACTION = "gate:handoff"
CANCEL_ACTION = "gate:cancel"


@dataclass(frozen=True, slots=True)
class Demand:
    """Why a human is asked for, which skill, how urgent, the message that led to it, the usager's words."""

    reason: str = "demande"
    skill: str = "general"
    priority: int = 0
    reply_to: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a demand."""

    current: Conversation
    open: bool
    said: list[Message] = field(default_factory=list)
    next_opening: datetime | None = None


class Requests:
    """The usager's side of the handoff."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def ask(self, tx: Transaction, current: Conversation, demand: Demand) -> Outcome:
        """Queue the conversation, or say why not and what else can be done.

        Idempotent: a conversation already with humans stays where it is.
        """
        if current.status in WITH_HUMANS:
            return Outcome(current, open=True)
        present = await present_count(tx)
        opening = self._core.opening.next_opening(tx.now)
        if not present or opening != tx.now:
            return await self._nobody(tx, current, demand, opening)
        current = await self._enqueue(tx, current, demand, Trigger.REQUEST, actor="usager")
        queue = await self.queue_facts(tx, current)
        text = self._core.say(current, "file_entree", **_waiting(queue))
        said = await self.system(tx, current, text, reply_to=demand.reply_to, actions=[CANCEL_ACTION])
        tx.tell_team(current, alert="new")
        return Outcome(current, open=True, said=said)

    async def alarm(
        self, tx: Transaction, current: Conversation, reply_to: str, danger: str | None
    ) -> Conversation:
        """Bring somebody in distress before a human, ahead of everybody; say so if nobody is there now.

        `danger` is what their words say they are in danger of, for the briefing; None when they do not tell.
        Returns: the conversation as it became; it is not closed, as they have just written.
        """
        if current.status in (State.BOT, State.CALLBACK):
            demand = Demand("detresse", "general", PRIORITIES.index("urgence"), reply_to)
            current = await self._enqueue(tx, current, demand, Trigger.DISTRESS, actor="gate")
        await repo.update_conversation(tx.connection, current.id, distress=True)
        if current.handoff_id is not None:
            briefing = (await repo.handoff(tx.connection, current.handoff_id)).briefing
            await repo.update_handoff(
                tx.connection,
                current.handoff_id,
                priority=PRIORITIES.index("urgence"),
                reason="detresse",
                briefing=with_danger(briefing, danger),
            )
        if current.status in (State.QUEUED, State.RESERVED):
            key = "detresse_suite" if await present_count(tx) else "detresse_sans_conseiller"
            await self.system(tx, current, self._core.say(current, key), reply_to=reply_to)
        current = await repo.conversation(tx.connection, current.id)
        tx.tell_usager(current.id)
        tx.tell_team(current, alert="distress")
        return current

    async def give_up(self, tx: Transaction, current: Conversation, reply_to: str | None = None) -> Outcome:
        """Take the conversation back to the assistant, as its usager no longer waits.

        Raises:
            IllegalTransition: nobody is waited for.
        """
        if current.status in (State.BOT, State.CLOSED):
            return Outcome(current, open=False)
        handoff_id = current.handoff_id
        changed = await repo.transition(
            tx.connection, current, Trigger.GIVE_UP, actor="usager", at=tx.now, owner=None, handoff_id=None
        )
        await repo.update_handoff(tx.connection, handoff_id, closed_at=tx.now, outcome="abandon")
        await cancel_callbacks(tx, current.id)
        said = await self.system(tx, changed, self._core.say(changed, "file_abandon"), reply_to=reply_to)
        tx.tell_team(current)
        return Outcome(changed, open=False, said=said)

    async def book(
        self, tx: Transaction, current: Conversation, *, slot: datetime, phone: str | None, email: str | None
    ) -> Outcome:
        """Promise a call in a slot, from the assistant or from the queue.

        Somebody in distress keeps their place at the head of the queue as well: a call alone is no answer.

        Raises:
            BadInput: no number nor address, or the slot is not one of those offered.
            IllegalTransition: a human already holds the conversation.
        """
        _must_be_reachable(phone, email)
        # As seconds: `astimezone` overflows on the first and the last days that can be written.
        if slot.timestamp() not in {s.timestamp() for s in self._core.opening.callback_slots(tx.now)}:
            raise BadInput("slot", "un des créneaux proposés par GET /api/v1/callback-slots.")
        decide(current.status, Trigger.BOOK_CALLBACK, owner=current.owner, new_owner=None)
        if not current.distress:
            changed = await self._enqueue(
                tx, current, Demand("rappel"), Trigger.BOOK_CALLBACK, actor="usager"
            )
        elif current.status is State.BOT:
            demand = Demand("detresse", priority=PRIORITIES.index("urgence"))
            changed = await self._enqueue(tx, current, demand, Trigger.DISTRESS, actor="usager")
        else:
            changed = current
        await cancel_callbacks(tx, current.id)
        await tx.connection.execute(
            insert(t.callbacks).values(
                id=repo.new_id(),
                conversation_id=current.id,
                slot=slot,
                phone=phone,
                email=email,
                attempts=0,
                status="prevu",
                created_at=tx.now,
            )
        )
        text = self._core.say(changed, "rappel_confirme", creneau=in_french(slot))
        said = await self.system(tx, changed, text, actions=[CANCEL_ACTION])
        tx.tell_team(changed, alert="new")
        return Outcome(changed, open=True, said=said)

    def slots(self, now: datetime) -> list[Json]:
        """Return the call-back slots to come, in order."""
        found = zip(range(_SLOTS_SHOWN), self._core.opening.callback_slots(now), strict=False)
        return [{"slot": instant(slot), "title": in_french(slot)} for _, slot in found]

    async def queue_facts(self, tx: Transaction, current: Conversation) -> Json:
        """Return `position`, and `wait_minutes` when enough is known to tell."""
        place = await repo.place_in_queue(tx.connection, current.handoff_id)
        if place is None:
            return {}
        handling = await repo.recent_handling_minutes(tx.connection, tx.now - _RECENT)
        wait = waiting_minutes(place, handling, await present_count(tx))
        return {"position": place} | ({"wait_minutes": list(wait)} if wait else {})

    async def system(
        self,
        tx: Transaction,
        current: Conversation,
        text: str,
        *,
        reply_to: str | None = None,
        actions: list[str] | None = None,
        sujet: str | None = None,
    ) -> list[Message]:
        """Say something in the service's name, with the gate's own buttons."""
        shown = [self.gate_button(current, action) for action in actions or []]
        await self.issue(tx, current, [(b["payload"], b["title"], b["payload"]) for b in shown])
        body: Json = {"sources": [], "buttons": shown, "langage": current.langage}
        if sujet is not None:
            body["sujet"] = sujet
        draft = Draft("system", text, body, reply_to=reply_to)
        said = await repo.append(tx.connection, current.id, [draft], at=tx.now)
        tx.tell_messages(said)
        return said

    def gate_button(self, current: Conversation, action: str) -> Json:
        """Return one of the gate's own buttons; its payload is the action itself."""
        return {"title": self._core.say(current, "bouton_" + action.partition(":")[2]), "payload": action}

    async def issue(self, tx: Transaction, current: Conversation, issued: list[tuple[str, str, str]]) -> None:
        """Remember the buttons (payload, title, action) as pressable in this episode."""
        await repo.add_buttons(
            tx.connection,
            [
                {
                    "conversation_id": current.id,
                    "payload": payload,
                    "episode": current.episode,
                    "title": title,
                    "action": action,
                }
                for payload, title, action in issued
            ],
        )

    async def reopen(self, tx: Transaction, current: Conversation) -> Conversation:
        """Begin a new episode of a closed conversation."""
        return await repo.transition(
            tx.connection,
            current,
            Trigger.REOPEN,
            actor="usager",
            at=tx.now,
            owner=None,
            handoff_id=None,
            episode=current.episode + 1,
            failed_turns=0,
            distress=False,
            reset_assistant=True,
            warned_at=None,
            usager_at=tx.now,
        )

    async def _nobody(
        self, tx: Transaction, current: Conversation, demand: Demand, opening: datetime | None
    ) -> Outcome:
        closed = opening != tx.now
        text = (
            self._core.say(current, "ferme", ouverture=in_french(opening) if opening else "bientôt")
            if closed
            else self._core.say(current, "personne_presente")
        )
        actions = [CALLBACK_ACTION]
        said = await self.system(tx, current, text, reply_to=demand.reply_to, actions=actions)
        return Outcome(current, open=False, said=said, next_opening=opening if closed else None)

    async def _enqueue(
        self, tx: Transaction, current: Conversation, demand: Demand, trigger: Trigger, *, actor: str
    ) -> Conversation:
        handoff_id = current.handoff_id or await self._open_handoff(tx, current, demand)
        changed = await repo.transition(
            tx.connection,
            current,
            trigger,
            actor=actor,
            at=tx.now,
            owner=None,
            handoff_id=handoff_id,
            reset_assistant=True,
        )
        # From now on a human reads what the assistant has not answered yet.
        await repo.settle_all(tx.connection, current.id)
        tx.tell_usager(current.id)
        return changed

    async def _open_handoff(self, tx: Transaction, current: Conversation, demand: Demand) -> str:
        return await open_handoff(tx, current, demand)


def _must_be_reachable(phone: str | None, email: str | None) -> None:
    for field_name, given in (("phone", phone), ("email", email)):
        if given is not None and mask_nir(given) != given:
            raise BadInput(field_name, "jamais un numéro de sécurité sociale.")
    if not (phone or email):
        raise BadInput("phone", "un numéro de téléphone ou une adresse électronique.")


async def cancel_callbacks(tx: Transaction, conversation_id: str, status: str = "annule") -> None:
    """End the promise of a call, if there is one."""
    await tx.connection.execute(
        update(t.callbacks)
        .where(t.callbacks.c.conversation_id == conversation_id, t.callbacks.c.status == "prevu")
        .values(status=status)
    )


async def open_handoff(tx: Transaction, current: Conversation, demand: Demand) -> str:
    """Insert a handoff with its briefing, and return its id."""
    transcript = await repo.messages(tx.connection, current.id)
    created = await repo.add_handoff(
        tx.connection,
        {
            "id": repo.new_id(),
            "conversation_id": current.id,
            "skill": demand.skill,
            "priority": demand.priority,
            "reason": demand.reason,
            "queued_at": tx.now,
            "declined_by": [],
            "briefing": brief(current, transcript, demand.reason, demand.words),
        },
    )
    return created.id


def _waiting(queue: Json) -> Json:
    low_high = queue.get("wait_minutes")
    place = queue.get("position", 1)
    rank = "Vous êtes la prochaine personne." if place == 1 else f"Vous êtes en position {place}."
    wait = f" Attente estimée : {low_high[0]} à {low_high[1]} minutes." if low_high else ""
    return {"position": place, "place": rank, "attente": wait}


def tidy(text: str, field: str = "text") -> str:
    """Clean a text and mask what must never be kept, whoever wrote it."""
    return mask_nir(clean(text, field))
