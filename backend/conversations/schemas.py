"""What a channel hands in and what it must show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from backend.outbox.schemas import Button, Outbound

__all__ = ["Button", "Inbound", "Outbound", "Point", "Received"]


@dataclass(frozen=True)
class Point:
    """A place on earth, WGS 84, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Inbound:
    """One message from a person, as any channel hands it over.

    `external_id` is unique for the sender's address on the channel. `language` was fixed by the
    person; `hint` is what their device says and counts only until they have written.
    `other` names content we cannot read (`photo`, `voice`, …); `edits` the message this corrects.
    """

    channel: str
    address: str
    external_id: str
    text: str = ""
    choice: str | None = None
    point: Point | None = None
    language: str | None = None
    hint: str | None = None
    edits: str | None = None
    other: str | None = None


@dataclass(frozen=True)
class Received:
    """What became of an inbound message: `new` is False when it had come before."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    new: bool
