"""Identifiers: row ids, case numbers people can say, receipts only their owner knows."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid

# Crockford's base 32: no I, L, O or U, so that nothing read aloud is mistaken for a digit.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_LENGTH = 16  # 16 characters of 5 bits: 80 bits
CASE_NUMBER_LENGTH = 6


_ticking = threading.Lock()
_last_tick = 0


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7): ordered by time, so that an index stays warm.

    Two of one process never share a tick (6.2, method 3): the later one is always the greater, also
    within a millisecond, because what follows from "the last entry" must not be a matter of luck.
    """
    tick = _next_tick()
    value = ((tick >> 12) << 80) | (0x7 << 76) | ((tick & 0xFFF) << 64)
    value |= (0x2 << 62) | (int.from_bytes(os.urandom(8)) >> 2)
    return uuid.UUID(int=value)


def _next_tick() -> int:
    """Milliseconds with twelve more bits for their fractions, greater than any before."""
    global _last_tick  # noqa: PLW0603 - one clock a process
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    with _ticking:
        _last_tick = max(_last_tick + 1, milliseconds << 12 | (rest << 12) // 1_000_000)
        return _last_tick


def new_receipt() -> str:
    """A receipt of 80 random bits, in groups of four: `K7QF-2M9X-04HT-8WZP`."""
    return grouped("".join(secrets.choice(CROCKFORD) for _ in range(RECEIPT_LENGTH)))


def new_case_number(year: int) -> str:
    """A number to quote for a case, such as `26-K7QF2M`; it tells nothing and opens nothing."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(CASE_NUMBER_LENGTH))
    return f"{year % 100:02d}-{drawn}"


def grouped(characters: str) -> str:
    """The characters in groups of four, as a receipt is shown and read aloud."""
    return "-".join(characters[i : i + 4] for i in range(0, len(characters), 4))
