"""Every table, imported so that the metadata is whole."""

from __future__ import annotations

from backend.assistant.models import Dialogue
from backend.audit.models import AuditRow
from backend.cases.models import Case, CaseEntry, CaseUnit
from backend.conversations.models import Contact, Conversation, Message
from backend.handovers.models import Handover
from backend.intake.models import Draft
from backend.kit.db import Base
from backend.officers.models import Officer, OfficerSession, OfficerUnit, SignInFailure
from backend.outbox.models import OutboxMessage

__all__ = [
    "AuditRow",
    "Base",
    "Case",
    "CaseEntry",
    "CaseUnit",
    "Contact",
    "Conversation",
    "Dialogue",
    "Draft",
    "Handover",
    "Message",
    "Officer",
    "OfficerSession",
    "OfficerUnit",
    "OutboxMessage",
    "SignInFailure",
]
