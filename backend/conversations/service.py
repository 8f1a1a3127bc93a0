"""Threads: what came in is stored once, what goes out is in the outbox in the same transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conversations.models import Contact, Conversation, Message
from backend.conversations.rules import accepted, without_receipt
from backend.conversations.schemas import Button, Inbound, Outbound, Received
from backend.kit.clock import now
from backend.kit.crypto import vault
from backend.kit.errors import NotFound
from backend.kit.ids import new_id
from backend.languages.rules import Guess, closest, identify, settle
from backend.outbox.models import OutboxMessage
from backend.taxonomy.rules import taxonomy

REMEMBERED_GUESSES = 4


def fingerprint(channel: str, address: str) -> str:
    """The keyed hash under which an address is found again."""
    return vault.keyring.fingerprint(address, f"contact:{channel}")


def receipt_hash(receipt: str) -> str:
    """The keyed hash under which a receipt (16 characters, no dashes) is stored."""
    return vault.keyring.fingerprint(receipt, "receipt")


async def receive(
    session: AsyncSession, inbound: Inbound, *, city_languages: Collection[str]
) -> Received:
    """Store one inbound message, once; raises `Invalid` with words for the person."""
    inbound = accepted(inbound)
    conversation = await _conversation_for(session, inbound, city_languages)
    external_id = _external_id(inbound)
    earlier = await session.scalar(
        select(Message).where(
            Message.channel == inbound.channel, Message.external_id == external_id
        )
    )
    if earlier is not None:
        return Received(earlier.id, conversation.id, new=False)
    text, receipt = without_receipt(inbound.text)
    _settle_language(conversation, inbound, text, city_languages)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        seq=_next_seq(conversation),
        author="citizen",
        channel=inbound.channel,
        external_id=external_id,
        body=text,
        extra=_extra(inbound, receipt),
        language=conversation.language,
    )
    conversation.last_inbound_at = message.created_at = now()
    session.add(message)
    await session.flush()
    return Received(message.id, conversation.id, new=True)


async def say(
    session: AsyncSession,
    conversation: Conversation,
    text: str,
    *,
    key: str,
    author: str = "assistant",
    officer_id: uuid.UUID | None = None,
    case_id: uuid.UUID | None = None,
    buttons: Sequence[Button] = (),
    ask_place: bool = False,
    secret_text: str | None = None,
) -> Message:
    """Say something to the person: one message of the thread and its row in the outbox.

    The same `key` twice says it once. `secret_text` is what is delivered when it must not stay in
    the thread (a receipt); the outbox wipes it at delivery.
    """
    await session.refresh(conversation, with_for_update=True)
    earlier = await session.scalar(select(OutboxMessage).where(OutboxMessage.key == key))
    if earlier is not None:
        return await session.get_one(Message, earlier.message_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        seq=_next_seq(conversation),
        author=author,
        officer_id=officer_id,
        case_id=case_id,
        channel=conversation.channel,
        body=text,
        buttons=[[button.title, button.choice] for button in buttons] or None,
        extra={"ask_place": True} if ask_place else None,
        language=conversation.language,
        created_at=now(),
        answered_at=now(),
    )
    shown = replace(shown_to_person(message), text=secret_text or text)
    session.add(message)
    session.add(
        OutboxMessage(
            key=key,
            channel=conversation.channel,
            conversation_id=conversation.id,
            message_id=message.id,
            payload=shown.payload(contact.address),
        )
    )
    await session.flush()
    return message


def shown_to_person(message: Message) -> Outbound:
    """A message of the thread as a channel shows it."""
    language = message.language or "en"
    known = taxonomy().languages.get(language)
    return Outbound(
        conversation_id=message.conversation_id,
        message_id=message.id,
        seq=message.seq,
        author=message.author,
        text=message.body,
        at=message.created_at,
        buttons=tuple(Button(title, choice) for title, choice in message.buttons or ()),
        ask_place=bool((message.extra or {}).get("ask_place")),
        language=language,
        direction=known.direction if known else "ltr",
    )


async def conversation_of(session: AsyncSession, conversation_id: uuid.UUID) -> Conversation:
    """The conversation; raises `NotFound`."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


async def thread(
    session: AsyncSession, conversation_id: uuid.UUID, after_seq: int = 0, limit: int = 200
) -> list[Message]:
    """The messages of a conversation after `after_seq`, oldest first; the last `limit` of them."""
    newest = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after_seq)
        .order_by(Message.seq.desc())
        .limit(limit)
    )
    return list(reversed((await session.scalars(newest)).all()))


