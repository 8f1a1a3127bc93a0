"""The outbox: what must reach a citizen, written in the transaction that decided it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.crypto import SealedJson
from backend.kit.db import Base
from backend.kit.ids import new_id

WAITING, SENT, DEAD = "waiting", "sent", "dead"


class OutboxMessage(Base):
    """One message to deliver on one channel; `key` is made from ids, so it exists once.

    The payload is wiped when the message has been delivered: it may carry a receipt.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'sent', 'dead')", name="status"),
        Index("ix_outbox_due", "status", "next_at"),
        Index("ix_outbox_conversation", "conversation_id", "status", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    message_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    payload: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("outbox.payload"))
    status: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Instant, default=now)
    failure: Mapped[str | None] = mapped_column(String(60))  # the error's class, never its words
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
