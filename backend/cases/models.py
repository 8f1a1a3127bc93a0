"""A case: a report or a tip as a thread of immutable entries. Its state follows from them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.crypto import Sealed, SealedJson
from backend.kit.db import Base
from backend.kit.ids import new_id

# The states of a case, each set by one entry of the same name (ISO 37002: receive, assess,
# address, conclude).
RECEIVED, ASSESSING, ADDRESSING, CLOSED, WITHDRAWN = (
    "received",
    "assessing",
    "addressing",
    "closed",
    "withdrawn",
)
STATES = (RECEIVED, ASSESSING, ADDRESSING, CLOSED, WITHDRAWN)

# The other entries: what was said, moved, noted or asked.
OTHER_ENTRIES = ("routed", "moved", "added", "reply", "question", "note", "withdrawal", "joined")

CITIZEN, OFFICERS = "citizen", "officers"  # audiences


class CaseEntry(Base):
    """One thing that happened to a case; never changed, never removed before the case ends.

    `audience` says who may read it: `citizen` (and officers), or `officers` alone.
    `data` holds words about routing, outcome and so on; sealed like the body.
    """

    __tablename__ = "case_entries"
    __table_args__ = (
        CheckConstraint("audience IN ('citizen', 'officers')", name="audience"),
        Index("ix_case_entries_case", "case_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(10))
    officer_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    body: Mapped[str | None] = mapped_column(Sealed("case_entries.body"))
    data: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("case_entries.data"))
    at: Mapped[datetime] = mapped_column(Instant, default=now)


class Case(Base):
    """A report or a tip at a unit. `unit` and `also` hold unit ids of the city file.

    `fields` is what the person confirmed: `what`, `place`, `moment`, `hurt`, `details`, `contact`.
    The receipt is stored as a keyed hash only.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_unit", "unit", "opened_at"),
        Index("ix_cases_conversation", "conversation_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    opened_by: Mapped[str] = mapped_column(String(120), unique=True)  # the draft's id: opened once
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str] = mapped_column(String(30))
    category: Mapped[str] = mapped_column(String(30))
    urgent: Mapped[bool] = mapped_column(default=False)
    finished: Mapped[bool] = mapped_column(default=True)  # False: sent after a long silence
    language: Mapped[str] = mapped_column(String(12))
    unit: Mapped[str] = mapped_column(String(60))
    desk: Mapped[str | None] = mapped_column(String(60))
    also: Mapped[list[str]] = mapped_column(JSON, default=list)
    area_id: Mapped[str | None] = mapped_column(Sealed("cases.area_id"))
    fields: Mapped[dict[str, Any]] = mapped_column(SealedJson("cases.fields"))
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opened_at: Mapped[datetime] = mapped_column(Instant, default=now)
    promised_at: Mapped[datetime] = mapped_column(Instant)  # an answer by then

    state: Mapped[str] = column_property(
        select(CaseEntry.what)
        .where(CaseEntry.case_id == id, CaseEntry.what.in_(STATES))
        .order_by(CaseEntry.id.desc())
        .limit(1)
        .correlate_except(CaseEntry)
        .scalar_subquery()
    )

    @property
    def open(self) -> bool:
        """Whether anything is still to be done."""
        return self.state not in (CLOSED, WITHDRAWN)


class CaseUnit(Base):
    """Which units may read a case: its own and those told of it (the control room, when urgent)."""

    __tablename__ = "case_units"
    __table_args__ = (Index("ix_case_units_unit", "unit", "case_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(60), primary_key=True)
