"""When a part that died is started again. Pure."""

from __future__ import annotations

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds
STEADY = 60.0  # a part that ran this long is thought sound again


def wait_before_restart(deaths: int) -> float:
    """Seconds to wait after the nth death in a row: 1, 2, 4 … 30."""
    return min(FIRST_WAIT * 2.0 ** max(deaths - 1, 0), LONGEST_WAIT)


def deaths_in_a_row(deaths: int, lived: float) -> int:
    """How many deaths in a row there are now, after one more that lived so many seconds."""
    return 1 if lived >= STEADY else deaths + 1
