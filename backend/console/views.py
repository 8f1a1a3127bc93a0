"""What the pages show, gathered from the nouns: plain rows, no ORM in a template."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.areas.rules import map_words, svg_map
from backend.cases.models import Case, CaseEntry
from backend.cases.rules import (
    MOVED_TOLD,
    OUTCOME_NAMES,
    OUTCOMES,
    REOPENED_TOLD,
    STATE_NAMES,
    STATE_TOLD,
    marks,
)
from backend.cases.service import entries, readable
from backend.city.schemas import City, said_in
from backend.console.rules import readable_messages
from backend.conversations.models import Conversation, Message
from backend.conversations.service import conversation_of, thread
from backend.handovers.models import Handover
from backend.handovers.service import current, waiting
from backend.intake.service import moment_words, place_words
from backend.kit.catalogues import N_, Catalogue, catalogue
from backend.kit.clock import now
from backend.officers.models import Officer
from backend.taxonomy.rules import taxonomy

PAGE = 25
LONGEST_THREAD = 1_000  # the newest messages of a conversation
WHY = {
    "danger": N_("Danger now"),
    "asked": N_("Wants a person"),
    "assistant_away": N_("The assistant did not answer"),
    "undelivered": N_("A message could not be delivered"),
}
FAILURES = {
    "Blocked": N_("The person has blocked the bot."),
    "Permanent": N_("The service there does not take it."),
    "CannotOpen": N_("It cannot be opened any more: its key is gone."),
    "": N_("It did not get through for a whole day."),
}
DOORS = {"webchat": N_("Web chat"), "telegram": N_("Telegram")}
HAPPENED = {
    "routed": N_("Sent to {unit}"),
    "moved": N_("Moved from {left} to {unit}"),
    "added": N_("The citizen added"),
    "reply": N_("Answer to the citizen"),
    "question": N_("Question to the citizen"),
    "note": N_("Internal note"),
}


@dataclass(frozen=True)
class Row:
    """A case in the queue."""

    id: uuid.UUID
    number: str
    category: str
    state: str
    unit: str
    area: str
    at: str
    urgent: bool
    overdue: bool
    unfinished: bool
    unread: bool


@dataclass(frozen=True)
class Waiting:
    """A conversation in the queue."""

    id: uuid.UUID
    why: str
    danger: bool
    mine: bool
    unit: str
    at: str
    language: str


@dataclass(frozen=True)
class Queue:
    """Everything on the first page; `version` changes when any of it does."""

    rows: Sequence[Row]
    waiting: Sequence[Waiting]
    total: int
    page: int
    version: str

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


async def queue(
    session: AsyncSession,
    city: City,
    officer: Officer,
    words: Catalogue,
    *,
    state: str = "",
    category: str = "",
    unit: str = "",
    number: str = "",
    page: int = 1,
) -> Queue:
    """The queue of the officer's units: the most urgent first, then the newest."""
    query = readable(officer)
    if state == "open":
        query = query.where(Case.state.not_in(("closed", "withdrawn")))
    elif state:
        query = query.where(Case.state == state)
    if category:
        query = query.where(Case.category == category)
    if unit:
        query = query.where(Case.unit == unit)
    if number.strip():
        query = query.where(Case.number.contains(number.strip().upper(), autoescape=True))
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    done = Case.state.in_(("closed", "withdrawn"))
    ordered = query.order_by(done, Case.urgent.desc(), Case.id.desc())
    cases = (await session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE))).all()
    rows = [await _row(session, city, case, words) for case in cases]
    handed = [
        await _waiting(session, city, one, officer, words)
        for one in await waiting(session, officer)
    ]
    version = str(hash((tuple(rows), tuple(handed), total, page)))
    return Queue(rows, handed, total, page, version)


