"""The conseiller's side of the handoff: claim, speak, note, release, hand back, close.

Every step says which version it was decided on when the caller knows it; the loser of a race learns who won.
"""

from typing import Any

from sqlalchemy import insert

from handoff import metrics
from handoff import repository as repo
from handoff import tables as t
from handoff.core import Core, Transaction, topic
from handoff.errors import BadInput, Forbidden, IllegalTransition, Stale
from handoff.events import Event
from handoff.lifecycle import HELD, State, Trigger
from handoff.records import Conseiller, Conversation, Draft, Handoff, Json
from handoff.service.board import Board
from handoff.service.presence import present_count
from handoff.service.receipts import Sending
from handoff.service.requests import (
    CALLBACK_ACTION,
    CANCEL_ACTION,
    Demand,
    Requests,
    cancel_callbacks,
    open_handoff,
    tidy,
)
from handoff.views import instant, message_view

OUTCOMES = ("resolu", "oriente", "sans_suite", "injoignable", "retour_assistant")
_SUPERVISORS = ("superviseur", "admin")
_SCOPE = "conseiller"
_HIGHEST = 2


class Desk:
    """What a signed-in conseiller does with the queue and with a conversation."""

    def __init__(self, core: Core, requests: Requests, board: Board) -> None:
        self._core = core
        self._board = board
        self._requests = requests

    async def claim_next(self, who: Conseiller, skills: list[str] | None) -> Json | None:
        """Take the first conversation of the queue; None when it is empty.

        Raises:
            Forbidden: not present.
        """
        _must_be_present(who)
        async with self._core.transaction() as tx:
            skip_locked = not self._core.database.is_sqlite
            current = await repo.next_to_claim(tx.connection, skills, who.id, skip_locked=skip_locked)
            if current is None or current.handoff_id is None:
                return None
            await self._take(tx, current, who, Trigger.CLAIM)
            handoff_id = current.handoff_id
        return await self._board.view(handoff_id)

    async def accept(self, who: Conseiller, handoff_id: str, version: int | None) -> Json:
        """Take this conversation: from the queue, from an offer, or to make a promised call.

        Raises:
            Stale: somebody took it first.
            Forbidden: not present.
        """
        _must_be_present(who)
        triggers = {
            State.QUEUED: Trigger.CLAIM,
            State.RESERVED: Trigger.ACCEPT,
            State.CALLBACK: Trigger.START_CALLBACK,
        }
        async with self._core.transaction() as tx:
            handoff, current = await self._at(tx, handoff_id, version)
            if current.status not in triggers or handoff.closed_at is not None:
                raise Stale(await repo.conseiller_name(tx.connection, current.owner))
            await self._take(tx, current, who, triggers[current.status])
        return await self._board.view(handoff_id)

    async def take_over(self, who: Conseiller, conversation_id: str) -> Json:
        """Take a conversation from the assistant, unasked.

        Raises:
            Stale: it is already with humans.
        """
        _must_be_present(who)
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, conversation_id, lock=True)
            if current.status is not State.BOT:
                raise Stale(await repo.conseiller_name(tx.connection, current.owner))
            handoff_id = await open_handoff(tx, current, Demand("reprise"))
            await repo.settle_all(tx.connection, current.id)
            await self._take(tx, current, who, Trigger.TAKEOVER, handoff_id=handoff_id, reset_assistant=True)
        return await self._board.view(handoff_id)

    async def _take(
        self, tx: Transaction, current: Conversation, who: Conseiller, trigger: Trigger, **changes: Any
    ) -> None:
        changed = await repo.transition(
            tx.connection, current, trigger, actor=who.id, at=tx.now, owner=who.id, **changes
        )
        metrics.transitions.labels(trigger.value).inc()
        await repo.update_handoff(
            tx.connection, changed.handoff_id, owner=who.id, claimed_at=tx.now, reserved_for=None
        )
        text = self._core.say(changed, "conseiller_arrive", nom=who.name)
        await self._requests.system(tx, changed, text)
        tx.tell_team(changed)

    async def say(self, who: Conseiller, handoff_id: str, text: str, key: str | None) -> Json:
        """Speak to the usager.

        Raises:
            Forbidden: another conseiller, or nobody, holds the conversation.
            KeyReused: the key came with another text before.
        """
        text = tidy(text)
        sending = Sending(_SCOPE, key, {"text": text})
        async with self._core.transaction() as tx:
            handoff, current = await self._at(tx, handoff_id, None)
            receipt = await sending.receipt(tx, current.id)
            if receipt is not None:
                return message_view(await repo.message(tx.connection, receipt["message_id"]))
            self._must_own(who, handoff, current)
            body: Json = {"sources": [], "buttons": [], "langage": current.langage}
            draft = Draft("conseiller", text, body, author_id=who.id, author_name=who.name)
            [message] = await repo.append(tx.connection, current.id, [draft], at=tx.now)
            metrics.messages.labels("conseiller").inc()
            await sending.keep(tx, current.id, message_id=message.id)
            tx.tell_messages([message])
        return message_view(message)

    async def note(self, who: Conseiller, handoff_id: str, text: str) -> Json:
        """Write a note that only the team reads."""
        text = tidy(text)
        async with self._core.transaction() as tx:
            _, current = await self._at(tx, handoff_id, None)
            await self._add_note(tx, current, who, text)
            tx.tell_team(current)
        return {"author_name": who.name, "text": text, "created_at": instant(tx.now)}

    async def typing(self, who: Conseiller, handoff_id: str) -> None:
        """Let the usager know that this conseiller is writing."""
        async with self._core.database.read() as connection:
            handoff = await repo.handoff(connection, handoff_id)
            current = await repo.conversation(connection, handoff.conversation_id)
        self._must_own(who, handoff, current)
        data = {"author": "conseiller", "author_name": who.name, "on": True}
        self._core.bus.publish(topic(current.id), Event("typing", data))

    async def release(
        self, who: Conseiller, handoff_id: str, *, note: str | None, version: int | None
    ) -> Json:
        """Put the conversation back in the queue, ahead of those of its priority."""
        async with self._core.transaction() as tx:
            handoff, current = await self._mine(tx, who, handoff_id, version)
            if note:
                await self._add_note(tx, current, who, tidy(note, "note"))
            changed = await repo.transition(
                tx.connection, current, Trigger.RELEASE, actor=who.id, at=tx.now, owner=None
            )
            await self._requeue(tx, changed, handoff)
        return await self._board.view(handoff_id)

    async def _requeue(self, tx: Transaction, changed: Conversation, handoff: Handoff) -> None:
        await repo.update_handoff(
            tx.connection,
            handoff.id,
            owner=None,
            claimed_at=None,
            priority=min(handoff.priority + 1, _HIGHEST),
        )
        # Nobody else is there: the wait may be long, and the way out is said with it.
        ways_out = [] if await present_count(tx) else [CALLBACK_ACTION, CANCEL_ACTION]
        text = self._core.say(changed, "conseiller_parti")
        await self._requests.system(tx, changed, text, actions=ways_out)
        tx.tell_team(changed, alert="new")

    async def owner_lost(self, tx: Transaction, current: Conversation) -> None:
        """Put back in the queue a conversation whose conseiller is gone while the usager waits."""
        if current.handoff_id is None:
            return
        handoff = await repo.handoff(tx.connection, current.handoff_id)
        changed = await repo.transition(
            tx.connection, current, Trigger.OWNER_LOST, actor="sweeper", at=tx.now, owner=None
        )
        await self._requeue(tx, changed, handoff)

    async def hand_back(self, who: Conseiller, handoff_id: str, *, version: int | None) -> Json:
        """Give the conversation back to the assistant, and say so."""
        async with self._core.transaction() as tx:
            handoff, current = await self._mine(tx, who, handoff_id, version)
            changed = await repo.transition(
                tx.connection,
                current,
                Trigger.HANDBACK,
                actor=who.id,
                at=tx.now,
                owner=None,
                handoff_id=None,
                reset_assistant=True,
                failed_turns=0,
                distress=False,
            )
            await self._end(tx, handoff, "retour_assistant")
            await self._requests.system(
                tx, changed, self._core.say(changed, "retour_assistant", nom=who.name)
            )
            tx.tell_team(current)
        return await self._board.view(handoff_id)

    async def close(self, who: Conseiller, handoff_id: str, *, outcome: str, version: int | None) -> Json:
        """End the conversation with an outcome; the usager may write again at any time."""
        if outcome not in OUTCOMES:
            raise BadInput("outcome", f"une issue parmi {', '.join(OUTCOMES)}.")
        async with self._core.transaction() as tx:
            handoff, current = await self._mine(tx, who, handoff_id, version, also_waiting=True)
            changed = await repo.transition(
                tx.connection,
                current,
                Trigger.CLOSE,
                actor=who.id,
                at=tx.now,
                owner=None,
                handoff_id=None,
                distress=False,
            )
            await self._end(tx, handoff, outcome)
            await self._requests.system(tx, changed, self._core.say(changed, "conversation_close"))
            tx.tell_team(current)
        return await self._board.view(handoff_id)

    async def _end(self, tx: Transaction, handoff: Handoff, outcome: str) -> None:
        await repo.update_handoff(tx.connection, handoff.id, closed_at=tx.now, outcome=outcome)
        await cancel_callbacks(tx, handoff.conversation_id, "fait")

    async def _at(
        self, tx: Transaction, handoff_id: str, version: int | None
    ) -> tuple[Handoff, Conversation]:
        """Read a handoff and its conversation, held until the transaction ends.

        Raises:
            Stale: the conversation is no longer in the version that the caller saw.
        """
        handoff = await repo.handoff(tx.connection, handoff_id)
        current = await repo.conversation(tx.connection, handoff.conversation_id, lock=True)
        if version is not None and version != current.version:
            raise Stale(await repo.conseiller_name(tx.connection, current.owner))
        return handoff, current

    async def _mine(
        self,
        tx: Transaction,
        who: Conseiller,
        handoff_id: str,
        version: int | None,
        *,
        also_waiting: bool = False,
    ) -> tuple[Handoff, Conversation]:
        handoff, current = await self._at(tx, handoff_id, version)
        if current.handoff_id != handoff.id:
            raise Stale(await repo.conseiller_name(tx.connection, current.owner))
        if also_waiting and current.status not in HELD and who.role in _SUPERVISORS:
            return handoff, current
        if current.status not in HELD:
            raise IllegalTransition(state=current.state, trigger="action du conseiller")
        if current.owner != who.id and who.role not in _SUPERVISORS:
            raise Stale(await repo.conseiller_name(tx.connection, current.owner))
        return handoff, current

    def _must_own(self, who: Conseiller, handoff: Handoff, current: Conversation) -> None:
        if current.handoff_id != handoff.id or current.status not in HELD or current.owner != who.id:
            raise Forbidden("Vous ne tenez pas cette conversation : prenez-la d'abord.")

    async def _add_note(self, tx: Transaction, current: Conversation, who: Conseiller, text: str) -> None:
        await tx.connection.execute(
            insert(t.notes).values(
                id=repo.new_id(),
                conversation_id=current.id,
                author_id=who.id,
                author_name=who.name,
                text=text,
                created_at=tx.now,
            )
        )


def _must_be_present(who: Conseiller) -> None:
    if who.status != "online":
        raise Forbidden("Passez « en ligne » avant de prendre une conversation.")
