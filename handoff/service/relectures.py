"""The learning loop: keeps what the assistant understood badly, masked, for a reviewer to say what it meant.

Its own purpose, apart from the conversation: nothing of somebody who refused, nothing about distress or
health, no hour, no more days than the setting says, and gone with the conversation. It answers nobody.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff import metrics
from handoff import repository as repo
from handoff.core import Core, Transaction
from handoff.errors import AlreadyReviewed, BadInput
from handoff.health import HealthFilter
from handoff.masking import mask_identity
from handoff.opening import PARIS
from handoff.records import Conversation, Json, Message
from handoff.views import relecture_view

# Where a person can refuse: the widget has the switch. Another channel joins once it offers the choice.
OFFER_THE_CHOICE = frozenset({"web"})


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept and for how long: under which confidence (0 to 1), for how many days (0: nothing is)."""

    below: float = 0.6
    days: int = 90


class Relectures:
    """The sentences kept, from the turn that was badly understood to the label of the reviewer."""

    def __init__(self, core: Core, retention: Retention, sujets: Container[str]) -> None:
        self._core = core
        self._retention = retention
        self._sujets = sujets
        self._about_health = HealthFilter.load()

    def may_use(self, current: Conversation) -> bool:
        """Tell whether a sentence of this conversation may be kept at all."""
        offered = current.canal in OFFER_THE_CHOICE and self._retention.days > 0
        return offered and current.reutilisation

    async def keep(
        self, tx: Transaction, current: Conversation, message: Message, replies: list[Json]
    ) -> None:
        """Keep the message, masked, if its turn shows a doubt and nothing forbids it."""
        doubt = self._doubt(replies)
        if doubt is None or message.action is not None or not self._may_keep(current, message, replies):
            return
        reason, reply = doubt
        text = mask_identity(message.text, tx.now.astimezone(PARIS).date())
        await repo.keep_for_review(
            tx.connection,
            {
                "id": repo.new_id(),
                "conversation_id": current.id,
                "text": text,
                "canal": current.canal,
                "reason": reason,
                "sujet": reply["sujet"],
                "confidence": reply.get("confidence"),
                "alternatives": reply.get("alternatives", []),
                "kept_on": _day(tx.now),
            },
        )
        metrics.relectures.labels("kept").inc()

    def _doubt(self, replies: list[Json]) -> tuple[str, Json] | None:
        """Return why the turn is doubtful, and the reply that shows it; None for a turn that is not."""
        for reply in replies:
            if (reply.get("question") or {}).get("kind") == "vouliez_vous_dire":
                return "hesitation", reply
            if reply["failed"]:
                return "incompris", reply
            if reply["sujet"] == "hors_sujet":
                return "hors_sujet", reply
            confidence = reply.get("confidence")
            if confidence is not None and confidence < self._retention.below:
                return "peu_sur", reply
        return None

    def _may_keep(self, current: Conversation, message: Message, replies: list[Json]) -> bool:
        # Once distress was heard, nothing more of this conversation is used for anything else.
        if not self.may_use(current) or current.distress:
            return False
        if any((r.get("handoff") or {}).get("reason") == "detresse" for r in replies):
            return False
        considered = {current.last_sujet}
        for reply in replies:
            considered |= {reply["sujet"], *(a["sujet"] for a in reply.get("alternatives", []))}
            considered |= {b.get("sujet") for b in reply["buttons"]}
        return not self._about_health(message.text, considered)

    async def choose(self, conversation_id: str, *, reutilisation: bool) -> Json:
        """Set whether what was badly understood may be reused; a refusal deletes what was kept."""
        forgotten = 0
        async with self._core.transaction() as tx:
            await repo.update_conversation(tx.connection, conversation_id, reutilisation=reutilisation)
            if not reutilisation:
                forgotten = await repo.forget_kept_of(tx.connection, conversation_id)
        await self._let_go(forgotten)
        return {"reutilisation": reutilisation}

    async def page(self, *, limit: int, offset: int) -> Json:
        """Return the sentences to review, oldest first, and how many remain."""
        async with self._core.database.read() as connection:
            found, remaining = await repo.to_review(connection, limit=limit, offset=offset)
        more = offset + len(found) < remaining
        return {
            "items": [relecture_view(kept) for kept in found],
            "next_cursor": str(offset + limit) if more else None,
            "remaining": remaining,
        }

    async def review(self, relecture_id: str, *, sujet: str | None, ecarte: bool) -> Json:
        """Label a sentence with a topic, or delete it for good.

        A topic of health or distress deletes it too: it should not have been kept.

        Raises:
            BadInput: neither or both of topic and discard, or a topic that is none of ours.
            NotFound: no such sentence, or its usager has erased or refused meanwhile.
            AlreadyReviewed: somebody has reviewed it before.
        """
        if (sujet is None) != ecarte:
            raise BadInput("sujet", "soit « sujet », soit « ecarte » à true, et un seul des deux.")
        if sujet is not None and sujet not in self._sujets:
            raise BadInput("sujet", "un identifiant de la liste des sujets.")
        ecarte = ecarte or sujet in self._about_health.sujets
        async with self._core.transaction() as tx:
            if ecarte:
                done = await repo.discard(tx.connection, relecture_id)
            else:
                done = await repo.label(tx.connection, relecture_id, str(sujet), on=_day(tx.now))
        if not done:
            raise AlreadyReviewed
        metrics.relectures.labels("discarded" if ecarte else "labelled").inc()
        await self._let_go(int(ecarte))
        return {"id": relecture_id, "sujet": None if ecarte else sujet, "ecarte": ecarte}

    async def forget_old(self) -> None:
        """Delete what has been kept longer than the setting says, reviewed or not."""
        before = _day(self._core.clock() - timedelta(days=self._retention.days))
        async with self._core.database.read() as connection:
            if not await repo.has_older(connection, before):
                return
        async with self._core.transaction() as tx:
            forgotten = await repo.forget_older(tx.connection, before)
        await self._let_go(forgotten)

    async def _let_go(self, forgotten: int) -> None:
        """Have the disk forget deleted sentences too."""
        if forgotten:
            metrics.relectures.labels("forgotten").inc(forgotten)
            await self._core.database.forget_deleted()


def _day(moment: datetime) -> str:
    return moment.astimezone(PARIS).date().isoformat()
