"""Handovers: a conversation asks for a person, an officer takes it and gives it back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.service import record
from backend.cases.models import Case, CaseUnit
from backend.conversations.models import Conversation
from backend.conversations.service import say
from backend.handovers.models import ASKED, DANGER, Handover
from backend.handovers.rules import outranks
from backend.kit.catalogues import N_, catalogue
from backend.kit.clock import now
from backend.kit.errors import Conflict, NotFound
from backend.officers.models import Officer

TAKEN_TOLD = N_("You are now writing with an officer. You can go on here.")
GIVEN_BACK_TOLD = N_(
    "The officer has left the chat. The assistant answers you again; "
    "write “a person” whenever you want one."
)
NO_SUCH_CONVERSATION = N_("There is no such conversation, or it is not for one of your units.")


async def ask(session: AsyncSession, conversation: Conversation, unit: str, why: str) -> Handover:
    """Put the conversation in a unit's queue; asked again, only a graver reason changes it."""
    handover = await current(session, conversation.id)
    if handover is None:
        handover = Handover(conversation_id=conversation.id, unit=unit, why=why, asked_at=now())
        session.add(handover)
    elif outranks(why, handover.why):
        handover.why = why
        if handover.taken_at is None:
            handover.unit = unit
    await session.flush()
    return handover


async def current(session: AsyncSession, conversation_id: uuid.UUID) -> Handover | None:
    """The open handover of a conversation."""
    query = select(Handover).where(
        Handover.conversation_id == conversation_id, Handover.ended_at.is_(None)
    )
    return await session.scalar(query.order_by(Handover.id.desc()).limit(1))


def readable(officer: Officer) -> Select[Conversation]:
    """The conversations an officer may read: handed to, or with a case at, one of their units."""
    handed = select(Handover.conversation_id).where(
        Handover.unit.in_(officer.units), Handover.ended_at.is_(None)
    )
    with_case = (
        select(Case.conversation_id)
        .join(CaseUnit, CaseUnit.case_id == Case.id)
        .where(CaseUnit.unit.in_(officer.units))
    )
    return select(Conversation).where(
        or_(Conversation.id.in_(handed), Conversation.id.in_(with_case))
    )


async def conversation_for(
    session: AsyncSession, officer: Officer, conversation_id: uuid.UUID
) -> Conversation:
    """The conversation; raises `NotFound` when it is not the officer's to see."""
    found = await session.scalar(readable(officer).where(Conversation.id == conversation_id))
    if found is None:
        raise NotFound(NO_SUCH_CONVERSATION)
    return found


async def waiting(session: AsyncSession, officer: Officer) -> Sequence[Handover]:
    """What waits for one of the officer's units or is taken by the officer: danger first."""
    query = select(Handover).where(
        Handover.ended_at.is_(None),
        or_(
            Handover.unit.in_(officer.units) & Handover.officer_id.is_(None),
            Handover.officer_id == officer.id,
        ),
    )
    rows = (await session.scalars(query)).all()
    return sorted(rows, key=lambda row: (row.why != DANGER, row.why != ASKED, row.asked_at))


async def take(session: AsyncSession, officer: Officer, conversation: Conversation) -> Handover:
    """The officer takes the conversation: the bot falls silent, the person is told."""
    await session.refresh(conversation, with_for_update=True)
    if conversation.officer_id not in (None, officer.id):
        raise Conflict(N_("Another officer has just taken this conversation."))
    handover = await current(session, conversation.id)
    if handover is None:
        unit = min(officer.units, default=None)
        if unit is None:
            raise NotFound(NO_SUCH_CONVERSATION)
        handover = await ask(session, conversation, unit, ASKED)
    if conversation.officer_id == officer.id:
        return handover
    conversation.officer_id = officer.id
    handover.officer_id, handover.taken_at = officer.id, now()
    await record(session, officer.id, "conversation:take", "conversation", conversation.id)
    words = catalogue(conversation.language)
    await say(
        session, conversation, words.text(TAKEN_TOLD), key=f"taken:{handover.id}", author="service"
    )
    return handover


async def give_back(session: AsyncSession, officer: Officer, conversation: Conversation) -> None:
    """The officer leaves: the bot answers again, the person is told."""
    await session.refresh(conversation, with_for_update=True)
    if conversation.officer_id != officer.id:
        raise Conflict(N_("You have not taken this conversation."))
    handover = await current(session, conversation.id)
    conversation.officer_id = None
    if handover is not None:
        handover.ended_at = now()
    await record(session, officer.id, "conversation:give_back", "conversation", conversation.id)
    words = catalogue(conversation.language)
    key = f"given-back:{handover.id if handover else conversation.id}"
    await say(session, conversation, words.text(GIVEN_BACK_TOLD), key=key, author="service")


async def settle(session: AsyncSession, officer: Officer, conversation: Conversation) -> None:
    """Take a waiting conversation off the queue without writing: it needs nobody any more."""
    handover = await current(session, conversation.id)
    if handover is not None and handover.officer_id in (None, officer.id):
        handover.ended_at = now()
        await record(session, officer.id, "conversation:settle", "conversation", conversation.id)
        await session.flush()


async def reply(
    session: AsyncSession, officer: Officer, conversation: Conversation, text: str, key: str
) -> None:
    """An officer's words in a conversation they have taken, with or without a case."""
    if conversation.officer_id != officer.id:
        raise Conflict(N_("Take the conversation first; then the person knows who is writing."))
    await say(session, conversation, text, key=key, author="officer", officer_id=officer.id)
    await record(session, officer.id, "conversation:reply", "conversation", conversation.id)
