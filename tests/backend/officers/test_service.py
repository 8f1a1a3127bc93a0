"""Who may sign in, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from backend.city.schemas import City
from backend.kit.clock import now
from backend.kit.db import Database
from backend.kit.errors import Conflict, Invalid, Refused, TooMany
from backend.officers import service
from backend.officers.models import Officer, OfficerSession, SignInFailure
from backend.officers.rules import FREE_FAILURES

PASSWORD = "a long enough one"


async def made(database: Database, city: City, username: str = "ada") -> Officer:
    async with database.transaction() as session:
        return await service.create(
            session,
            city,
            username=username,
            name="Ada",
            password=PASSWORD,
            units=[city.units[0].id],
        )


async def test_the_right_password_opens_and_a_wrong_one_does_not(
    database: Database, vilamar: City
) -> None:
    officer = await made(database, vilamar)
    assert service.right_password(officer, PASSWORD)
    assert not service.right_password(officer, "another long one")
    assert not service.right_password(None, PASSWORD)


async def test_a_disabled_officer_is_out_at_once(sqlite: Database, vilamar: City) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        signed = await service.sign_in(session, officer)
    async with sqlite.transaction() as session:
        await service.disable(session, "ada")
    async with sqlite.reading() as session:
        assert await service.session_of(session, signed.token) is None
        gone = await service.by_name(session, "ada")
    assert not service.right_password(gone, PASSWORD)


async def test_a_new_password_ends_every_session(sqlite: Database, vilamar: City) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        signed = await service.sign_in(session, officer)
        await service.set_password(session, "ADA ", "quite another one")
        assert await service.session_of(session, signed.token) is None


async def test_neither_token_nor_password_nor_the_name_tried_lies_in_the_database(
    sqlite: Database, vilamar: City
) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        signed = await service.sign_in(session, officer)
        await service.note_try(session, "somebody else", "192.0.2.7")
        rows = ""
        for query in (
            "SELECT * FROM officers",
            "SELECT * FROM officer_sessions",
            "SELECT * FROM sign_in_failures",
        ):
            rows += str((await session.execute(text(query))).all())
    for secret in (signed.token, PASSWORD, "somebody else", "192.0.2.7"):
        assert secret not in rows


async def test_signing_in_again_ends_the_session_the_browser_came_with(
    database: Database, vilamar: City
) -> None:
    officer = await made(database, vilamar)
    async with database.transaction() as session:
        first = await service.sign_in(session, officer)
        second = await service.sign_in(session, officer, leaving=first.token)
    async with database.reading() as session:
        assert await service.session_of(session, first.token) is None
        assert await service.session_of(session, second.token) is not None


async def test_a_session_left_alone_for_half_an_hour_is_over(
    sqlite: Database, vilamar: City
) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        signed = await service.sign_in(session, officer)
        await session.flush()
        past = now() - timedelta(minutes=31)
        await session.execute(update(OfficerSession).values(seen_at=past))
    async with sqlite.reading() as session:
        assert await service.session_of(session, signed.token) is None


async def test_after_a_few_wrong_tries_a_name_must_wait_whoever_asks(database: Database) -> None:
    async with database.transaction() as session:
        for n in range(FREE_FAILURES):
            await service.note_try(session, "ada", f"192.0.2.{n}")
        with pytest.raises(TooMany) as caught:
            await service.note_try(session, "Ada", "192.0.2.99")
        await service.note_try(session, "bob", "192.0.2.99")
    assert caught.value.retry_after > 0


async def test_a_right_password_takes_its_try_back(sqlite: Database, vilamar: City) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        tries = await service.note_try(session, "ada", "192.0.2.1")
        await service.sign_in(session, officer, tries=tries)
        left = await session.scalar(select(func.count()).select_from(SignInFailure))
    assert left == 0


async def test_a_form_of_another_session_is_refused(sqlite: Database, vilamar: City) -> None:
    officer = await made(sqlite, vilamar)
    async with sqlite.transaction() as session:
        signed = await service.sign_in(session, officer)
        found = await service.session_of(session, signed.token)
    assert found is not None
    service.same_csrf(found[1], signed.csrf)
    for shown in ("", "x", signed.token, "\ud800"):
        with pytest.raises(Refused):
            service.same_csrf(found[1], shown)


async def test_the_same_name_twice_and_an_unknown_unit_are_refused(
    sqlite: Database, vilamar: City
) -> None:
    await made(sqlite, vilamar)
    with pytest.raises(Conflict):
        await made(sqlite, vilamar, " ADA")
    async with sqlite.transaction() as session:
        with pytest.raises(Invalid):
            await service.create(
                session, vilamar, username="bob", name="", password=PASSWORD, units=["nowhere"]
            )


async def test_the_first_start_has_an_officer_for_each_unit_and_the_second_makes_none(
    sqlite: Database, vilamar: City
) -> None:
    async with sqlite.transaction() as session:
        first = dict(await service.demo_officers(session, vilamar))
    async with sqlite.transaction() as session:
        assert await service.demo_officers(session, vilamar) == []
        everyone = {one.username: one for one in await service.everyone(session)}
    assert set(everyone) == {u.id for u in vilamar.units} | {"supervisor", "administrator"}
    assert everyone["supervisor"].units == vilamar.unit_ids
    assert everyone["administrator"].units == frozenset()
    assert all(service.right_password(everyone[name], word) for name, word in first.items())