async def by_address(session: AsyncSession, channel: str, address: str) -> Conversation | None:
    """The conversation with an address, if it ever wrote."""
    query = select(Conversation).join(Contact, Contact.id == Conversation.contact_id)
    return await session.scalar(
        query.where(
            Contact.channel == channel, Contact.fingerprint == fingerprint(channel, address)
        )
    )


async def earlier_words(
    session: AsyncSession, conversation_id: uuid.UUID, external_id: str
) -> str | None:
    """What the person wrote in the message with this vendor's id; None when it never came."""
    conversation = await conversation_of(session, conversation_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    query = select(Message.body).where(
        Message.conversation_id == conversation_id,
        Message.external_id == _mark(contact.fingerprint, external_id),
    )
    return await session.scalar(query)


async def unanswered(session: AsyncSession) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Messages whose turn is not over, oldest first: (conversation, message)."""
    rows = await session.execute(
        select(Message.conversation_id, Message.id)
        .where(Message.author == "citizen", Message.answered_at.is_(None))
        .order_by(Message.id)
    )
    return [(conversation_id, message_id) for conversation_id, message_id in rows]


async def set_language(session: AsyncSession, conversation: Conversation, tag: str) -> None:
    """Fix the language the person chose; one that is off is not taken."""
    known = taxonomy().languages.get(tag)
    if known is not None and known.on:
        conversation.language, conversation.language_fixed = tag, True
        await session.flush()


async def blocked(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Remember that the person has blocked us: nothing more is sent there until they write."""
    conversation = await conversation_of(session, conversation_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    contact.blocked_at = now()
    await session.flush()


async def _conversation_for(
    session: AsyncSession, inbound: Inbound, languages: Collection[str]
) -> Conversation:
    mark = fingerprint(inbound.channel, inbound.address)
    known = (
        select(Conversation)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Contact.channel == inbound.channel, Contact.fingerprint == mark)
        .with_for_update(of=Conversation)
    )
    found = await session.scalar(known)
    if found is None:
        try:
            async with session.begin_nested():
                found = await _new_conversation(session, inbound, mark, languages)
        except IntegrityError:  # two first messages at the same moment: the other one made it
            found = (await session.scalars(known)).one()
    contact = await session.get_one(Contact, found.contact_id)
    contact.blocked_at = None
    return found


async def _new_conversation(
    session: AsyncSession, inbound: Inbound, mark: str, languages: Collection[str]
) -> Conversation:
    contact = Contact(
        id=new_id(), channel=inbound.channel, fingerprint=mark, address=inbound.address
    )
    session.add(contact)
    await session.flush()
    conversation = Conversation(
        id=new_id(),
        contact_id=contact.id,
        channel=inbound.channel,
        language=closest(inbound.hint or next(iter(languages)), languages),
        language_fixed=False,
        heard=[],
        last_seq=0,
    )
    session.add(conversation)
    await session.flush()
    return conversation


def _settle_language(
    conversation: Conversation, inbound: Inbound, text: str, languages: Collection[str]
) -> None:
    if inbound.language is not None and inbound.language in languages:
        conversation.language, conversation.language_fixed = inbound.language, True
        return
    if conversation.language_fixed or not text or inbound.choice:
        return
    guess = identify(text)
    history = [Guess(tag, confidence) for tag, confidence in conversation.heard]
    # A first message decides by itself; what the device said counts only when it says nothing.
    current = conversation.language if conversation.heard or guess.confidence == 0 else None
    if current is None and guess.confidence < 0.5 and inbound.hint:
        current = conversation.language
    conversation.language = settle(current, None, guess, text, history, languages).language
    if guess.confidence > 0:
        heard = [*conversation.heard, [guess.tag, round(guess.confidence, 3)]]
        conversation.heard = heard[-REMEMBERED_GUESSES:]


def _external_id(inbound: Inbound) -> str:
    """The vendor's id within the sender's address, short and telling nothing."""
    return _mark(fingerprint(inbound.channel, inbound.address), inbound.external_id)


def _mark(sender: str, external_id: str) -> str:
    return hashlib.sha256(f"{sender}:{external_id}".encode()).hexdigest()


def _extra(inbound: Inbound, receipt: str | None) -> dict[str, Any] | None:
    extra: dict[str, Any] = {
        "choice": inbound.choice,
        "point": [inbound.point.lon, inbound.point.lat] if inbound.point else None,
        "other": inbound.other,
        "edits": inbound.edits,
        "receipt_hash": receipt_hash(receipt) if receipt else None,
    }
    return {name: value for name, value in extra.items() if value is not None} or None


def _next_seq(conversation: Conversation) -> int:
    conversation.last_seq += 1
    return conversation.last_seq
