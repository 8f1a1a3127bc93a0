"""Which words of a conversation an officer may read. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from backend.cases.models import Case
from backend.conversations.models import Message


def readable_messages(said: Sequence[Message], foreign: Iterable[Case]) -> list[Message]:
    """The messages without those that told a case of other units alone.

    One person may tell two units two things in one thread; neither unit reads the other's.
    """
    hidden: set[int] = set()
    for case in foreign:
        hidden |= _telling(said, case)
    return [message for message in said if message.seq not in hidden]


def _telling(said: Sequence[Message], case: Case) -> set[int]:
    """The places of a case in the thread: its story up to the receipt, and what officers wrote."""
    about = [message.seq for message in said if message.case_id == case.id]
    if not about:
        return set()
    begun = _begun_by(case)
    before = (m.seq for m in said if begun and m.author == "citizen" and m.id <= begun)
    first = max(before, default=about[0])
    return {*about, *range(first, about[0])}


def _begun_by(case: Case) -> uuid.UUID | None:
    """The id of what the case grew from, a draft or a message: ids are ordered by time."""
    try:
        return uuid.UUID(case.opened_by[-36:])
    except ValueError:
        return None
