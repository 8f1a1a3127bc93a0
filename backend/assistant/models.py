"""What the assistant remembers of a conversation."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.crypto import SealedJson
from backend.kit.db import Base


class Dialogue(Base):
    """The assistant's tracker of one conversation, sealed; it ends with its report."""

    __tablename__ = "dialogues"

    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id"), primary_key=True
    )
    events: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("dialogues.events"))
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)
