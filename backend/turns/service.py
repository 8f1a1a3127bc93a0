"""One message, from its arrival to its answer.

A message is stored and committed (`accept`) before the channel acknowledges it. Its turn then runs
in the conversation's own order; what is said is in the outbox in the transaction that ends the
turn. A turn cut short is run again at the next start, from what was stored.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.assistant.schemas import Answer, Reply, Understanding
from backend.assistant.service import Assistant, AssistantAway, recall, replies_already_given
from backend.cases.service import by_receipt
from backend.city.schemas import City
from backend.conversations.models import Conversation, Message
from backend.conversations.schemas import Button, Inbound, Received
from backend.conversations.service import conversation_of, receive, say, set_language, unanswered
from backend.danger.rules import signs
from backend.handovers.models import ASSISTANT_AWAY as WHY_AWAY
from backend.handovers.models import DANGER as WHY_DANGER
from backend.handovers.service import ask as ask_for_officer
from backend.intake.service import was_an_answer
from backend.kit.catalogues import catalogue
from backend.kit.clock import now
from backend.kit.db import Database
from backend.turns.rules import (
    ASSISTANT_AWAY,
    CANNOT_READ,
    CERTAIN,
    DANGER,
    alarm,
    calls_the_control_room,
    comes_with_receipt,
    introduction,
    tells_of_danger,
    who_answers,
)

log = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0


class Typing(Protocol):
    """Shows a person that an answer is being written."""

    async def typing(self, conversation_id: uuid.UUID, on: bool) -> None:
        """Switch the sign on or off; never raises."""
        ...


@dataclass(frozen=True)
class Promise:
    """What the service says of itself to the people of one city."""

    city: City
    web_url: str


class Turns:
    """Takes messages in and answers them, one at a time in each conversation."""

    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        promise: Promise,
        wake: Callable[[], None],
    ) -> None:
        self.database = database
        self.assistant = assistant
        self.promise = promise
        self.typing: dict[str, Typing] = {}  # by channel
        self._wake = wake
        self._queues: dict[uuid.UUID, asyncio.Queue[uuid.UUID]] = {}
        self._running: set[uuid.UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, inbound: Inbound) -> Received:
        """Store a message, commit, and start its turn; the channel may acknowledge it then.

        Raises `Invalid` with a text for the person when it cannot be taken.
        """
        async with self.database.transaction() as session:
            received = await receive(session, inbound, city_languages=self.promise.city.languages)
        if received.new:
            self._schedule(received.conversation_id, received.message_id)
        return received

    async def sweep(self) -> None:
        """Run the turns that were cut short, now and every few seconds."""
        while True:
            try:
                async with self.database.reading() as session:
                    pending = await unanswered(session)
                for conversation_id, message_id in pending:
                    self._schedule(conversation_id, message_id)
            except Exception as error:  # noqa: BLE001 - the database may be away for a minute
                log.error("sweep failed: %s", type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def stop(self) -> None:
        """Let the turns under way end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        for task in list(self._tasks):
            task.cancel()

    def _schedule(self, conversation_id: uuid.UUID, message_id: uuid.UUID) -> None:
        if message_id in self._running:
            return
        self._running.add(message_id)
        queue = self._queues.get(conversation_id)
        if queue is not None:
            queue.put_nowait(message_id)
            return
        queue = self._queues[conversation_id] = asyncio.Queue()
        queue.put_nowait(message_id)
        task = asyncio.create_task(self._work_off(conversation_id, queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_off(self, conversation_id: uuid.UUID, queue: asyncio.Queue[uuid.UUID]) -> None:
        try:
            while not queue.empty():
                message_id = queue.get_nowait()
                try:
                    await self._turn(message_id)
                except Exception as error:
                    # The message stays unanswered in the database: the sweep takes it up again.
                    log.error("turn failed: %s", type(error).__name__, exc_info=error)
                finally:
                    self._running.discard(message_id)
        finally:
            del self._queues[conversation_id]

    async def _turn(self, message_id: uuid.UUID) -> None:
        async with self.database.reading() as session:
            message = await session.get_one(Message, message_id)
            conversation = await conversation_of(session, message.conversation_id)
        if message.answered_at is not None:
            return
        if who_answers(conversation.officer_id is not None).who == "officer":
            await self._leave_to_officer(message, conversation)
            return
        await self._warn_at_once(message, conversation)
        await self._show_typing(conversation, on=True)
        try:
            answer = await self._ask_assistant(message, conversation)
        finally:
            await self._show_typing(conversation, on=False)
        await self._end(message, answer)

    async def _warn_at_once(self, message: Message, conversation: Conversation) -> None:
        """Say the emergency number before anyone is asked, when the words alone tell of danger."""
        if not message.body or signs(message.body, conversation.language) is None:
            return
        async with self.database.transaction() as session:
            fresh = await conversation_of(session, conversation.id)
            await self._say_number(session, fresh, message)
        self._wake()

    async def _say_number(
        self, session: AsyncSession, conversation: Conversation, message: Message
    ) -> None:
        words = catalogue(conversation.language)
        text = words.text(DANGER, number=self.promise.city.emergency_number)
        await say(session, conversation, text, key=f"danger:{message.id}", author="service")

    async def _ask_assistant(self, message: Message, conversation: Conversation) -> Answer | None:
        """The assistant's answer, or None when a person must answer instead."""
        extra = message.extra or {}
        if extra.get("other") and not message.body:
            return _cannot_read(extra["other"])
        if str(extra.get("choice", "")).startswith("language:"):
            async with self.database.transaction() as session:
                fresh = await conversation_of(session, conversation.id)
                await set_language(session, fresh, extra["choice"].partition(":")[2])
                conversation.language = fresh.language
        choice = extra.get("choice")
        async with self.database.reading() as session:
            events = await recall(session, conversation.id)
            if choice is None and extra.get("receipt_hash"):
                known = await by_receipt(session, extra["receipt_hash"]) is not None
                choice = "case_followup" if comes_with_receipt(message.body, known) else None
        given = replies_already_given(events or [], str(message.id))
        if given is not None:
            return Answer(replies=given, understanding=Understanding(kind="out_of_scope"))
        metadata: dict[str, Any] = {
            "inbound": str(message.id),
            "language": conversation.language,
            "now": message.created_at.isoformat(),
            "channel": conversation.channel,
            **extra,
        }
        try:
            return await self.assistant.answer(conversation.id, message.body, choice, metadata)
        except AssistantAway as away:
            log.warning("assistant away: %s", away)
            return None

    async def _end(self, message: Message, answer: Answer | None) -> None:
        """Say everything the turn brings, mark the message answered: one transaction."""
        async with self.database.transaction() as session:
            kept = await session.get_one(Message, message.id, with_for_update=True)
            if kept.answered_at is not None:
                return
            conversation = await conversation_of(session, kept.conversation_id)
            urgent = await self._danger(session, conversation, kept, answer)
            await self._introduce(session, conversation, kept)
            if answer is None:
                await self._promise_a_person(session, conversation, kept)
            elif conversation.officer_id is None:
                await self._say_all(session, conversation, kept, answer.replies)
            if answer is not None:
                kept.understanding = {
                    **answer.understanding.model_dump(exclude={"kinds", "categories"}),
                    "urgent": urgent,
                }
            kept.answered_at = now()
        self._wake()

    async def _danger(
        self,
        session: AsyncSession,
        conversation: Conversation,
        message: Message,
        answer: Answer | None,
    ) -> bool:
        """Say the emergency number before all else and call the control room."""
        taken_for = answer.understanding if answer else Understanding(kind="")
        words_tell = bool(message.body) and signs(message.body, conversation.language) is not None
        detail = await was_an_answer(session, conversation.id, str(message.id))
        suspected = tells_of_danger(taken_for.kind, taken_for.urgent, taken_for.urgency)
        suspected = suspected and (taken_for.urgency >= CERTAIN or not detail)
        seen = alarm(suspected, words_tell)
        if seen.urgent:
            await self._say_number(session, conversation, message)
        called = calls_the_control_room(taken_for.kind, taken_for.urgency, words_tell)
        if called and seen.urgent:
            control_room = self.promise.city.control_room
            await ask_for_officer(session, conversation, control_room, WHY_DANGER)
        return seen.urgent

    async def _introduce(
        self, session: AsyncSession, conversation: Conversation, message: Message
    ) -> None:
        if conversation.introduced_at is not None:
            return
        text = introduction(
            catalogue(conversation.language),
            city=self.promise.city.name,
            days=self.promise.city.retention_days,
            channel=conversation.channel,
            web_url=self.promise.web_url,
        )
        key = f"introduction:{conversation.id}"
        await say(session, conversation, text, key=key, author="service")
        conversation.introduced_at = now()

    async def _promise_a_person(
        self, session: AsyncSession, conversation: Conversation, message: Message
    ) -> None:
        words = catalogue(conversation.language)
        text = words.text(ASSISTANT_AWAY, number=self.promise.city.emergency_number)
        await say(session, conversation, text, key=f"away:{message.id}", author="service")
        await ask_for_officer(session, conversation, self.promise.city.fallback, WHY_AWAY)

    async def _say_all(
        self,
        session: AsyncSession,
        conversation: Conversation,
        message: Message,
        replies: list[Reply],
    ) -> None:
        words = catalogue(conversation.language)
        for place, reply in enumerate(replies):
            if not reply.text:
                continue
            text = reply.text
            if reply.data.get("translate"):
                text = words.text(text, number=self.promise.city.emergency_number)
            await say(
                session,
                conversation,
                text,
                key=f"reply:{message.id}:{place}",
                buttons=[Button(button.title, button.choice) for button in reply.buttons],
                ask_place=reply.ask == "place",
            )

    async def _leave_to_officer(self, message: Message, conversation: Conversation) -> None:
        async with self.database.transaction() as session:
            kept = await session.get_one(Message, message.id)
            fresh = await conversation_of(session, conversation.id)
            await self._danger(session, fresh, kept, None)
            kept.answered_at = now()
        self._wake()

    async def _show_typing(self, conversation: Conversation, *, on: bool) -> None:
        sign = self.typing.get(conversation.channel)
        if sign is not None:
            await sign.typing(conversation.id, on)


def _cannot_read(other: str) -> Answer:
    text = CANNOT_READ.get(other, CANNOT_READ["other"])
    return Answer(
        replies=[Reply(text=text, data={"translate": True})],
        understanding=Understanding(kind="out_of_scope"),
    )
