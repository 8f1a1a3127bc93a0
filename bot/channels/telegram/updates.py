"""What a Telegram update means. Pure: an update in, a message or a refusal out.

Of the sender only the chat's id is read: no user name, no full name, no photo.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType

from bot.channels.contract import Inbound, Point

CHANNEL = "telegram"

# Telegram's names for content, and ours; text, places and polls aside.
CONTENT = (
    ("photo", "photo"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("document", "file"),
    ("sticker", "sticker"),
    ("contact", "contact"),
    ("poll", "other"),
    ("dice", "other"),
    ("story", "other"),
    ("game", "other"),
)
COMMANDS = {
    "/start": "start",
    "/help": "help",
    "/report": "report",
    "/person": "human_handover",
    "/language": "choose_language",
}


@dataclass(frozen=True)
class NotPrivate:
    """The bot was put into a group or a channel, where nothing of ours may be said."""

    chat_id: int


Meaning = Inbound | NotPrivate | None


def read_update(update: Update) -> Meaning:
    """The meaning of an update; None for what needs no answer."""
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        joined = update.my_chat_member
        post = update.channel_post
        chat = joined.chat if joined else post.chat if post else None
        if chat is None or chat.type == ChatType.PRIVATE:
            return None
        if joined is not None and joined.new_chat_member.status in ("left", "kicked"):
            return None
        return NotPrivate(chat.id)
    if message.chat.type != ChatType.PRIVATE:
        return NotPrivate(message.chat.id)
    if message.from_user is not None and message.from_user.is_bot:
        return None
    return _said(message, edited=update.edited_message is not None)


def _said(message: Message, *, edited: bool) -> Inbound | None:
    text = message.text or message.caption or ""
    point = _point(message)
    other = next((ours for theirs, ours in CONTENT if getattr(message, theirs)), None)
    if not (text or point or other):
        return None  # pinned, joined, timer changed: service notes of Telegram
    command = text.split("@")[0].split(" ")[0]
    choice = COMMANDS.get(command)
    if choice is not None:
        text = ""
    number = str(message.message_id)
    corrected = edited and message.edit_date is not None
    return Inbound(
        channel=CHANNEL,
        address=str(message.chat.id),
        external_id=f"{number}:{int(message.edit_date.timestamp())}"
        if corrected and message.edit_date
        else number,
        text=text,
        choice=choice,
        point=point,
        hint=_hint(message),
        edits=number if corrected else None,
        other=other,
    )


def _pressed(query: CallbackQuery) -> Inbound | NotPrivate | None:
    chat = query.message.chat if query.message else None
    if chat is None or query.data is None:
        return None
    if chat.type != ChatType.PRIVATE:
        return NotPrivate(chat.id)
    return Inbound(
        channel=CHANNEL,
        address=str(chat.id),
        external_id=f"press:{query.id}",
        choice=query.data,
        hint=query.from_user.language_code,
    )


def _point(message: Message) -> Point | None:
    place = message.venue.location if message.venue else message.location
    return Point(place.longitude, place.latitude) if place else None


def _hint(message: Message) -> str | None:
    return message.from_user.language_code if message.from_user else None
