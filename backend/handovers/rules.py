"""Which reason to wait for a person outranks which."""

from __future__ import annotations

from backend.handovers.models import ASKED, ASSISTANT_AWAY, DANGER, UNDELIVERED

RANK = {DANGER: 3, ASKED: 2, ASSISTANT_AWAY: 1, UNDELIVERED: 0}


def outranks(why: str, other: str) -> bool:
    """Whether a conversation waiting for `other` must now be shown as waiting for `why`."""
    return RANK[why] > RANK[other]
