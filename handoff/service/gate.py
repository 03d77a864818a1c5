"""The gate: receives every message, records it once, and decides who answers.

A message is cleaned, masked and searched for distress before anything is written or sent; it is acknowledged
only once it is on disk.
"""

from dataclasses import dataclass

from handoff import metrics
from handoff import repository as repo
from handoff.core import Core, Transaction
from handoff.distress import DistressDetector
from handoff.errors import BadInput, BadPayload, IllegalTransition
from handoff.lifecycle import State, Trigger
from handoff.ports import AnswerSujet
from handoff.records import Conversation, Draft, Json, Message
from handoff.service.receipts import Sending, keep_answer_of
from handoff.service.requests import (
    CALLBACK_ACTION,
    CANCEL_ACTION,
    HANDOFF_ACTION,
    Demand,
    Outcome,
    Requests,
    tidy,
)
from handoff.service.turns import Turns

ANSWER_WITHIN = 10.0
_SCOPE = "usager"


@dataclass(frozen=True, slots=True)
class Said:
    """What a usager sends: a text, or the payload of a button."""

    text: str | None = None
    payload: str | None = None

    def tidied(self) -> "Said":
        """Return it with its text cleaned and masked.

        Raises:
            BadInput: neither or both of text and payload, or a text that cannot be used.
        """
        if (self.text is None) == (self.payload is None):
            raise BadInput("text", "soit « text », soit « payload », et un seul des deux.")
        return self if self.text is None else Said(text=tidy(self.text))


@dataclass(frozen=True, slots=True)
class Cry:
    """Words that say distress, and what they tell that somebody is in danger of, if they do."""

    words: str
    danger: str | None


