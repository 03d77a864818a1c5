"""What the team reads: the queue, one handoff with its transcript, its notes and its promised call."""

from typing import Any

from sqlalchemy import select

from handoff import repository as repo
from handoff import tables as t
from handoff.core import Core
from handoff.records import Conversation, Handoff, Json
from handoff.views import handoff_view, instant, message_view


class Board:
    """Read-only views for signed-in members of the team."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def queue(self, states: list[str] | None, *, limit: int, offset: int) -> list[Json]:
        """Return the open handoffs, by priority then age."""
        async with self._core.database.read() as connection:
            found = await repo.open_handoffs(connection, states=states, limit=limit, offset=offset)
            return [await self._view(connection, handoff, current) for handoff, current in found]

    async def view(self, handoff_id: str) -> Json:
        """Return a handoff as the queue shows it."""
        async with self._core.database.read() as connection:
            handoff = await repo.handoff(connection, handoff_id)
            current = await repo.conversation(connection, handoff.conversation_id)
            return await self._view(connection, handoff, current)

    async def one(self, handoff_id: str) -> Json:
        """Return a handoff with its transcript and its internal notes."""
        async with self._core.database.read() as connection:
            handoff = await repo.handoff(connection, handoff_id)
            current = await repo.conversation(connection, handoff.conversation_id)
            transcript = await repo.messages(connection, current.id)
            notes = await connection.execute(
                select(t.notes).where(t.notes.c.conversation_id == current.id).order_by(t.notes.c.created_at)
            )
            return await self._view(connection, handoff, current) | {
                "messages": [message_view(m) for m in transcript],
                "notes": [
                    {"author_name": n.author_name, "text": n.text, "created_at": instant(n.created_at)}
                    for n in notes
                ],
            }

    async def _view(self, connection: Any, handoff: Handoff, current: Conversation) -> Json:
        view = handoff_view(handoff, current, await repo.conseiller_name(connection, handoff.owner))
        promised = await repo.promised_call(connection, current.id)
        if promised is not None:
            view["callback"] = promised | {"slot": instant(promised["slot"])}
        return view
