"""What is to be delivered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.taxonomy.rules import Direction


@dataclass(frozen=True)
class Button:
    """A quick reply: what it says and the code it sends."""

    title: str
    choice: str


@dataclass(frozen=True)
class Outbound:
    """One message for a person, as any channel shows it."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    seq: int
    author: str  # assistant | officer | service
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    ask_place: bool = False
    language: str = "en"
    direction: Direction = "ltr"

    def payload(self, address: str) -> dict[str, Any]:
        """The message and where it goes, as the outbox keeps it (sealed)."""
        return {
            "address": address,
            "conversation_id": str(self.conversation_id),
            "message_id": str(self.message_id),
            "seq": self.seq,
            "author": self.author,
            "text": self.text,
            "at": self.at.isoformat(),
            "buttons": [[button.title, button.choice] for button in self.buttons],
            "ask_place": self.ask_place,
            "language": self.language,
            "direction": self.direction,
        }

    @staticmethod
    def read(payload: dict[str, Any]) -> tuple[str, Outbound]:
        """The address and the message of a payload."""
        return payload["address"], Outbound(
            conversation_id=uuid.UUID(payload["conversation_id"]),
            message_id=uuid.UUID(payload["message_id"]),
            seq=payload["seq"],
            author=payload["author"],
            text=payload["text"],
            at=datetime.fromisoformat(payload["at"]),
            buttons=tuple(Button(title, choice) for title, choice in payload["buttons"]),
            ask_place=payload["ask_place"],
            language=payload["language"],
            direction=payload["direction"],
        )
