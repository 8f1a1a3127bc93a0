"""A report in the making."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.crypto import SealedJson
from backend.kit.db import Base
from backend.kit.ids import new_id


class Draft(Base):
    """What a person has told so far and what was asked last; one a conversation.

    `before` is the draft as it stood before `last_inbound`: the same message worked on again
    (after a crash) starts from there, so no answer is counted twice.
    """

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_updated", "updated_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson("drafts.content"))
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("drafts.before"))
    last_inbound: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime] = mapped_column(Instant, default=now)
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)
