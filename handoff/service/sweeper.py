"""Applies the deadlines kept in the database, whichever process is alive: nothing is held in memory.

Each step reads the state again and goes through a conditional transition, so two sweepers do no harm.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from handoff import metrics
from handoff import repository as repo
from handoff.core import Core, Transaction
from handoff.errors import IllegalTransition, NotFound, Stale, where
from handoff.lifecycle import State, Trigger
from handoff.records import Conversation
from handoff.service.conversations import Conversations
from handoff.service.desk import Desk
from handoff.service.presence import is_present
from handoff.service.relectures import Relectures
from handoff.service.requests import CALLBACK_ACTION, CANCEL_ACTION, Requests, cancel_callbacks
from handoff.service.turns import Turns

log = logging.getLogger(__name__)

EVERY = 2.0
SILENCE_BEFORE_WARNING = timedelta(minutes=30)
SILENCE_AFTER_WARNING = timedelta(minutes=15)
LONG_WAIT = timedelta(minutes=10)
_MAY_FALL_SILENT = [State.BOT, State.HUMAN, State.WAITING_USER]
_HELD_BY_ONE = (State.HUMAN, State.WAITING_USER)


class Sweeper:
    """One pass applies every deadline that has passed."""

    def __init__(
        self,
        core: Core,
        requests: Requests,
        desk: Desk,
        turns: Turns,
        conversations: Conversations,
        relectures: Relectures,
    ) -> None:
        self._core = core
        self._requests = requests
        self._desk = desk
        self._turns = turns
        self._conversations = conversations
        self._relectures = relectures

    async def run(self) -> None:
        """Sweep until cancelled; a pass that fails is logged and the next one comes."""
        while True:
            await self.sweep()
            await asyncio.sleep(EVERY)

    async def sweep(self) -> None:
        """Apply what is due now; what fails is logged, and stops nothing else."""
        steps = (
            self._turns.recover,
            self._lost_owners,
            self._long_waits,
            self._silences,
            self._conversations.finish_erasures,
            self._relectures.forget_old,
        )
        for step in steps:
            try:
                await step()
            except (
                Exception
            ) as error:  # whatever the database throws today must not end the sweeping for good
                facts = {"step": step.__name__, "error": type(error).__name__, "where": where(error)}
                log.error("sweep_failed", extra=facts)

    async def _lost_owners(self) -> None:
        async with self._core.database.read() as connection:
            held = await repo.held_conversations(connection)
        for current in held:
            if current.status not in _HELD_BY_ONE:
                continue
            with suppress(Stale, NotFound, IllegalTransition):
                async with self._core.transaction() as tx:
                    fresh = await repo.conversation(tx.connection, current.id, lock=True)
                    last = await repo.last_spoken(tx.connection, current.id)
                    waits = last is None or last.author != "conseiller"
                    if waits and fresh.version == current.version and not await is_present(tx, fresh.owner):
                        await self._desk.owner_lost(tx, fresh)

    async def _long_waits(self) -> None:
        """Tell once, after a while in the queue, that a call-back is possible."""
        async with self._core.database.read() as connection:
            waiting = await repo.open_handoffs(connection, states=[State.QUEUED.value])
        metrics.queued.set(len(waiting))
        for handoff, current in waiting:
            due = handoff.queued_at + LONG_WAIT
            if handoff.prompted_at is not None or self._core.clock() < due:
                continue
            with suppress(Stale, NotFound):
                async with self._core.transaction() as tx:
                    fresh = await repo.conversation(tx.connection, current.id, lock=True)
                    if fresh.version != current.version:
                        continue
                    await repo.update_handoff(tx.connection, handoff.id, prompted_at=tx.now)
                    text = self._core.say(fresh, "attente_longue")
                    actions = [CALLBACK_ACTION, CANCEL_ACTION]
                    await self._requests.system(tx, fresh, text, actions=actions)

    async def _silences(self) -> None:
        before = self._core.clock() - SILENCE_BEFORE_WARNING
        async with self._core.database.read() as connection:
            silent = await repo.silent_since(connection, _MAY_FALL_SILENT, before)
        for current in silent:
            with suppress(Stale, NotFound, IllegalTransition):
                if current.warned_at is None:
                    await self._warn(current)
                elif self._core.clock() - current.warned_at >= SILENCE_AFTER_WARNING:
                    await self._close(current)

    async def _warn(self, current: Conversation) -> None:
        async with self._core.transaction() as tx:
            fresh = await self._still_silent(tx, current)
            if fresh is not None:
                await repo.update_conversation(tx.connection, current.id, warned_at=tx.now)
                text = self._core.say(fresh, "fermeture_avertissement")
                await self._requests.system(tx, fresh, text)

    async def _still_silent(self, tx: Transaction, seen: Conversation) -> Conversation | None:
        """Read it again, held: None when somebody has moved, or when it is not the usager's turn to speak."""
        fresh = await repo.conversation(tx.connection, seen.id, lock=True)
        if (fresh.version, fresh.usager_at, fresh.warned_at) != (
            seen.version,
            seen.usager_at,
            seen.warned_at,
        ):
            return None
        last = await repo.last_spoken(tx.connection, seen.id)
        if last is None:
            return fresh
        awaits_an_answer = last.pending or (last.author == "usager" and fresh.status is not State.BOT)
        just_answered = seen.warned_at is None and tx.now - last.created_at < SILENCE_BEFORE_WARNING
        return None if awaits_an_answer or just_answered else fresh

    async def _close(self, seen: Conversation) -> None:
        async with self._core.transaction() as tx:
            current = await self._still_silent(tx, seen)
            if current is None:
                return
            changed = await repo.transition(
                tx.connection,
                current,
                Trigger.SILENCE,
                actor="sweeper",
                at=tx.now,
                owner=None,
                handoff_id=None,
                reset_assistant=True,
            )
            await repo.update_handoff(tx.connection, current.handoff_id, closed_at=tx.now, outcome="silence")
            await cancel_callbacks(tx, current.id, "fait")
            await self._requests.system(tx, changed, self._core.say(changed, "conversation_close"))
            tx.tell_team(current)