class Gate:
    """Every message of every usager goes through here."""

    def __init__(
        self,
        core: Core,
        turns: Turns,
        requests: Requests,
        hears_distress: DistressDetector,
        answer_sujet: AnswerSujet,
    ) -> None:
        self._core = core
        self._turns = turns
        self._requests = requests
        self._hears_distress = hears_distress
        self._answer_sujet = answer_sujet

    async def receive(self, conversation_id: str, said: Said, key: str | None) -> Json:
        """Record a message and return `{message, replies, state}`.

        `replies` holds what was answered within `ANSWER_WITHIN` seconds; the rest comes by the event stream.

        Raises:
            BadInput, BadPayload, KeyReused, NotFound: nothing was recorded.
        """
        said = said.tidied()
        cry = self.listen(said.text)
        sending = Sending(_SCOPE, key, {"text": said.text, "payload": said.payload})
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, conversation_id, lock=True)
            receipt = await sending.receipt(tx, current.id)
            if receipt is None:
                current, message = await self._record(tx, current, said, cry)
                await sending.keep(tx, current.id, message_id=message.id)
                if not message.pending:
                    current = await self._answer_myself(tx, current, message, cry)
                    return await keep_answer_of(tx, current, message, tx.replies_to(message))
            elif receipt["body"] is not None:
                return dict(receipt["body"])
            else:
                message = await repo.message(tx.connection, receipt["message_id"])
        answer = None
        if message.pending:
            answer = await self._turns.answer(current, message, ANSWER_WITHIN)
        return answer or await self._answer_so_far(message)

    def listen(self, words: str | None) -> Cry | None:
        """Tell whether words say distress: once, and before a transaction, which would wait for it."""
        if words is None or not self._hears_distress(words):
            return None
        return Cry(words, self._hears_distress.kind_of(words))

    async def _record(
        self, tx: Transaction, current: Conversation, said: Said, cry: Cry | None
    ) -> tuple[Conversation, Message]:
        """Record the message, pending if the assistant is to answer it."""
        title, action = await self._button(tx, current, said)
        text = title if said.text is None else said.text
        current = await self._wake(tx, current)
        for_assistant = current.status is State.BOT and cry is None and not (action or "").startswith("gate:")
        body: Json = {"sources": [], "buttons": [], "langage": current.langage}
        draft = Draft("usager", text, body, action=action, pending=for_assistant)
        # The usager is there: the silence that would close the conversation begins anew.
        here = {"usager_at": tx.now, "warned_at": None}
        [message] = await repo.append(tx.connection, current.id, [draft], at=tx.now, **here)
        metrics.messages.labels("usager").inc()
        tx.tell_messages([message])
        return current, message

    async def _button(self, tx: Transaction, current: Conversation, said: Said) -> tuple[str, str | None]:
        if said.payload is None:
            return "", None
        found = await repo.button(tx.connection, current, said.payload)
        if found is None:
            raise BadPayload
        return found

    async def _wake(self, tx: Transaction, current: Conversation) -> Conversation:
        """Leave the states that only waited for the usager."""
        if current.status is State.CLOSED:
            current = await self._requests.reopen(tx, current)
            tx.tell_usager(current.id)
        elif current.status is State.WAITING_USER:
            current = await repo.transition(
                tx.connection, current, Trigger.USAGER_WROTE, actor="usager", at=tx.now
            )
            tx.tell_team(current)
        return current

    async def _answer_myself(
        self, tx: Transaction, current: Conversation, message: Message, cry: Cry | None
    ) -> Conversation:
        if cry is not None:
            return await self._help(tx, current, message, cry)
        if message.action == HANDOFF_ACTION:
            demand = Demand("offre_acceptee", reply_to=message.id)
            return (await self._requests.ask(tx, current, demand)).current
        if message.action == CANCEL_ACTION:
            try:
                return (await self._requests.give_up(tx, current, reply_to=message.id)).current
            except IllegalTransition:
                return current  # a human has answered meanwhile: the message is theirs to read
        if current.status is State.CALLBACK:
            await self._say(tx, current, message, "rappel_en_attente", [CANCEL_ACTION])
        elif message.action == CALLBACK_ACTION:
            await self._say(tx, current, message, "rappel_propose", [])
        elif message.action is not None and message.action.startswith("gate:"):
            await self._say(tx, current, message, "identite_aide", [])
        return current

    async def ask_for_human(
        self, tx: Transaction, current: Conversation, words: str | None, cry: Cry | None
    ) -> Outcome:
        """Ask for a conseiller, with the usager's reason in their words; `cry` if it says distress."""
        if cry is not None:
            return Outcome(await self.take(tx, current, cry), open=True)
        if current.status is State.CLOSED:
            current = await self._requests.reopen(tx, current)
        return await self._requests.ask(tx, current, Demand(words=words))

    async def take(self, tx: Transaction, current: Conversation, cry: Cry) -> Conversation:
        """Take as a message a distress that was written elsewhere (a reason, a comment).

        Help comes at once, even if the conversation was closed, and the conseiller reads the words.
        Returns: the conversation as it became.
        """
        current, message = await self._record(tx, current, Said(text=cry.words), cry)
        return await self._help(tx, current, message, cry)

    async def _help(self, tx: Transaction, current: Conversation, message: Message, cry: Cry) -> Conversation:
        """Give the emergency numbers at once, then bring a human."""
        metrics.distress.inc()
        reply = self._answer_sujet("detresse", current, tx.now)
        author = "assistant" if current.status is State.BOT else "system"
        draft = Draft(author, reply["text"], reply["body"], reply_to=message.id)
        tx.tell_messages(await repo.append(tx.connection, current.id, [draft], at=tx.now))
        return await self._requests.alarm(tx, current, message.id, cry.danger)

    async def _say(
        self, tx: Transaction, current: Conversation, message: Message, key: str, actions: list[str]
    ) -> None:
        text = self._core.say(current, key)
        await self._requests.system(tx, current, text, reply_to=message.id, actions=actions)

    async def _answer_so_far(self, message: Message) -> Json:
        """Answer with what is recorded by now; the same key keeps getting this same answer."""
        async with self._core.transaction() as tx:
            current = await repo.conversation(tx.connection, message.conversation_id)
            return await keep_answer_of(tx, current, message)
