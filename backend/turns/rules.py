"""Decisions of one turn: who answers, what is said first, what is said when nobody can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from backend.conversations.rules import RECEIPT_MASK
from backend.kit.catalogues import N_, Catalogue

MENU = (
    ("report", N_("Report something")),
    ("information_request", N_("Ask a question")),
    ("case_followup", N_("My report")),
    ("human_handover", N_("A person")),
)

DANGER = N_(
    "{number} – call now if you or someone else is in danger. The call is free.\n"
    "If you cannot speak, stay on the line or write here: the control room sees this chat."
)
INTRODUCTION = N_(
    "Hello. I am a machine, an assistant of the police of {city}. I take reports and answer "
    "questions; an officer reads what you send."
)
KEPT = N_("What you write is kept for up to {days} days, encrypted, and then deleted.")
SAFER_ON_WEB = N_(
    "Telegram can see that you write to us. If what you know could put you in danger, "
    "use our web chat: {url}"
)
ASSISTANT_AWAY = N_(
    "In danger? Call {number}.\n"
    "Your message is safe. The assistant has a pause, so a person will read it "
    "and answer you here."
)
CANNOT_READ = {
    "photo": N_("I cannot look at pictures yet. Please tell me in words what it shows."),
    "video": N_("I cannot watch videos yet. Please tell me in words what it shows."),
    "voice": N_("I cannot listen to voice messages yet. Please type what you want to say."),
    "listening": N_(
        "I am listening to your voice message. If someone is in danger, do not wait: call {number}."
    ),
    "file": N_("I cannot open files yet. Please tell me in words what it is about."),
    "sticker": N_("I cannot read stickers. Please write to me in words."),
    "contact": N_("I cannot use contact cards. Please type the name or the number, if it matters."),
    "other": N_("I cannot read this kind of message yet. Please write to me in words."),
}


@dataclass(frozen=True)
class WhoAnswers:
    """Who answers a message and why."""

    who: Literal["officer", "assistant"]
    why: str


def who_answers(officer_has_it: bool) -> WhoAnswers:
    """An officer who has taken the conversation answers; else the assistant."""
    if officer_has_it:
        return WhoAnswers("officer", "an officer has taken the conversation")
    return WhoAnswers("assistant", "nobody has taken the conversation")


CALLS_OFFICERS = 0.25  # urgency from which the control room is called


def calls_the_control_room(kind: str, urgency: float, signs_seen: bool) -> bool:
    """Whether officers are called at once.

    The number is said on a suspicion, which costs nobody anything; the control room must be able
    to believe its alarms.
    """
    return (
        signs_seen
        or (kind in ("report", "tip") and urgency >= CALLS_OFFICERS)
        or urgency >= CERTAIN
    )


@dataclass(frozen=True)
class Alarm:
    """Whether a message tells of danger now, and which of the two signals say so."""

    urgent: bool
    why: tuple[str, ...]


BESIDES_A_RECEIPT = 40  # characters: "my receipt is", "here it is, thank you"
CERTAIN = 0.5  # urgency of a message that is neither report nor tip


def tells_of_danger(kind: str, urgent: bool, urgency: float) -> bool:
    """Whether the assistant took a message for danger now.

    A greeting or a question is not urgent on a mere suspicion; a report is.
    """
    return urgent and (kind in ("report", "tip") or urgency >= CERTAIN)


def alarm(understood_urgent: bool, signs_seen: bool) -> Alarm:
    """Either signal is enough: the second one may only add alarms."""
    why = tuple(
        name
        for name, raised in (("understanding", understood_urgent), ("words", signs_seen))
        if raised
    )
    return Alarm(bool(why), why)


def comes_with_receipt(text: str, known: bool) -> bool:
    """Whether a message with a receipt (masked) in it asks after that receipt's case.

    A story with some long number in it stays a story, unless the number opens a case.
    """
    return known or len(text.replace(RECEIPT_MASK, "").strip()) <= BESIDES_A_RECEIPT


def still_fresh(received_at: datetime, at: datetime) -> bool:
    """Whether an answer can still come in time to look like one (else a person reads it)."""
    return at - received_at < timedelta(hours=12)


def introduction(words: Catalogue, *, city: str, days: int, channel: str, web_url: str) -> str:
    """The first contact: a machine, whose, what is kept and for how long, which door is safer.

    Regulation (EU) 2024/1689, Art. 50(1) and (5): at the latest at the first interaction.
    """
    lines = [words.text(INTRODUCTION, city=city), words.text(KEPT, days=words.number(days))]
    if channel == "telegram":
        lines.append(words.text(SAFER_ON_WEB, url=web_url))
    return "\n".join(lines)
