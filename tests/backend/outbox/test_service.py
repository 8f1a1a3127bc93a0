"""The courier: in order, once, and loud when it gives up."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conversations.models import Conversation
from backend.conversations.schemas import Inbound, Outbound
from backend.conversations.service import by_address, receive, say
from backend.kit.clock import now
from backend.kit.db import Database
from backend.outbox.errors import Blocked, NotConnected, Permanent, Retryable, Throttled
from backend.outbox.models import OutboxMessage
from backend.outbox.rules import backoff, given_up
from backend.outbox.service import Courier, dead_letters, retry


class Door:
    """A channel that does what the next entry of `script` says, then delivers."""

    name = "webchat"

    def __init__(self) -> None:
        self.script: list[Exception | None] = []
        self.delivered: list[str] = []

    async def send(self, address: str, outbound: Outbound) -> None:
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.delivered.append(outbound.text)


async def conversation(database: Database, address: str = "someone") -> Conversation:
    async with database.transaction() as session:
        inbound = Inbound(channel="webchat", address=address, external_id="1", text="hello there")
        await receive(session, inbound, city_languages=("en",))
        found = await by_address(session, "webchat", address)
        assert found is not None
        return found


async def says(database: Database, to: Conversation, *texts: str) -> None:
    async with database.transaction() as session:
        found = await session.get_one(Conversation, to.id)
        for text in texts:
            await say(session, found, text, key=f"{to.id}:{text}")


async def rows(database: Database) -> list[OutboxMessage]:
    async with database.reading() as session:
        return list((await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))).all())


@contextlib.asynccontextmanager
async def working(courier: Courier) -> AsyncIterator[Courier]:
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        await courier.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_messages_arrive_in_their_order_and_their_words_are_wiped(database: Database) -> None:
    door = Door()
    to = await conversation(database)
    await says(database, to, "one", "two", "three")
    async with working(Courier(database, {"webchat": door})):
        await until(lambda: len(door.delivered) == 3)
        await asyncio.sleep(0.1)
    assert door.delivered == ["one", "two", "three"]
    assert [(row.status, row.payload) for row in await rows(database)] == [("sent", None)] * 3


async def test_a_passing_fault_is_tried_again_and_later_messages_wait(sqlite: Database) -> None:
    door = Door()
    door.script = [Retryable("once")]
    to = await conversation(sqlite)
    await says(sqlite, to, "one", "two")
    async with working(Courier(sqlite, {"webchat": door})) as courier:
        await until(lambda: not door.script)
        assert door.delivered == []
        await asyncio.sleep(2.5)
        courier.wake()
        await until(lambda: len(door.delivered) == 2)
    assert door.delivered == ["one", "two"]


async def test_what_can_never_arrive_is_buried_loudly_and_the_rest_goes_on(
    sqlite: Database,
) -> None:
    door, called = Door(), []
    door.script = [Permanent("no such chat")]
    to = await conversation(sqlite)
    await says(sqlite, to, "one", "two")

    async def on_dead(session: AsyncSession, conversation_id: uuid.UUID) -> None:
        called.append(conversation_id)

    async with working(Courier(sqlite, {"webchat": door}, on_dead=on_dead)):
        await until(lambda: door.delivered)
    assert (door.delivered, called) == (["two"], [to.id])
    async with sqlite.transaction() as session:
        dead = await dead_letters(session)
        assert [row.failure for row in dead] == ["Permanent"]
        assert await retry(session, dead[0].id)
    async with working(Courier(sqlite, {"webchat": door})):
        await until(lambda: len(door.delivered) == 2)


async def test_someone_who_blocked_us_is_left_alone(sqlite: Database) -> None:
    door, called = Door(), []
    door.script = [Blocked("blocked")]
    to = await conversation(sqlite)
    await says(sqlite, to, "one", "two")

    async def on_blocked(session: AsyncSession, conversation_id: uuid.UUID) -> None:
        called.append(conversation_id)

    async with working(Courier(sqlite, {"webchat": door}, on_blocked=on_blocked)):
        await until(lambda: called)
        await asyncio.sleep(0.2)
    assert door.delivered == []
    assert {row.status for row in await rows(sqlite)} == {"dead"}


async def test_a_throttled_channel_waits_as_long_as_it_is_told(sqlite: Database) -> None:
    door = Door()
    door.script = [Throttled(600)]
    first, second = await conversation(sqlite), await conversation(sqlite, "another")
    await says(sqlite, first, "one")
    async with working(Courier(sqlite, {"webchat": door})) as courier:
        await until(lambda: not door.script)
        await says(sqlite, second, "two")
        courier.wake()
        await asyncio.sleep(0.5)
    assert door.delivered == []
    assert all(row.next_at > now() + timedelta(minutes=9) for row in await rows(sqlite))


async def test_a_message_for_someone_away_waits_until_they_are_back(sqlite: Database) -> None:
    door = Door()
    door.script = [NotConnected("away")]
    to = await conversation(sqlite)
    await says(sqlite, to, "one")
    async with working(Courier(sqlite, {"webchat": door})) as courier:
        await until(lambda: not door.script)
        await asyncio.sleep(0.2)
        courier.wake_conversation(to.id)
        await until(lambda: door.delivered)
    assert (await rows(sqlite))[0].attempts == 0


async def test_what_did_not_arrive_for_a_whole_day_is_given_up(sqlite: Database) -> None:
    door = Door()
    door.script = [Retryable("still not")]
    await says(sqlite, await conversation(sqlite), "one")
    async with sqlite.transaction() as session:
        old = now() - timedelta(hours=25)
        await session.execute(update(OutboxMessage).values(created_at=old))
    async with working(Courier(sqlite, {"webchat": door})):
        await until(lambda: not door.script)
        await asyncio.sleep(0.2)
    assert [row.status for row in await rows(sqlite)] == ["dead"]


@pytest.mark.parametrize("attempts", [1, 2, 5, 50])
def test_the_wait_grows_and_has_an_end(attempts: int) -> None:
    assert timedelta(0) < backoff(attempts, 0.99) <= timedelta(minutes=10)


def test_a_day_is_enough() -> None:
    assert given_up(timedelta(hours=25))
    assert not given_up(timedelta(hours=23))
