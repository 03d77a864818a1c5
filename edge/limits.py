"""Rate limits: token buckets in memory, by what is asked and by who asks.

They protect one process; a front server protects many. The limit on signing in cannot be lifted.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from edge.problem import Problem

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls at once, refilled evenly over a number of seconds."""

    calls: int
    seconds: float


LIMITS = {
    "conversation_messages": Limit(30, 60),
    "address_messages": Limit(120, 60),
    "address_openings": Limit(30, 60),
    "address_calls": Limit(600, 60),
    "sign_in": Limit(10, 60),
}
_NEVER_LIFTED = frozenset({"sign_in"})


class RateLimiter:
    """Counts calls; forgets the oldest callers first when there are too many to keep."""

    def __init__(self, *, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._enabled = enabled
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def check(self, name: str, caller: str) -> None:
        """Count one call.

        Raises:
            Problem: 429, saying in how many seconds to come back.
        """
        if not self._enabled and name not in _NEVER_LIFTED:
            return
        limit, now = LIMITS[name], self._clock()
        level, at = self._buckets.pop((name, caller), (float(limit.calls), now))
        level = min(limit.calls, level + (now - at) * limit.calls / limit.seconds)
        allowed = level >= 1
        self._buckets[name, caller] = (level - 1 if allowed else level, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = ceil((1 - level) * limit.seconds / limit.calls)
            raise Problem(
                429,
                None,
                f"Vous allez trop vite. Attendez {wait} seconde{'s' if wait > 1 else ''}, puis réessayez.",
                retry_after=wait,
            )
