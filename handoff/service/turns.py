"""Has the assistant answer the messages it owes an answer to, one at a time in each conversation.

A message waits in the database, not in memory: whatever dies, it is taken up again under the same id.
A reply is recorded only if the assistant still had the floor (same epoch); otherwise it is dropped.
"""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from droits.tokens import mint
from handoff import metrics
from handoff import repository as repo
from handoff.assistant import Assistant, Turn
from handoff.core import Core, Transaction, topic
from handoff.errors import AssistantUnavailable, NotFound, where
from handoff.events import Event
from handoff.lifecycle import State
from handoff.records import PRIORITIES, Conversation, Draft, Json, Message
from handoff.service.receipts import keep_answer_of
from handoff.service.relectures import Relectures
from handoff.service.requests import HANDOFF_ACTION, Demand, Requests

log = logging.getLogger(__name__)

RETRY_FOR = timedelta(seconds=60)
FAILURES_BEFORE_OFFER = 2
DISTRESS = "detresse"  # Rasa's understanding is a second ear for it
_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0)
_TOLD_AFTER = timedelta(seconds=4)


class Turns:
    """The conversations in which the assistant owes an answer."""

    def __init__(
        self,
        core: Core,
        assistant: Assistant,
        requests: Requests,
        relectures: Relectures,
        token_secret: str,
    ) -> None:
        self._core = core
        self._assistant = assistant
        self._requests = requests
        self._relectures = relectures
        self._token_secret = token_secret
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asked_again: set[str] = set()  # while running: it may have looked just before
        # By conversation, then by message: the calls that wait for its answer.
        self._waiters: dict[str, dict[str, list[asyncio.Future[Json | None]]]] = {}

    async def answer(self, current: Conversation, message: Message, seconds: float) -> Json | None:
        """Have a message answered; return `{message, replies, state}`, or None when it takes longer.

        None too when it needs no answer any more: a human reads it now.
        """
        waiter: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(current.id, {}).setdefault(message.id, []).append(waiter)
        self._submit(current.id, (current, message))
        try:
            async with asyncio.timeout(seconds):
                return await waiter
        except TimeoutError:
            return None

    def _submit(self, conversation_id: str, first: tuple[Conversation, Message] | None = None) -> None:
        """Have the conversation's messages answered, if that is not under way already."""
        if conversation_id in self._running:
            self._asked_again.add(conversation_id)
        else:
            task = asyncio.create_task(self._drain(conversation_id, first))
            self._running[conversation_id] = task
            task.add_done_callback(lambda done: self._finished(conversation_id, done))

    def _tell(self, message: Message, body: Json) -> None:
        """Hand the answer to the calls that wait for it."""
        for waiter in self._waiters.get(message.conversation_id, {}).pop(message.id, ()):
            if not waiter.done():
                waiter.set_result(body)

    async def recover(self) -> int:
        """Take up again every message that was recorded and not answered; return how many."""
        async with self._core.database.read() as connection:
            owed = await repo.pending(connection)
        for conversation_id in {m.conversation_id for m in owed}:
            self._submit(conversation_id)
        return len(owed)

    async def forget(self, conversation_id: str) -> None:
        """Stop answering a conversation, and return once nothing is under way."""
        task = self._running.pop(conversation_id, None)
        self._asked_again.discard(conversation_id)
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def close(self) -> None:
        """Stop everything; what is not answered stays in the database."""
        for conversation_id in list(self._running):
            await self.forget(conversation_id)

    def _finished(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        if self._running.get(conversation_id) is task:
            del self._running[conversation_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("turn_failed", extra={"error": type(error).__name__, "where": where(error)})
        if conversation_id in self._asked_again:
            self._asked_again.discard(conversation_id)
            self._submit(conversation_id)
            return
        for waiters in self._waiters.pop(conversation_id, {}).values():
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    async def _drain(self, conversation_id: str, first: tuple[Conversation, Message] | None) -> None:
        """Answer what is owed, in order; `first` was just recorded, and need not be read again."""
        with suppress(NotFound):  # erased meanwhile
            if first is not None:
                await self._answer(first[1], first[0])
            while owed := await self._owed(conversation_id):
                await self._answer(owed[0])

    async def _owed(self, conversation_id: str) -> list[Message]:
        async with self._core.database.read() as connection:
            return await repo.pending(connection, conversation_id)

    async def _answer(self, message: Message, current: Conversation | None = None) -> None:
        """Try until it is answered, or until a human is offered instead."""
        told, attempt = False, 0
        while True:
            self._typing(message.conversation_id, on=True)
            try:
                await self._attempt(message, current)
                return
            except AssistantUnavailable as error:
                log.warning("assistant_unavailable", extra={"error": str(error)})
                metrics.assistant_failures.inc()
                current = None  # it may have moved on before the next attempt
            finally:
                self._typing(message.conversation_id, on=False)
            waited = self._core.clock() - message.created_at
            if waited >= RETRY_FOR:
                await self._give_up(message)
                return
            if not told and waited >= _TOLD_AFTER:
                told = True
                await self._tell_of_delay(message)
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1

    async def _attempt(self, message: Message, current: Conversation | None) -> None:
        current = current or await self._if_it_has_the_floor(message)
        if current is not None and current.reset_assistant:
            await self._reset(current)
            current = await self._if_it_has_the_floor(message)  # a human may have come during the reset
        epoch, replies = None, []
        if current is not None:
            with metrics.turn_seconds.time():
                epoch, replies = current.epoch, await self._assistant.turn(self._turn(current, message))
        async with self._core.transaction() as tx:
            body = await self._record(tx, message, epoch, replies)
        if body is not None:
            self._tell(message, body)

    async def _if_it_has_the_floor(self, message: Message) -> Conversation | None:
        async with self._core.database.read() as connection:
            current = await repo.conversation(connection, message.conversation_id)
            owed = (await repo.message(connection, message.id)).pending
        return current if owed and current.status is State.BOT else None

    async def _reset(self, current: Conversation) -> None:
        await self._assistant.reset(current.id)
        async with self._core.transaction() as tx:
            await repo.update_conversation(tx.connection, current.id, reset_assistant=False)

    def _turn(self, current: Conversation, message: Message) -> Turn:
        metadata: Json = {
            "profil": current.profil,
            "attributs": current.attributs,
            "langage": current.langage,
            "canal": current.canal,
            "state_of_identity": current.identity,
            "last_sujet": current.last_sujet,
            "profil_asked": current.profil_asked,
        }
        if current.person is not None:
            metadata["droits_token"] = mint(
                current.person, current.id, self._core.clock(), self._token_secret
            )
        text = message.text if message.action is None else None
        return Turn(current.id, message.id, text, message.action, metadata)

    async def _record(
        self, tx: Transaction, message: Message, epoch: int | None, replies: list[Json]
    ) -> Json | None:
        """Record the replies, then the handoff they ask for, if the assistant still has the floor."""
        current = await repo.conversation(tx.connection, message.conversation_id, lock=True)
        if not await repo.settle(tx.connection, message.id):
            metrics.dropped_replies.inc(bool(replies))
            return None
        if current.epoch == epoch and current.status is State.BOT and replies:
            current = await self._record_replies(tx, current, message, replies)
        elif replies:
            metrics.dropped_replies.inc()
        return await keep_answer_of(tx, current, message, tx.replies_to(message))

    async def _record_replies(
        self, tx: Transaction, current: Conversation, message: Message, replies: list[Json]
    ) -> Conversation:
        drafts = [await self._draft(tx, current, message, reply) for reply in replies]
        changes = consequences(current, replies, taken=await self._takes_a_choice(tx, message))
        tx.tell_messages(await repo.append(tx.connection, current.id, drafts, at=tx.now, **changes))
        await self._relectures.keep(tx, current, message, replies)
        current = replace(current, **changes)
        asked = next((r["handoff"] for r in replies if r.get("handoff")), None)
        if asked is not None and asked["reason"] == DISTRESS:
            # The gate's own ear heard nothing in it: what the danger is, a human will tell.
            return await self._requests.alarm(tx, current, message.id, None)
        if asked is not None:
            demand = Demand(
                asked["reason"], asked["skill"], PRIORITIES.index(asked["priority"]), reply_to=message.id
            )
            return (await self._requests.ask(tx, current, demand)).current
        if current.failed_turns >= FAILURES_BEFORE_OFFER:
            await self._offer(tx, current, message, "proposer_conseiller")
        return current

    async def _takes_a_choice(self, tx: Transaction, message: Message) -> bool:
        """Tell whether the message is a button of the "did you mean" that came just before it."""
        if message.action is None:
            return False
        before = await repo.last_of(tx.connection, message, "assistant")
        if before is None or (before.body.get("question") or {}).get("kind") != "vouliez_vous_dire":
            return False
        offered = {f"/{b['sujet']}" for b in before.body["buttons"] if b.get("sujet")}
        return message.action in offered

    async def _draft(self, tx: Transaction, current: Conversation, message: Message, reply: Json) -> Draft:
        """Make a reply into a message, its buttons opaque."""
        shown, issued = [], []
        for button in reply["buttons"]:
            action = button["payload"]
            payload = action if action.startswith("gate:") else "b-" + secrets.token_urlsafe(9)
            issued.append((payload, button["title"], action))
            shown.append({**button, "payload": payload})
        await self._requests.issue(tx, current, issued)
        kept = {
            key: reply[key]
            for key in ("sujet", "profil", "attributs", "sources", "simulation", "foreign", "question")
            if reply.get(key) is not None
        }
        body = kept | {
            "buttons": shown,
            "langage": current.langage,
            "confidence": reply.get("confidence"),
            "alternatives": reply.get("alternatives", []),
        }
        return Draft("assistant", reply["text"], body, reply_to=message.id)

    async def _offer(self, tx: Transaction, current: Conversation, message: Message, key: str) -> None:
        await self._requests.system(
            tx, current, self._core.say(current, key), reply_to=message.id, actions=[HANDOFF_ACTION]
        )

    async def _tell_of_delay(self, message: Message) -> None:
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, message.conversation_id, lock=True)
            if current.status is State.BOT:
                text = self._core.say(current, "assistant_indisponible")
                await self._requests.system(tx, current, text)

    async def _give_up(self, message: Message) -> None:
        """Stop trying, and offer a human: the message stays, and is in the briefing."""
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, message.conversation_id, lock=True)
            if not await repo.settle(tx.connection, message.id):
                return
            if current.status is State.BOT:
                await repo.update_conversation(
                    tx.connection, current.id, failed_turns=current.failed_turns + 1
                )
                await self._offer(tx, current, message, "assistant_indisponible_conseiller")
            body = await keep_answer_of(tx, current, message, tx.replies_to(message))
        self._tell(message, body)

    def _typing(self, conversation_id: str, *, on: bool) -> None:
        self._core.bus.publish(topic(conversation_id), Event("typing", {"author": "assistant", "on": on}))