async def _row(session: AsyncSession, city: City, case: Case, words: Catalogue) -> Row:
    last = await session.scalar(
        select(Message.author)
        .where(
            Message.conversation_id == case.conversation_id,
            Message.author.in_(("citizen", "officer")),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    replied = await session.scalar(
        select(func.count()).where(
            CaseEntry.case_id == case.id, CaseEntry.what.in_(("reply", "question"))
        )
    )
    seen = marks(
        urgent=case.urgent,
        finished=case.finished,
        closed=not case.open,
        answered=bool(replied),
        promised_at=case.promised_at,
        at=now(),
    )
    area = city.index.by_id(case.area_id)
    return Row(
        id=case.id,
        number=case.number,
        category=category_name(case, words),
        state=words.text(STATE_NAMES[case.state]),
        unit=city.unit_name(case.unit, words.language),
        area=area.label if area else "",
        at=words.moment(case.opened_at, city.zone),
        urgent=seen.urgent,
        overdue=seen.overdue,
        unfinished=seen.unfinished,
        unread=bool(replied) and last == "citizen" and case.open,
    )


def category_name(case: Case, words: Catalogue) -> str:
    """The category as an officer reads it."""
    if case.kind == "feedback":
        return words.text(N_("Opinion on the police"))
    known = taxonomy().incidents.get(case.category)
    return words.text(known.label) if known else case.category


async def _waiting(
    session: AsyncSession, city: City, one: Handover, officer: Officer, words: Catalogue
) -> Waiting:
    conversation = await session.get_one(Conversation, one.conversation_id)
    return Waiting(
        id=one.conversation_id,
        why=words.text(WHY[one.why]),
        danger=one.why == "danger",
        mine=one.officer_id == officer.id,
        unit=city.unit_name(one.unit, words.language),
        at=words.moment(one.asked_at, city.zone),
        language=taxonomy().languages[conversation.language].name,
    )


async def said_for(
    session: AsyncSession, officer: Officer, conversation: Conversation
) -> list[Message]:
    """The thread as the officer may read it: all of it when it was handed to their units."""
    said = await thread(session, conversation.id, limit=LONGEST_THREAD)
    handover = await current(session, conversation.id)
    if handover and (handover.unit in officer.units or handover.officer_id == officer.id):
        return said
    mine = readable(officer).with_only_columns(Case.id)
    foreign = select(Case).where(Case.conversation_id == conversation.id, Case.id.not_in(mine))
    return readable_messages(said, (await session.scalars(foreign)).all())


async def cases_of(
    session: AsyncSession, officer: Officer, conversation: Conversation, words: Catalogue
) -> list[tuple[uuid.UUID, str, str]]:
    """The cases of a conversation that the officer may open: id, number, category."""
    query = readable(officer).where(Case.conversation_id == conversation.id)
    found = await session.scalars(query.order_by(Case.id.desc()))
    return [(case.id, case.number, category_name(case, words)) for case in found]


async def case_page(
    session: AsyncSession, city: City, case: Case, officer: Officer, words: Catalogue
) -> dict[str, Any]:
    """Everything the page of one case shows."""
    happened = await entries(session, case)
    conversation = await conversation_of(session, case.conversation_id)
    said = await said_for(session, officer, conversation)
    names = await _officer_names(session, happened)
    fields = case.fields
    place = fields.get("where") or {}
    point = (place["lon"], place["lat"]) if place.get("lon") is not None else None
    area = city.index.by_id(case.area_id)
    title, description = map_words(city.name, words, city.index, point, case.area_id)
    return {
        "case": case,
        "conversation": conversation,
        "state": words.text(STATE_NAMES[case.state]),
        "category": category_name(case, words),
        "unit": city.unit_name(case.unit, words.language),
        "desk_name": city.desk_name(case.unit, case.desk, words.language) if case.desk else "",
        "fields": field_rows(city, case, words),
        "area": area.label if area else "",
        "map": svg_map(city.index, title, point, case.area_id, description)
        if point or area
        else "",
        "reason": reason_words(happened, words),
        "timeline": [_entry(city, entry, names, words) for entry in happened],
        "thread": await thread_rows(session, said, words, city),
        "version": str(happened[-1].id) if happened else "",
        "outcomes": [(key, words.text(OUTCOME_NAMES[key])) for key in OUTCOMES],
        "told": told_words(city, case, conversation),
        "state_names": {key: words.text(name) for key, name in STATE_NAMES.items()},
        "promised": words.moment(case.promised_at, city.zone),
        "overdue": case.open
        and case.promised_at < now()
        and not any(entry.what in ("reply", "question") for entry in happened),
    }


def told_words(city: City, case: Case, conversation: Conversation) -> dict[str, str]:
    """What the citizen would be told, in their language: by next state, by outcome, when moved."""
    spoken = catalogue(conversation.language)
    unit = city.unit_name(case.unit, conversation.language)
    texts = {state: STATE_TOLD[state] if case.open else REOPENED_TOLD for state in STATE_NAMES}
    told = {
        state: spoken.text(text, number=case.number, unit=unit, outcome="").strip()
        for state, text in texts.items()
    }
    told |= {key: spoken.text(text) for key, text in OUTCOMES.items()}
    return told | {"moved": spoken.text(MOVED_TOLD, number=case.number, unit="…")}


def field_rows(city: City, case: Case, words: Catalogue) -> list[tuple[str, str]]:
    """What the person confirmed, a row each; nothing said, no row."""
    fields = case.fields
    yes_no = {True: words.text(N_("yes")), False: words.text(N_("no")), None: ""}
    rows = [
        (words.text(N_("What")), "\n".join(fields.get("what") or ())),
        (words.text(N_("Where")), place_words(city, fields.get("where"))),
        (words.text(N_("When")), moment_words(city, fields.get("when"), words.language, now())),
        (words.text(N_("Is anyone hurt")), yes_no[fields.get("hurt")]),
        (words.text(N_("Who or what was seen")), "\n".join(fields.get("who") or ())),
        (words.text(N_("May we write to them")), yes_no[fields.get("contact")]),
    ]
    return [(name, said) for name, said in rows if said]


def reason_words(happened: Sequence[CaseEntry], words: Catalogue) -> str:
    """Why the case came where it came first."""
    routed = next((entry.data for entry in happened if entry.what == "routed"), None) or {}
    texts = routed.get("params") or {}
    return said_in(texts, words.language) if texts else words.text(str(routed.get("reason", "")))


def _entry(
    city: City, entry: CaseEntry, names: dict[uuid.UUID, str], words: Catalogue
) -> dict[str, str]:
    data = entry.data or {}
    if entry.what in STATE_NAMES:
        what = words.text(STATE_NAMES[entry.what])
        if data.get("outcome"):
            what += ": " + words.text(OUTCOME_NAMES[data["outcome"]])
    else:
        what = words.text(
            HAPPENED.get(entry.what, entry.what),
            unit=city.unit_name(str(data.get("unit") or data.get("to") or ""), words.language),
            left=city.unit_name(str(data.get("from") or ""), words.language),
        )
    return {
        "what": what,
        "kind": entry.what,
        "who": names.get(entry.officer_id, "") if entry.officer_id else "",
        "body": entry.body or "",
        "at": words.moment(entry.at, city.zone),
        "audience": entry.audience,
    }


async def thread_rows(
    session: AsyncSession, said: Sequence[Message], words: Catalogue, city: City
) -> list[dict[str, str]]:
    """The messages of a conversation as the console shows them."""
    names = await _officer_names(session, said)
    authors = {
        "citizen": words.text(N_("Citizen")),
        "assistant": words.text(N_("Assistant")),
        "service": words.text(N_("Notice")),
        "officer": words.text(N_("Officer")),
    }
    return [
        {
            "seq": str(message.seq),
            "author": message.author,
            "name": names.get(message.officer_id, "")
            if message.officer_id
            else authors[message.author],
            "text": message.body or _pressed(message, words),
            "language": message.language or "",
            "at": words.moment(message.created_at, city.zone),
        }
        for message in said
    ]


def _pressed(message: Message, words: Catalogue) -> str:
    extra = message.extra or {}
    if extra.get("point"):
        return words.text(N_("(shared a place)"))
    if extra.get("choice"):
        return words.text(N_("(pressed a button: {choice})"), choice=extra["choice"])
    return words.text(N_("(sent something we cannot read: {what})"), what=extra.get("other", ""))


async def _officer_names(session: AsyncSession, rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    wanted = {row.officer_id for row in rows if row.officer_id}
    if not wanted:
        return {}
    found = await session.scalars(select(Officer).where(Officer.id.in_(wanted)))
    return {officer.id: officer.name for officer in found}
