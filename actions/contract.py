"""What every action stands on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from backend.city.schemas import City
from backend.intake.service import Heard
from backend.kit.clock import now
from backend.kit.db import Database

LIKELY = 3  # guesses at a category worth showing

__all__ = ["CollectingDispatcher", "Desk", "DeskAction", "DomainDict", "EventType", "Tracker"]


@dataclass(frozen=True)
class Desk:
    """What an action may use: the database and the city."""

    database: Database
    city: City


class DeskAction(Action):
    """An action at the desk; `word` is its name in the domain."""

    word = ""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def name(self) -> str:
        """The name in the domain."""
        return self.word


def conversation_id(tracker: Tracker) -> uuid.UUID:
    """The conversation the message belongs to."""
    return uuid.UUID(str(tracker.sender_id))


def metadata(tracker: Tracker) -> dict[str, Any]:
    """The backend's own notes on the message."""
    return (tracker.latest_message or {}).get("metadata") or {}


def heard(tracker: Tracker) -> Heard:
    """The message as the assistant understood it."""
    return _heard(dict(tracker.latest_message or {}))


def doubtful_words(tracker: Tracker) -> Heard | None:
    """The message right before this one, if it was one that nobody was sure about."""
    doubted, passed = False, False
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            if passed:
                words = {**(event.get("parse_data") or {}), "metadata": event.get("metadata")}
                return _heard({**words, "text": event.get("text")}) if doubted else None
            passed = True
        elif event.get("event") == "slot" and event.get("name") == "outcome" and passed:
            doubted = doubted or event.get("value") == "unsure"
    return None


def _text(message: dict[str, Any]) -> str:
    """The person's words; a shared place alone comes with the name of its kind as its text."""
    text = str(message.get("text") or "")
    wordless = (message.get("metadata") or {}).get("point") is not None
    return "" if wordless and text == (message.get("intent") or {}).get("name") else text


def _heard(message: dict[str, Any]) -> Heard:
    notes = message.get("metadata") or {}
    intent = message.get("intent") or {}
    ranking = message.get("category_ranking") or []
    point = notes.get("point")
    return Heard(
        inbound=str(notes.get("inbound", "")),
        text=_text(message),
        kind=str(intent.get("name") or "out_of_scope"),
        confidence=float(intent.get("confidence") or 0.0),
        category=str(message.get("category") or ""),
        category_confidence=float(ranking[0][1]) if ranking else 0.0,
        urgency=float(message.get("urgency") or 0.0),
        language=str(notes.get("language") or "en"),
        at=datetime.fromisoformat(notes["now"]) if notes.get("now") else now(),
        choice=notes.get("choice"),
        point=(point[0], point[1]) if point else None,
        edits=notes.get("edits"),
        likely=tuple(str(row[0]) for row in ranking[:LIKELY]),
    )


def language(tracker: Tracker) -> str:
    """The language to answer in."""
    return str(metadata(tracker).get("language") or "en")
