"""Cases: opened once, worked on by officers, every change told to the citizen in plain words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.service import record
from backend.cases.models import (
    ADDRESSING,
    ASSESSING,
    CITIZEN,
    CLOSED,
    OFFICERS,
    RECEIVED,
    WITHDRAWN,
    Case,
    CaseEntry,
    CaseUnit,
)
from backend.cases.rules import (
    MOVED_TOLD,
    NEXT_STATES,
    OUTCOMES,
    REOPENED_TOLD,
    STATE_TOLD,
    promise,
)
from backend.city.schemas import City
from backend.conversations.service import conversation_of, receipt_hash, say
from backend.kit.catalogues import N_, catalogue
from backend.kit.clock import now
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.ids import new_case_number, new_id, new_receipt
from backend.officers.models import Officer

LONGEST_REPLY = 4_000
NO_SUCH_CASE = N_("There is no such case, or it is not with one of your units.")


@dataclass(frozen=True)
class Placed:
    """Where a case goes and why, as the routing decided; `reason` is a msgid with its fields."""

    unit: str
    desk: str | None
    also: tuple[str, ...]
    area_id: str | None
    reason: str
    reason_params: dict[str, str]
    rule: str | None
    fallback: bool


@dataclass(frozen=True)
class Told:
    """What a person told, ready to become a case."""

    opened_by: str
    conversation_id: uuid.UUID
    kind: str
    category: str
    urgent: bool
    finished: bool
    language: str
    fields: dict[str, Any]
    promised_hours: float


@dataclass(frozen=True)
class Opened:
    """A case and the receipt for the person; the receipt exists nowhere else."""

    case: Case
    receipt: str


async def open_case(session: AsyncSession, told: Told, placed: Placed) -> Opened:
    """Open a case once for `told.opened_by`; called again it gives the same case a new receipt.

    A new receipt is safe: the first was never shown, else nobody would ask again.
    """
    receipt = new_receipt()
    sealed = receipt_hash(receipt.replace("-", ""))
    known = select(Case).where(Case.opened_by == told.opened_by)
    case = await session.scalar(known)
    if case is not None:
        case.receipt_hash = sealed
        await session.flush()
        return Opened(case, receipt)
    case = await _new_case(session, told, placed, sealed)
    await _share(session, case, {placed.unit, *placed.also})
    await add_entry(session, case, RECEIVED, CITIZEN)
    await add_entry(
        session,
        case,
        "routed",
        OFFICERS,
        data={
            "unit": placed.unit,
            "desk": placed.desk,
            "reason": placed.reason,
            "params": placed.reason_params,
            "rule": placed.rule,
            "fallback": placed.fallback,
        },
    )
    await record(session, "intake", "case:open", "case", case.id)
    return Opened(await _fresh(session, case), receipt)


def readable(officer: Officer) -> Select[Case]:
    """Every case the officer may see: those of their units. Without a unit, none."""
    mine = select(CaseUnit.case_id).where(CaseUnit.unit.in_(officer.units))
    return select(Case).where(Case.id.in_(mine))


async def case_of(session: AsyncSession, officer: Officer, case_id: uuid.UUID) -> Case:
    """The case; raises `NotFound` when it is not there or not the officer's to see."""
    case = await session.scalar(readable(officer).where(Case.id == case_id))
    if case is None:
        raise NotFound(NO_SUCH_CASE)
    return case


async def entries(
    session: AsyncSession, case: Case, audience: str = OFFICERS
) -> Sequence[CaseEntry]:
    """The timeline, oldest first; for a citizen only what is theirs to read."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.id)
    if audience == CITIZEN:
        query = query.where(CaseEntry.audience == CITIZEN)
    return (await session.scalars(query)).all()


async def add_entry(
    session: AsyncSession,
    case: Case,
    what: str,
    audience: str,
    *,
    officer: Officer | None = None,
    body: str | None = None,
    data: dict[str, Any] | None = None,
) -> CaseEntry:
    """Add one entry to the timeline."""
    entry = CaseEntry(
        id=new_id(),
        case_id=case.id,
        what=what,
        audience=audience,
        officer_id=officer.id if officer else None,
        body=body,
        data=data,
        at=now(),
    )
    session.add(entry)
    await session.flush()
    return entry


async def add_from_citizen(session: AsyncSession, case: Case, text: str) -> CaseEntry:
    """What the person adds to a case later on."""
    return await add_entry(session, case, "added", CITIZEN, body=text)


async def reply(session: AsyncSession, case: Case, officer: Officer, text: str) -> CaseEntry:
    """An officer's answer, sent to the citizen on the door they used."""
    return await _write_to_citizen(session, case, officer, "reply", text)


