"""Who did what and who read what (Directive (EU) 2016/680, Art. 25)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.db import Base
from backend.kit.ids import new_id


class AuditRow(Base):
    """One act: `actor` is an officer's id or the name of a part of the service.

    `act` is a colon word (`case:read`, `case:move`); `why` is the officer's reason where one is asked.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_object", "object_type", "object_id"),
        Index("ix_audit_actor", "actor", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(Instant, default=now)
    actor: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(60))
    why: Mapped[str | None] = mapped_column(String(500))
