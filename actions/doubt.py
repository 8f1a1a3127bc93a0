"""A doubt about what the person wants: they are asked, nothing is done in their name."""

from __future__ import annotations

from typing import Any

from actions.contract import CollectingDispatcher, Tracker, language, metadata
from backend.intake.rules import SURE
from backend.kit.catalogues import N_, catalogue

LIKELY_ENOUGH = 0.25
UNSURE = N_("I am not sure I understood you. What would you like to do?")
GUESSES = {
    "report": N_("Report something"),
    "tip": N_("Give information on a case"),
    "information_request": N_("Ask a question"),
    "case_followup": N_("My report"),
    "feedback": N_("Give an opinion on the police"),
    "human_handover": N_("A person"),
}


def in_doubt(tracker: Tracker, sure: float = SURE) -> bool:
    """Whether a message could as well mean something else; a pressed button never could."""
    intent = (tracker.latest_message or {}).get("intent") or {}
    return metadata(tracker).get("choice") is None and float(intent.get("confidence") or 0) < sure


def may_be_a_report(tracker: Tracker) -> bool:
    """Whether a message taken for small talk or nonsense may tell of something that happened."""
    ranking = _ranking(tracker)
    chance = sum(row["confidence"] for row in ranking if row["name"] in ("report", "tip"))
    return metadata(tracker).get("choice") is None and chance >= LIKELY_ENOUGH


def clear_up(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """The two best guesses, a report and a person, as buttons: nobody in need is sent away."""
    words = catalogue(language(tracker))
    likely = [row["name"] for row in _ranking(tracker) if row["name"] in GUESSES][:2]
    kinds = list(dict.fromkeys([*likely, "report", "human_handover"]))
    dispatcher.utter_message(
        text=words.text(UNSURE),
        buttons=[{"title": words.text(GUESSES[kind]), "payload": kind} for kind in kinds],
    )


def _ranking(tracker: Tracker) -> list[dict[str, Any]]:
    return (tracker.latest_message or {}).get("intent_ranking") or []
