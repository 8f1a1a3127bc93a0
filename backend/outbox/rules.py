"""When to try again, and when to stop trying."""

from __future__ import annotations

from datetime import timedelta

FIRST_WAIT = 2.0  # seconds
LONGEST_WAIT = 600.0
GIVE_UP_AFTER = timedelta(hours=24)


def backoff(attempts: int, chance: float) -> timedelta:
    """The wait before the next attempt: doubling, with full jitter; `chance` is in [0, 1)."""
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=max(0.2, ceiling * chance))


def given_up(age: timedelta) -> bool:
    """Whether a message is too old to be tried again."""
    return age > GIVE_UP_AFTER
