"""A circuit breaker: after several failures in a row, stop asking for a while, then let one request try."""

from __future__ import annotations

from collections.abc import Callable

FAILURES = 5
REST = 30.0  # seconds


class CircuitBreaker:
    """Closed (asks), open (does not), half-open (one trial at a time decides)."""

    def __init__(self, clock: Callable[[], float], failures: int = FAILURES, rest: float = REST) -> None:
        self._clock = clock
        self._limit = failures
        self._rest = rest
        self._failures = 0
        self._opened_at: float | None = None
        self._trial = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        if self._opened_at is None:
            return "closed"
        return "half-open" if self._clock() - self._opened_at >= self._rest else "open"

    def allow(self) -> bool:
        """May a request be sent now? A half-open circuit lets one through; `record` must follow."""
        if self.state == "closed":
            return True
        if self.state == "open" or self._trial:
            return False
        self._trial = True
        return True

    def record(self, success: bool) -> None:
        """Tell how an allowed request ended."""
        self._trial = False
        if success:
            self._failures = 0
            self._opened_at = None
            return
        self._failures += 1
        if self._opened_at is not None or self._failures >= self._limit:
            self._opened_at = self._clock()

    def release(self) -> None:
        """Tell that an allowed request was given up: the trial is free again, nothing is counted."""
        self._trial = False
