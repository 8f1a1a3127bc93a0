"""What goes to the assistant and what comes back."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class QuickReply(BaseModel):
    """A button the assistant offers."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    choice: str = Field(min_length=1, max_length=200)


class Reply(BaseModel):
    """One message the assistant wants said; `ask` is what it asks for (`place` offers a pin)."""

    text: str | None = Field(default=None, max_length=8_000)
    buttons: list[QuickReply] = Field(default_factory=list, max_length=40)
    ask: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class Understanding(BaseModel):
    """What a message was taken for; labels and probabilities, never words."""

    kind: str
    category: str = ""
    urgent: bool = False
    confidence: float = Field(default=0.0, ge=0, le=1)
    urgency: float = Field(default=0.0, ge=0, le=1)
    kinds: list[tuple[str, float]] = Field(default_factory=list)
    categories: list[tuple[str, float]] = Field(default_factory=list)


class Answer(BaseModel):
    """The assistant's whole answer to one message."""

    replies: list[Reply] = Field(max_length=20)
    understanding: Understanding