async def ask(session: AsyncSession, case: Case, officer: Officer, text: str) -> CaseEntry:
    """An officer's question to the citizen."""
    return await _write_to_citizen(session, case, officer, "question", text)


async def note(session: AsyncSession, case: Case, officer: Officer, text: str) -> CaseEntry:
    """A note that no citizen ever sees."""
    entry = await add_entry(session, case, "note", OFFICERS, officer=officer, body=_words(text))
    await record(session, officer.id, "case:note", "case", case.id)
    return entry


async def move(
    session: AsyncSession, city: City, case: Case, to_unit: str, why: str, officer: Officer
) -> CaseEntry:
    """Give the case to another unit; its history goes along, the old unit no longer sees it."""
    if to_unit not in city.unit_ids:
        raise Invalid(N_("Choose the unit that takes the case over."))
    if to_unit == case.unit:
        raise Conflict(N_("The case is already with this unit."))
    if not why.strip():
        raise Invalid(N_("Write why the case moves: the next unit needs to know."))
    left, case.unit, case.desk = case.unit, to_unit, None
    await _unshare(session, case, left)
    await _share(session, case, {to_unit})
    entry = await add_entry(
        session,
        case,
        "moved",
        OFFICERS,
        officer=officer,
        body=_words(why),
        data={"from": left, "to": to_unit},
    )
    await record(session, officer.id, "case:move", "case", case.id, why)
    await _tell(session, city, case, entry, MOVED_TOLD)
    return entry


async def set_state(
    session: AsyncSession,
    city: City,
    case: Case,
    state: str,
    officer: Officer,
    outcome: str | None = None,
    words: str = "",
) -> CaseEntry:
    """Bring the case into another state; closing needs an outcome."""
    if state not in NEXT_STATES.get(case.state, ()):
        raise Conflict(N_("The case has changed meanwhile. Look at it again."))
    if state == CLOSED and outcome not in OUTCOMES:
        raise Invalid(N_("Choose how the case ends."))
    reopened = not case.open
    entry = await add_entry(
        session,
        case,
        state,
        CITIZEN,
        officer=officer,
        body=words.strip() or None,
        data={"outcome": outcome} if outcome else None,
    )
    await record(session, officer.id, f"case:{state}", "case", case.id)
    await _fresh(session, case)
    told = REOPENED_TOLD if reopened else STATE_TOLD[state]
    await _tell(session, city, case, entry, told, outcome=outcome, words=words.strip())
    return entry


async def opened_by_officer(
    session: AsyncSession, city: City, case: Case, officer: Officer
) -> None:
    """The first time an officer opens a case, the citizen is told that someone reads it."""
    if case.state != RECEIVED or case.unit not in officer.units:
        return
    # Two officers may open it in the same instant: the citizen is told once.
    await session.refresh(case, with_for_update=True)
    await session.refresh(case)  # what the other one wrote while this one waited for the lock
    if case.state == RECEIVED:
        await set_state(session, city, case, ASSESSING, officer)


async def withdraw(session: AsyncSession, case: Case) -> CaseEntry:
    """The citizen takes the report back; the unit sees it and decides what must still be done."""
    entry = await add_entry(session, case, WITHDRAWN, CITIZEN)
    await record(session, "citizen", "case:withdraw", "case", case.id)
    await _fresh(session, case)
    return entry


async def of_conversation(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Case]:
    """The cases a conversation gave rise to, newest first."""
    query = select(Case).where(Case.conversation_id == conversation_id)
    return (await session.scalars(query.order_by(Case.id.desc()))).all()


