"""Cases: opened once, seen by their units alone, every change told."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.service import of_object
from backend.cases.models import Case
from backend.cases.service import (
    Placed,
    Told,
    add_entry,
    by_receipt,
    case_of,
    entries,
    move,
    note,
    open_case,
    opened_by_officer,
    reply,
    set_state,
)
from backend.city.schemas import City
from backend.conversations.models import Message
from backend.conversations.schemas import Inbound
from backend.conversations.service import by_address, receipt_hash, receive
from backend.kit.db import Database
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.officers.models import Officer
from backend.officers.service import create

HERE = Placed("local_police", None, (), None, "because", {}, None, fallback=False)


async def opened(session: AsyncSession, key: str = "draft-1") -> tuple[Case, str]:
    inbound = Inbound(channel="webchat", address="someone", external_id="1", text="hello there")
    await receive(session, inbound, city_languages=("en",))
    conversation = await by_address(session, "webchat", "someone")
    assert conversation is not None
    told = Told(
        key, conversation.id, "report", "theft", False, True, "en", {"what": ["my bike"]}, 72
    )
    made = await open_case(session, told, HERE)
    return made.case, made.receipt


async def officer(session: AsyncSession, city: City, unit: str) -> Officer:
    name = f"{unit}-{uuid.uuid4().hex[:6]}"
    secret = "three plain words"
    return await create(session, city, username=name, name=name, password=secret, units=[unit])


async def said(session: AsyncSession) -> list[str]:
    rows = await session.scalars(select(Message).order_by(Message.seq))
    return [message.body for message in rows]


async def test_a_case_is_opened_once_and_the_last_receipt_counts(database: Database) -> None:
    async with database.transaction() as session:
        first, old = await opened(session)
        again, receipt = await opened(session)
        assert first.id == again.id
        assert await session.scalar(select(func.count()).select_from(Case)) == 1
        assert await by_receipt(session, receipt_hash(old.replace("-", ""))) is None
        assert await by_receipt(session, receipt_hash(receipt.replace("-", ""))) is not None


async def test_only_officers_of_its_unit_see_a_case(database: Database, vilamar: City) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        assert await case_of(session, await officer(session, vilamar, "local_police"), case.id)
        for stranger in (await officer(session, vilamar, "traffic"), Officer(id=uuid.uuid4())):
            with pytest.raises(NotFound):
                await case_of(session, stranger, case.id)


async def test_moving_takes_the_case_along_with_its_history(
    database: Database, vilamar: City
) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        mover = await officer(session, vilamar, "local_police")
        await move(session, vilamar, case, "traffic", "it was a car", mover)
        with pytest.raises(NotFound):
            await case_of(session, mover, case.id)
        assert await case_of(session, await officer(session, vilamar, "traffic"), case.id)
        assert "moved" in [entry.what for entry in await entries(session, case)]
        assert any("Traffic" in words for words in await said(session))


async def test_moving_needs_a_reason(database: Database, vilamar: City) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        mover = await officer(session, vilamar, "local_police")
        with pytest.raises(Invalid):
            await move(session, vilamar, case, "traffic", "  ", mover)


async def test_the_state_follows_from_the_entries(database: Database, vilamar: City) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        worker = await officer(session, vilamar, "local_police")
        assert case.state == "received"
        await reply(session, case, worker, "We have it.")
        assert case.state == "addressing"
        await set_state(session, vilamar, case, "closed", worker, "solved")
        assert not case.open
        with pytest.raises(Conflict):
            await set_state(session, vilamar, case, "assessing", worker)


async def test_a_note_never_reaches_the_citizen(database: Database, vilamar: City) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        await note(session, case, await officer(session, vilamar, "local_police"), "between us")
        assert "between us" not in await said(session)
        assert "between us" not in [e.body for e in await entries(session, case, "citizen")]


async def test_every_change_leaves_a_row(database: Database, vilamar: City) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        worker = await officer(session, vilamar, "local_police")
        await reply(session, case, worker, "We have it.")
        await add_entry(session, case, "added", "citizen", body="one more thing")
        acts = [row.act for row in await of_object(session, "case", case.id)]
    assert acts == ["case:open", "case:reply"]


async def test_two_officers_opening_at_once_tell_the_citizen_once(
    database: Database, vilamar: City
) -> None:
    async with database.transaction() as session:
        case, _ = await opened(session)
        one, two = [await officer(session, vilamar, "local_police") for _ in range(2)]

    async def opens(who: Officer) -> None:
        async with database.transaction() as session:
            found = await case_of(session, who, case.id)
            await opened_by_officer(session, vilamar, found, who)

    await asyncio.gather(opens(one), opens(two))
    async with database.reading() as session:
        told = [words for words in await said(session) if "is reading your report" in words]
    assert len(told) == 1
