"""The thread between one person and the police on one channel."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.clock import Instant, now
from backend.kit.crypto import Sealed, SealedJson
from backend.kit.db import Base
from backend.kit.ids import new_id


class Contact(Base):
    """Where a person can be written to: kept apart from every case, the address sealed.

    `fingerprint` (keyed hash of the address) finds the contact again without opening it.
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(Sealed("contacts.address"))
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)  # they blocked us
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)


class Conversation(Base):
    """One contact's thread. `officer_id` is the officer who has taken it; the bot is silent then."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_officer", "officer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    language_fixed: Mapped[bool] = mapped_column(default=False)
    heard: Mapped[list[Any]] = mapped_column(JSON, default=list)  # last (tag, confidence) pairs
    introduced_at: Mapped[datetime | None] = mapped_column(Instant)
    officer_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_inbound_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)


class Message(Base):
    """One message of a thread, in or out; `seq` counts from 1 in its conversation.

    An inbound message is stored once per channel and vendor id, before it is acknowledged;
    `answered_at` is empty until its turn is over. The words are sealed.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        UniqueConstraint("conversation_id", "seq"),
        CheckConstraint("author IN ('citizen', 'assistant', 'officer', 'service')", name="author"),
        Index("ix_messages_unanswered", "author", "answered_at"),
        Index("ix_messages_case", "case_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(10))
    officer_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    case_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # the case it belongs to, if any
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str | None] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Sealed("messages.body"), default="")
    buttons: Mapped[list[Any] | None] = mapped_column(SealedJson("messages.buttons"))
    extra: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("messages.extra"))
    understanding: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # labels, never words
    language: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
