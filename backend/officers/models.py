"""Officers, the units they belong to, and their sessions."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.kit.clock import Instant, now
from backend.kit.db import Base
from backend.kit.ids import new_id


class OfficerUnit(Base):
    """A membership; without one an officer sees nothing."""

    __tablename__ = "officer_units"

    officer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(60), primary_key=True)


class Officer(Base):
    """Someone who signs in to the console."""

    __tablename__ = "officers"
    __table_args__ = (
        CheckConstraint("role IN ('officer', 'supervisor', 'administrator')", name="role"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20), default="officer")
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12), default="en")
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    memberships: Mapped[list[OfficerUnit]] = relationship(lazy="selectin")

    @property
    def units(self) -> frozenset[str]:
        """The ids of the officer's units."""
        return frozenset(membership.unit for membership in self.memberships)


class OfficerSession(Base):
    """A signed-in browser; the cookie's token is stored as a hash only."""

    __tablename__ = "officer_sessions"
    __table_args__ = (Index("ix_officer_sessions_officer", "officer_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("officers.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    seen_at: Mapped[datetime] = mapped_column(Instant, default=now)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class SignInFailure(Base):
    """A failed sign-in, counted per name and per origin; both are stored as keyed hashes."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_who", "who", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
