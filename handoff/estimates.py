"""How long a queued usager may wait: a range, from what really happened lately, or nothing."""

from statistics import quantiles

_ENOUGH = 5


def waiting_minutes(place: int, handling: list[float], present: int) -> tuple[int, int] | None:
    """Return the likely wait as (low, high), in minutes.

    `handling` holds the recent handling times, in minutes; `present` counts the conseillers there now.
    None with fewer than five times or nobody present: an invented figure is worse than none.
    """
    if len(handling) < _ENOUGH or present < 1 or place < 1:
        return None
    low, _, high = quantiles(handling, n=4)
    rounds = place / present
    return max(1, round(low * rounds)), max(2, round(high * rounds + 0.5))
