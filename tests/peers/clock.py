"""A clock that stands still until it is told to move."""

import asyncio
import inspect
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

MONDAY_10_IN_PARIS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Callable like the service's own clock."""

    def __init__(self, now: datetime = MONDAY_10_IN_PARIS) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant at which it stands."""
        return self.now

    def advance(self, **span: float) -> None:
        """Move forward, as `timedelta(**span)`."""
        self.now += timedelta(**span)


async def eventually(predicate: Callable[[], Any], *, within: float = 5.0) -> Any:
    """Poll until the predicate, plain or asynchronous, holds; return what it returned."""
    deadline = time.monotonic() + within
    while True:
        found = predicate()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {within} s")
        await asyncio.sleep(0.01)
