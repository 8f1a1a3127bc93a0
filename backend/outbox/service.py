"""The courier: takes what stands in the outbox to the people it is for.

Rows of one conversation go in their order, one at a time; conversations go side by side. A row is
sent at least once: a crash after the vendor took it and before we knew sends it again, which a
channel hides where its vendor lets it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.clock import now
from backend.kit.crypto import CannotOpen
from backend.kit.db import Database
from backend.outbox.errors import Blocked, NotConnected, Permanent, SendError, Throttled
from backend.outbox.models import DEAD, SENT, WAITING, OutboxMessage
from backend.outbox.rules import backoff, given_up
from backend.outbox.schemas import Outbound

log = logging.getLogger(__name__)

IDLE_SECONDS = 3.0
ASLEEP_SECONDS = 30.0
SIDE_BY_SIDE = 32


class Channel(Protocol):
    """A way to a person."""

    name: str

    async def send(self, address: str, outbound: Outbound) -> None:
        """Deliver one message; raises a `SendError`."""
        ...


Report = Callable[[AsyncSession, uuid.UUID], Awaitable[None]]


class Courier:
    """Delivers until it is stopped. `wake` it after each commit that wrote rows."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        on_dead: Report | None = None,
        on_blocked: Report | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._on_dead = on_dead
        self._on_blocked = on_blocked
        self._woken = asyncio.Event()
        self._under_way: dict[uuid.UUID, asyncio.Task[None]] = {}
        # Conversations nobody is connected for, and when they are looked at all the same.
        self._asleep: dict[uuid.UUID, float] = {}
        self._paused_until: dict[str, float] = {}

    def wake(self) -> None:
        """There may be something to deliver."""
        self._woken.set()

    def wake_conversation(self, conversation_id: uuid.UUID) -> None:
        """Someone is there again to take this conversation's messages."""
        self._asleep.pop(conversation_id, None)
        self._woken.set()

    async def run(self) -> None:
        """Deliver for ever; a database that is away is waited for."""
        while True:
            self._woken.clear()
            try:
                due = await self._due()
            except Exception as error:  # noqa: BLE001 - the database may be away for a minute
                log.error("outbox cannot be read: %s", type(error).__name__)
                due = []
            for conversation_id in due:
                self._start(conversation_id)
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def stop(self) -> None:
        """Let what is under way end."""
        tasks = list(self._under_way.values())
        if tasks:
            await asyncio.wait(tasks, timeout=2)
        for task in tasks:
            task.cancel()

    async def _due(self) -> Sequence[uuid.UUID]:
        query = (
            select(OutboxMessage.conversation_id)
            .where(OutboxMessage.status == WAITING, OutboxMessage.next_at <= now())
            .group_by(OutboxMessage.conversation_id)
            .order_by(func.min(OutboxMessage.next_at))
            .limit(500)
        )
        async with self._database.reading() as session:
            rows = (await session.scalars(query)).all()
        moment = asyncio.get_running_loop().time()
        return [row for row in rows if self._asleep.get(row, 0) <= moment]

    def _start(self, conversation_id: uuid.UUID) -> None:
        if conversation_id in self._under_way or len(self._under_way) >= SIDE_BY_SIDE:
            return
        task = asyncio.create_task(self._deliver_conversation(conversation_id))
        self._under_way[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    def _ended(self, conversation_id: uuid.UUID) -> None:
        self._under_way.pop(conversation_id, None)
        self._woken.set()

    async def _deliver_conversation(self, conversation_id: uuid.UUID) -> None:
        try:
            while await self._deliver_next(conversation_id):
                pass
        except Exception as error:  # the row stays waiting: nothing is lost
            log.error("delivery failed: %s", type(error).__name__, exc_info=error)
            await asyncio.sleep(1)

    async def _deliver_next(self, conversation_id: uuid.UUID) -> bool:
        """Deliver the oldest waiting row; False when there is none or it must wait."""
        async with self._database.reading() as session:
            row = await session.scalar(
                select(OutboxMessage)
                .where(
                    OutboxMessage.conversation_id == conversation_id,
                    OutboxMessage.status == WAITING,
                )
                .order_by(OutboxMessage.id)
                .limit(1)
            )
        if row is None or row.next_at > now():
            return False
        channel = self._channels.get(row.channel)
        if channel is None or self._is_paused(row.channel):
            await self._later(row, timedelta(seconds=self._pause_left(row.channel) or 30))
            return False
        return await self._send(channel, row)

    async def _send(self, channel: Channel, row: OutboxMessage) -> bool:
        try:
            if row.payload is None:
                raise Permanent("empty")
            address, outbound = Outbound.read(row.payload)
            await channel.send(address, outbound)
        except NotConnected:
            woken_at = asyncio.get_running_loop().time() + ASLEEP_SECONDS
            self._asleep[row.conversation_id] = woken_at
            return False
        except Throttled as throttled:
            loop = asyncio.get_running_loop()
            self._paused_until[row.channel] = loop.time() + throttled.retry_after
            await self._later(row, timedelta(seconds=throttled.retry_after))
            return False
        except Blocked:
            await self._bury_conversation(row)
            return False
        except (Permanent, CannotOpen) as error:
            await self._bury(row, error)
            return True
        except (SendError, OSError, TimeoutError) as error:
            return await self._again(row, error)
        await self._sent(row)
        return True

    async def _sent(self, row: OutboxMessage) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row.id)
                .values(status=SENT, sent_at=now(), payload=None, failure=None)
            )

    async def _later(self, row: OutboxMessage, wait: timedelta) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage).where(OutboxMessage.id == row.id).values(next_at=now() + wait)
            )

    async def _again(self, row: OutboxMessage, error: Exception) -> bool:
        if given_up(now() - row.created_at):
            await self._bury(row, error)
            return True
        attempts = row.attempts + 1
        wait = backoff(attempts, random.random())  # noqa: S311 - jitter, no secret
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row.id)
                .values(attempts=attempts, next_at=now() + wait, failure=type(error).__name__)
            )
        return False

    async def _bury(self, row: OutboxMessage, error: Exception) -> None:
        """Give up loudly: the row stays with its payload, and an officer is called."""
        log.error("message cannot be delivered on %s: %s", row.channel, type(error).__name__)
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row.id)
                .values(status=DEAD, failure=type(error).__name__)
            )
            if self._on_dead is not None:
                await self._on_dead(session, row.conversation_id)

    async def _bury_conversation(self, row: OutboxMessage) -> None:
        """The person has blocked us: nothing that waits for them is tried again."""
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxMessage)
                .where(
                    OutboxMessage.conversation_id == row.conversation_id,
                    OutboxMessage.status == WAITING,
                )
                .values(status=DEAD, failure=Blocked.__name__)
            )
            if self._on_blocked is not None:
                await self._on_blocked(session, row.conversation_id)

    def _is_paused(self, channel: str) -> bool:
        return self._pause_left(channel) > 0

    def _pause_left(self, channel: str) -> float:
        return max(0.0, self._paused_until.get(channel, 0.0) - asyncio.get_running_loop().time())


async def dead_letters(
    session: AsyncSession, conversations: Sequence[uuid.UUID] | None = None
) -> Sequence[OutboxMessage]:
    """What could not be delivered, newest first; limited to some conversations when given."""
    query = select(OutboxMessage).where(OutboxMessage.status == DEAD)
    if conversations is not None:
        query = query.where(OutboxMessage.conversation_id.in_(conversations))
    return (await session.scalars(query.order_by(OutboxMessage.id.desc()).limit(200))).all()


async def retry(session: AsyncSession, row_id: uuid.UUID) -> bool:
    """Put a dead letter back to be tried now; False when there is none with this id."""
    row = await session.get(OutboxMessage, row_id)
    if row is None or row.status != DEAD:
        return False
    row.status, row.attempts, row.next_at, row.failure = WAITING, 0, now(), None
    row.created_at = now()
    await session.flush()
    return True
