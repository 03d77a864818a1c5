"""Server-sent events, for usagers and conseillers: what is stored is read again, never remembered."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from sanic import Request

from handoff import repository as repo
from handoff.api.access import Services
from handoff.core import topic
from handoff.errors import NotFound, Unauthenticated
from handoff.events import SIGNED_OUT, TEAM, Event
from handoff.lifecycle import State
from handoff.records import Conseiller, Conversation, Json
from handoff.views import message_view

HEARTBEAT = 15.0
_CHECK_EVERY = timedelta(seconds=10)
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_QUEUEING = (State.QUEUED.value, State.RESERVED.value)
_SEE_ALL = ("superviseur", "admin")


class Stream:
    """One open response; knows how to write an event."""

    def __init__(self, response: Any) -> None:
        self._response = response

    @classmethod
    async def open(cls, request: Request) -> "Stream":
        """Begin the response."""
        response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=_HEADERS)
        return cls(response)

    async def send(self, event: str, data: Json, event_id: int | None = None) -> None:
        """Write one event."""
        head = f"id: {event_id}\n" if event_id is not None else ""
        await self._response.send(f"{head}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

    async def beat(self) -> None:
        """Show that the line is alive."""
        await self._response.send(": .\n\n")


async def next_event(queue: asyncio.Queue[Event]) -> Event | None:
    """Return the next event, or None when it is time for a heartbeat."""
    try:
        return await asyncio.wait_for(queue.get(), HEARTBEAT)
    except TimeoutError:
        return None


class UsagerStream:
    """Follows one conversation from a sequence number on."""

    def __init__(self, services: Services, stream: Stream, current: Conversation, after: int) -> None:
        self._services = services
        self._stream = stream
        self._id = current.id
        self._token_expires_at = current.token_expires_at
        self._after = after
        self._shown: Json = {}
        self._version = -1

    async def run(self) -> None:
        """Send until the conversation is erased, the token expires or the reader leaves."""
        services = self._services
        with services.core.bus.listen(topic(self._id), TEAM) as queue:
            try:
                await self._refresh()
                while services.core.clock() < self._token_expires_at:
                    event = await next_event(queue)
                    if event is None:
                        await self._stream.beat()
                    if event is not None and event.kind == "typing":
                        await self._stream.send("typing", event.data)
                    elif event is None or event.kind == "changed" or self._awaits(event):
                        await self._refresh()
            except NotFound:
                return  # erased: there is nothing more to say

    def _awaits(self, event: Event) -> bool:
        """Tell whether a change elsewhere in the queue may move this conversation's place."""
        return event.kind == "handoff" and self._shown.get("state") in _QUEUEING

    async def _refresh(self) -> None:
        core = self._services.core
        async with core.database.read() as connection:
            current = await repo.conversation(connection, self._id)
            messages = await repo.messages(connection, self._id, after=self._after)
        first = self._version < 0
        if first:
            await self._state(current)
        for message in messages:
            await self._stream.send("message", message_view(message), message.seq)
            self._after = message.seq
        if not first and (current.version != self._version or current.state in _QUEUEING):
            await self._state(current)

    async def _state(self, current: Conversation) -> None:
        queue: Json = {}
        if current.state in _QUEUEING:
            async with self._services.core.glance() as tx:
                queue = await self._services.requests.queue_facts(tx, current)
        shown: Json = {"state": current.state, **queue}
        if current.owner is not None:
            async with self._services.core.database.read() as connection:
                shown["author_name"] = await repo.conseiller_name(connection, current.owner)
        if shown == self._shown:
            return
        if current.version != self._version:
            await self._stream.send("state", shown)
        else:
            await self._stream.send("position", queue)
        self._version, self._shown = current.version, shown


class TeamStream:
    """Follows the queue, and the conversations that this conseiller holds."""

    def __init__(self, services: Services, stream: Stream, who: Conseiller, token: str) -> None:
        self._services = services
        self._stream = stream
        self._who = who
        self._token = token
        self._checked_at = services.core.clock()

    async def run(self) -> None:
        """Send until the reader leaves or the session ends; an open stream is a sign of life."""
        services = self._services
        with services.core.bus.listen(TEAM) as queue:
            for handoff in await services.board.queue(None, limit=200, offset=0):
                await self._stream.send("handoff", handoff)
            await self._stream.send("ready", {})
            while True:
                event = await next_event(queue)
                if not await self._may_stay(event):
                    return
                if event is None:
                    await self._stream.beat()
                elif event.kind != SIGNED_OUT:
                    await self._pass_on(event)

    async def _may_stay(self, event: Event | None) -> bool:
        """Check the session, which notes the sign of life: from time to time, and when somebody signs out."""
        now = self._services.core.clock()
        due = event is None or event.kind == SIGNED_OUT or now - self._checked_at >= _CHECK_EVERY
        if due:
            self._checked_at = now
            try:
                self._who = await self._services.accounts.of_token(self._token)
            except Unauthenticated:
                return False
        return True

    async def _pass_on(self, event: Event) -> None:
        if event.kind == "message":
            if await self._may_read(event.data["conversation_id"]):
                await self._stream.send("message", event.data)
            return
        if event.data.get("erased"):
            data = {"id": event.data["handoff_id"], "state": State.CLOSED.value, "erased": True}
            await self._stream.send("handoff", data)
            return
        try:
            handoff = await self._services.board.view(event.data["handoff_id"])
        except NotFound:
            return
        if event.kind == "alert":
            await self._stream.send("alert", {"kind": event.data["kind"], "handoff": handoff})
        else:
            await self._stream.send("handoff", handoff)

    async def _may_read(self, conversation_id: str) -> bool:
        """Tell whether this conversation is with humans, and this person's to follow."""
        try:
            async with self._services.core.database.read() as connection:
                current = await repo.conversation(connection, conversation_id)
        except NotFound:
            return False
        if current.handoff_id is None:
            return False
        return current.owner in (None, self._who.id) or self._who.role in _SEE_ALL