def consequences(current: Conversation, replies: list[Json], *, taken: bool = False) -> Json:
    """Return what the replies change in the conversation.

    A turn fails when a reply says so, or asks "did you mean": counted at once, and taken off the count when
    a button of it is `taken`. A recognised `hors_sujet`, a question and a form are neutral.
    """
    kinds = [(r.get("question") or {}).get("kind") for r in replies]
    failed_turns = max(0, current.failed_turns - taken)
    changes: Json = {"failed_turns": failed_turns}
    if any(r["failed"] for r in replies) or "vouliez_vous_dire" in kinds:
        changes["failed_turns"] = failed_turns + 1
        metrics.turns.labels("failed").inc()
    elif any(_answers(r, kind) for r, kind in zip(replies, kinds, strict=True)):
        changes["failed_turns"] = 0
        metrics.turns.labels("answered").inc()
    else:
        metrics.turns.labels("neutral").inc()
    if "profil" in kinds:
        changes["profil_asked"] = True
    for reply in replies:
        if reply["sujet"] and reply["sujet"] != "hors_sujet":
            changes["last_sujet"] = reply["sujet"]
        changes |= reply.get("profil_change") or {}
    return changes


def _answers(reply: Json, kind: str | None) -> bool:
    """Tell whether a reply answers; a profil question that comes with a general answer has sources."""
    if not reply["sujet"] or reply["sujet"] == "hors_sujet":
        return False
    return kind is None or (kind == "profil" and bool(reply["sources"]))
