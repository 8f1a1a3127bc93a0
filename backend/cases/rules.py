"""What the state of a case means in plain words, and what a citizen is told of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.cases.models import ADDRESSING, ASSESSING, CLOSED, RECEIVED, WITHDRAWN
from backend.kit.catalogues import N_

STATE_NAMES = {
    RECEIVED: N_("Received"),
    ASSESSING: N_("Being read"),
    ADDRESSING: N_("Being worked on"),
    CLOSED: N_("Closed"),
    WITHDRAWN: N_("Withdrawn"),
}

# What a citizen reads when a case comes into a state.
STATE_TOLD = {
    RECEIVED: N_("Your report {number} has arrived at {unit}. Nobody has opened it yet."),
    ASSESSING: N_("An officer of {unit} is reading your report {number}."),
    ADDRESSING: N_("{unit} is working on your report {number}."),
    CLOSED: N_("Your report {number} is now closed. {outcome}"),
    WITHDRAWN: N_("You took back your report {number}. Thank you for telling us."),
}

OUTCOMES = {
    "solved": N_("What you told us helped: the matter is solved."),
    "passed_on": N_("Another authority deals with it now, and they have what you told us."),
    "no_further_action": N_(
        "We have looked into it and cannot do more for now. What you told us is kept "
        "and helps if something new comes up."
    ),
    "not_found": N_("We went to look and did not find it. Write again if it happens again."),
    "advice_given": N_("We have answered your question or given advice."),
    "duplicate": N_("We already had a report of the same thing. Yours has been added to it."),
}

OUTCOME_NAMES = {
    "solved": N_("Solved"),
    "passed_on": N_("Passed to another authority"),
    "no_further_action": N_("Nothing more can be done for now"),
    "not_found": N_("Checked and not found"),
    "advice_given": N_("Advice given"),
    "duplicate": N_("Already reported"),
}

MOVED_TOLD = N_(
    "Your report {number} is now with {unit}, because they can help you better. "
    "You need not do anything."
)
REOPENED_TOLD = N_("Your report {number} is open again.")

# A citizen may only be told so; who set it and why is for officers.
NEXT_STATES: dict[str, tuple[str, ...]] = {
    RECEIVED: (ASSESSING, ADDRESSING, CLOSED),
    ASSESSING: (ADDRESSING, CLOSED),
    ADDRESSING: (ASSESSING, CLOSED),
    CLOSED: (ADDRESSING,),
    WITHDRAWN: (ADDRESSING, CLOSED),
}


@dataclass(frozen=True)
class Marks:
    """What an officer must see of a case at a glance."""

    urgent: bool
    overdue: bool
    unfinished: bool


def marks(
    *,
    urgent: bool,
    finished: bool,
    closed: bool,
    answered: bool,
    promised_at: datetime,
    at: datetime,
) -> Marks:
    """The marks of a case; a closed one is never overdue, nor is one that was answered."""
    return Marks(
        urgent=urgent and not closed,
        overdue=not closed and not answered and promised_at < at,
        unfinished=not finished,
    )


def promise(opened_at: datetime, hours: float) -> datetime:
    """When an answer is promised by."""
    return opened_at + timedelta(hours=hours)
