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
    message: dict[str, Any] = dict(tracker.latest_message or {})
    notes = metadata(tracker)
    intent = message.get("intent") or {}
    ranking = message.get("category_ranking") or []
    point = notes.get("point")
    return Heard(
        inbound=str(notes.get("inbound", "")),
        text=str(message.get("text") or ""),
        kind=str(intent.get("name") or "out_of_scope"),
        confidence=float(intent.get("confidence") or 0.0),
        category=str(message.get("category") or ""),
        category_confidence=float(ranking[0][1]) if ranking else 0.0,
        urgent=bool(message.get("urgent")),
        language=str(notes.get("language") or "en"),
        at=datetime.fromisoformat(notes["now"]) if notes.get("now") else now(),
        choice=notes.get("choice"),
        point=(point[0], point[1]) if point else None,
    )


def language(tracker: Tracker) -> str:
    """The language to answer in."""
    return str(metadata(tracker).get("language") or "en")