async def by_receipt(session: AsyncSession, hashed: str) -> Case | None:
    """The case a receipt opens; `hashed` is `conversations.service.receipt_hash`."""
    return await session.scalar(select(Case).where(Case.receipt_hash == hashed))


def status_words(case: Case, city: City, language: str, outcome: str | None = None) -> str:
    """The state of a case as its citizen reads it."""
    words = catalogue(language)
    ending = words.text(OUTCOMES[outcome]) if outcome in OUTCOMES else ""
    return words.text(
        STATE_TOLD[case.state],
        number=case.number,
        unit=city.unit_name(case.unit, language),
        outcome=ending,
    ).strip()


async def last_outcome(session: AsyncSession, case: Case) -> str | None:
    """The outcome a closed case was given."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.id, CaseEntry.what == CLOSED)
    entry = await session.scalar(query.order_by(CaseEntry.id.desc()).limit(1))
    return (entry.data or {}).get("outcome") if entry else None


async def _write_to_citizen(
    session: AsyncSession, case: Case, officer: Officer, what: str, text: str
) -> CaseEntry:
    words = _words(text)
    entry = await add_entry(session, case, what, CITIZEN, officer=officer, body=words)
    conversation = await conversation_of(session, case.conversation_id)
    await say(
        session,
        conversation,
        words,
        key=f"entry:{entry.id}",
        author="officer",
        officer_id=officer.id,
        case_id=case.id,
    )
    await record(session, officer.id, f"case:{what}", "case", case.id)
    if case.state in (RECEIVED, ASSESSING):
        await add_entry(session, case, ADDRESSING, CITIZEN, officer=officer)
        await _fresh(session, case)
    return entry


async def _tell(
    session: AsyncSession,
    city: City,
    case: Case,
    entry: CaseEntry,
    told: str,
    outcome: str | None = None,
    words: str = "",
) -> None:
    conversation = await conversation_of(session, case.conversation_id)
    language = catalogue(conversation.language)
    text = language.text(
        told,
        number=case.number,
        unit=city.unit_name(case.unit, conversation.language),
        outcome=language.text(OUTCOMES[outcome]) if outcome else "",
    ).strip()
    await say(
        session,
        conversation,
        f"{text}\n\n{words}" if words else text,
        key=f"entry:{entry.id}",
        author="service",
        case_id=case.id,
    )


async def _new_case(session: AsyncSession, told: Told, placed: Placed, sealed: str) -> Case:
    opened_at = now()
    for _ in range(5):  # 2^30 numbers a year: a clash is rare, five in a row are not to be met
        case = Case(
            id=new_id(),
            number=new_case_number(opened_at.year),
            opened_by=told.opened_by,
            conversation_id=told.conversation_id,
            kind=told.kind,
            category=told.category,
            urgent=told.urgent,
            finished=told.finished,
            language=told.language,
            unit=placed.unit,
            desk=placed.desk,
            also=list(placed.also),
            area_id=placed.area_id,
            fields=told.fields,
            receipt_hash=sealed,
            opened_at=opened_at,
            promised_at=promise(opened_at, told.promised_hours),
        )
        try:
            async with session.begin_nested():
                session.add(case)
                await session.flush()
        except IntegrityError:
            continue
        return case
    raise Conflict(N_("No free case number was found. Try again."))


async def _share(session: AsyncSession, case: Case, units: set[str]) -> None:
    for unit in sorted(units):
        if await session.get(CaseUnit, (case.id, unit)) is None:
            session.add(CaseUnit(case_id=case.id, unit=unit))
    await session.flush()


async def _unshare(session: AsyncSession, case: Case, unit: str) -> None:
    membership = await session.get(CaseUnit, (case.id, unit))
    if membership is not None and unit not in case.also:
        await session.delete(membership)
        await session.flush()


async def _fresh(session: AsyncSession, case: Case) -> Case:
    """The case with its derived state read again."""
    await session.refresh(case)
    return case


def _words(text: str) -> str:
    kept = text.strip()
    if not kept:
        raise Invalid(N_("Write something first."))
    if len(kept) > LONGEST_REPLY:
        raise Invalid(N_("That is too long for one message. Send it in two."))
    return kept
