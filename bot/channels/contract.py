"""What every door of the service speaks: messages in, messages out, and how sending can fail."""

from __future__ import annotations

from backend.conversations.schemas import Button, Inbound, Outbound, Point, Received
from backend.outbox.errors import (
    Blocked,
    NotConnected,
    Permanent,
    Retryable,
    SendError,
    Throttled,
)
from backend.outbox.service import Channel

__all__ = [
    "Blocked",
    "Button",
    "Channel",
    "Inbound",
    "NotConnected",
    "Outbound",
    "Permanent",
    "Point",
    "Received",
    "Retryable",
    "SendError",
    "Throttled",
]
