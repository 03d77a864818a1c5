"""Reads server-sent events as a page does."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import httpx


@dataclass(frozen=True)
class Received:
    """One event."""

    kind: str
    data: dict[str, Any]
    id: int | None


class EventStream:
    """An open stream; read it with `next`, `until` or `rest`."""

    def __init__(self, http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> None:
        self._context = http.stream("GET", url, headers=headers)
        self._events: AsyncIterator[Received] | None = None
        self.status = 0

    async def __aenter__(self) -> Self:
        response = await self._context.__aenter__()
        self.status = response.status_code
        self._events = _parse(response)
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._context.__aexit__(*error)

    async def next(self, within: float = 5.0) -> Received:
        """Return the next event.

        Raises:
            StopAsyncIteration: the stream ended.
        """
        assert self._events is not None
        async with asyncio.timeout(within):
            return await anext(self._events)

    async def until(self, kind: str, /, within: float = 5.0, **data: Any) -> Received:
        """Return the next event of a kind whose data hold these values."""
        while True:
            event = await self.next(within)
            if event.kind == kind and data.items() <= event.data.items():
                return event

    async def messages(self, up_to: int) -> list[int]:
        """Return the numbers of the messages received, up to one of them."""
        seen: list[int] = []
        while not seen or seen[-1] < up_to:
            event = await self.next()
            if event.kind == "message":
                assert event.id == event.data["seq"]
                seen.append(event.data["seq"])
        return seen

    async def ends(self, within: float = 5.0) -> bool:
        """Read up to the end of the stream."""
        try:
            while True:
                await self.next(within)
        except StopAsyncIteration:
            return True


async def _parse(response: httpx.Response) -> AsyncIterator[Received]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Received(fields["event"], json.loads(fields["data"]), number)
            fields = {}
        else:
            fields = {}
