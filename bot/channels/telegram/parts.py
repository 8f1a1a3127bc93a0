"""How a message is cut to what Telegram takes, and how choices fit its buttons."""

from __future__ import annotations

import hashlib
import re

LONGEST = 4096  # UTF-16 code units of one message
LONGEST_DATA = 64  # bytes of a button's data
SHORT = "~"

_ENDS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?؟。])\s"), re.compile(r"\s"))


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """The text in parts that each fit, cut where a reader would pause."""
    found: list[str] = []
    rest = text
    while units(rest) > longest:
        cut = _cut(rest, longest)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*found, rest) if part]


def _cut(text: str, longest: int) -> int:
    window = text[:longest]
    while units(window) > longest:
        window = window[: len(window) - max(1, (units(window) - longest) // 2)]
    for end in _ENDS:
        places = [match.end() for match in end.finditer(window)]
        if places and places[-1] > len(window) // 2:
            return places[-1]
    return len(window)


def data_for(choice: str) -> str:
    """The choice as button data; one that is too long gets a short name of its own."""
    if len(choice.encode()) <= LONGEST_DATA:
        return choice
    return SHORT + hashlib.sha256(choice.encode()).hexdigest()[:40]
