"""Conversations that wait for a person on duty."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.db import Base
from backend.kit.ids import new_id

ASKED, DANGER, ASSISTANT_AWAY, UNDELIVERED = "asked", "danger", "assistant_away", "undelivered"


class Handover(Base):
    """A conversation that waits for an officer of `unit`, why, who took it and when it ended.

    At most one is open for a conversation (`ended_at` empty); danger outranks the other reasons.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("why IN ('asked', 'danger', 'assistant_away', 'undelivered')", name="why"),
        Index("ix_handovers_open", "unit", "ended_at"),
        Index("ix_handovers_conversation", "conversation_id", "ended_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    unit: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(Instant, default=now)
    officer_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
