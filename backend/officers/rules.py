"""Passwords, sessions and how often a sign-in may fail. Pure."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from math import ceil

from backend.kit.catalogues import N_
from backend.kit.errors import Invalid

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)  # a session is noted as used no more often
AT_MOST = timedelta(hours=12)
FREE_FAILURES = 5  # of one name
FREE_FAILURES_OF_ORIGIN = 30  # a whole station may stand behind one address
WINDOW = timedelta(minutes=15)
ROLES = ("officer", "supervisor", "administrator")

TOO_SHORT = N_("A password needs at least {n} characters. Three or four words are a good one.")

_SYLLABLES = [a + b for a in "bdfghjkmnprstvz" for b in "aeiou"]


def checked_password(password: str) -> str:
    """The password if it may be used; raises `Invalid`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(TOO_SHORT, n=SHORTEST_PASSWORD)
    return password


def spoken_password() -> str:
    """A random password that can be read out and typed: about 75 bits."""
    words = ("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(4))
    return "-".join(words)


def still_valid(seen_at: datetime, expires_at: datetime, at: datetime) -> bool:
    """Whether a session may go on: not idle for too long, and not too old."""
    return at < expires_at and at - seen_at < IDLE


def wait_after(failures: int, last: datetime, at: datetime, free: int = FREE_FAILURES) -> int:
    """Seconds to wait before the next try: none for the `free` first, then longer and longer."""
    if failures < free:
        return 0
    pause = timedelta(seconds=min(30 * 2 ** min(failures - free, 10), WINDOW.total_seconds()))
    return max(0, ceil((last + pause - at).total_seconds()))
