"""Threads: stored once, said once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from backend.conversations.models import Conversation, Message
from backend.conversations.schemas import Inbound
from backend.conversations.service import by_address, receive, say, thread
from backend.kit.db import Database
from backend.kit.errors import Invalid
from backend.outbox.models import OutboxMessage

ON = ("en", "es", "ca", "fr", "ar")


def writes(words: str, number: str = "1", **more: str) -> Inbound:
    return Inbound(channel="webchat", address="someone", external_id=number, text=words, **more)


async def test_a_message_delivered_twice_is_stored_once(database: Database) -> None:
    async with database.transaction() as session:
        first = await receive(session, writes("they took my bike"), city_languages=ON)
    async with database.transaction() as session:
        second = await receive(session, writes("they took my bike"), city_languages=ON)
        stored = await session.scalar(select(func.count()).select_from(Message))
    assert (first.new, second.new, stored) == (True, False, 1)
    assert first.message_id == second.message_id


async def test_words_and_addresses_lie_sealed_in_the_database(database: Database) -> None:
    async with database.transaction() as session:
        await receive(session, writes("secret words of mine"), city_languages=ON)
        rows = (await session.execute(text("SELECT body FROM messages"))).all()
        contacts = (await session.execute(text("SELECT address, fingerprint FROM contacts"))).all()
    assert "secret" not in str(rows)
    assert "someone" not in str(contacts)


async def test_a_receipt_never_stays_in_the_thread(database: Database) -> None:
    async with database.transaction() as session:
        received = await receive(
            session, writes("hello, my code is k7qf 2m9x 04ht 8wzp thanks"), city_languages=ON
        )
        message = await session.get_one(Message, received.message_id)
    assert "2m9x" not in message.body.lower()
    assert message.body.startswith("hello, my code is")
    assert message.extra is not None and len(message.extra["receipt_hash"]) == 64


async def test_what_is_said_stands_in_the_thread_and_in_the_outbox(database: Database) -> None:
    async with database.transaction() as session:
        await receive(session, writes("hello there, good morning"), city_languages=ON)
        conversation = await by_address(session, "webchat", "someone")
        assert conversation is not None
        await say(session, conversation, "Your code: ••••", key="k", secret_text="Your code: ABCD")
        await say(session, conversation, "Your code: ••••", key="k", secret_text="Your code: ABCD")
    async with database.reading() as session:
        said = await thread(session, conversation.id)
        rows = (await session.scalars(select(OutboxMessage))).all()
    assert [message.body for message in said] == ["hello there, good morning", "Your code: ••••"]
    assert [row.payload["text"] for row in rows if row.payload] == ["Your code: ABCD"]


@pytest.mark.parametrize("words", ["", "   ", "\x00\x00", "a" * 10_001])
async def test_what_cannot_be_taken_is_refused_with_words(sqlite: Database, words: str) -> None:
    async with sqlite.transaction() as session:
        with pytest.raises(Invalid, match="message"):
            await receive(session, writes(words), city_languages=ON)


async def test_the_conversation_follows_the_persons_language(sqlite: Database) -> None:
    async with sqlite.transaction() as session:
        for number, words in enumerate(["Bon dia, m'han robat la cartera al mercat", "ok"]):
            await receive(session, writes(words, str(number), hint="en"), city_languages=ON)
        conversation = await session.scalar(select(Conversation))
        assert conversation is not None and conversation.language == "ca"


async def test_a_language_fixed_by_the_person_stays(sqlite: Database) -> None:
    async with sqlite.transaction() as session:
        await receive(session, writes("hola", "1", language="fr"), city_languages=ON)
        await receive(
            session,
            writes("me han robado el bolso en la playa esta mañana", "2"),
            city_languages=ON,
        )
        conversation = await session.scalar(select(Conversation))
        assert conversation is not None and conversation.language == "fr"
