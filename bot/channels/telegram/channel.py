"""Telegram as the courier sees it."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections import OrderedDict
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from backend.kit.catalogues import N_, catalogue
from bot.channels.contract import Blocked, Outbound, Permanent, Retryable, SendError, Throttled
from bot.channels.telegram.parts import SHORT, data_for, parts

# The library's waits are spans of time in its next major version; have them so now.
os.environ.setdefault("PTB_TIMEDELTA", "true")

SHARE_PLACE = N_("📍 Share where I am")
GAP_IN_CHAT = 1.0  # seconds between messages to one person, after a burst
BURST_IN_CHAT = 4
PER_SECOND = 28  # for all chats together
REMEMBERED = 10_000


Key = TypeVar("Key")
Value = TypeVar("Value")


class TelegramChannel:
    """Sends plain text with buttons; remembers the parts that arrived, so that none comes twice."""

    name = "telegram"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._done: OrderedDict[uuid.UUID, int] = OrderedDict()
        self._choices: OrderedDict[str, str] = OrderedDict()
        self._addresses: OrderedDict[uuid.UUID, str] = OrderedDict()
        self._in_chat: OrderedDict[str, list[float]] = OrderedDict()
        self._overall: list[float] = []

    async def send(self, address: str, outbound: Outbound) -> None:
        """Deliver a message, in parts when it is long; raises a `SendError`."""
        _remember(self._addresses, outbound.conversation_id, address)
        pieces = parts(outbound.text)
        for place, piece in enumerate(pieces):
            if place < self._done.get(outbound.message_id, 0):
                continue
            last = place == len(pieces) - 1
            await self._pace(address)
            await self._send_one(address, piece, outbound if last else None)
            _remember(self._done, outbound.message_id, place + 1)
        self._done.pop(outbound.message_id, None)

    def choice_of(self, data: str) -> str:
        """The choice behind button data."""
        return self._choices.get(data, data) if data.startswith(SHORT) else data

    async def typing(self, conversation_id: uuid.UUID, on: bool) -> None:
        """Show the typing sign; Telegram takes it away by itself."""
        address = self._addresses.get(conversation_id)
        if on and address is not None:
            try:
                async with asyncio.timeout(1):
                    await self._bot.send_chat_action(int(address), ChatAction.TYPING)
            except (TelegramError, TimeoutError):
                return

    async def _send_one(self, address: str, text: str, last: Outbound | None) -> None:
        try:
            await self._bot.send_message(
                chat_id=int(address),
                text=text,
                reply_markup=self._keyboard(last) if last else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except (TelegramError, ValueError) as error:
            raise classified(error) from None

    def _keyboard(self, outbound: Outbound) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
        shown = [button for button in outbound.buttons if button.choice != "share_place"]
        asks_place = outbound.ask_place or len(shown) < len(outbound.buttons)
        if asks_place:
            # Telegram gives a place only through a keyboard of its own kind; the other quick
            # replies stand in it as words, which are understood as if typed.
            share = KeyboardButton(
                catalogue(outbound.language).text(SHARE_PLACE), request_location=True
            )
            rows = [[share], *([KeyboardButton(button.title)] for button in shown)]
            return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
        if not shown:
            return None
        keys = []
        for button in shown:
            data = data_for(button.choice)
            if data != button.choice:
                _remember(self._choices, data, button.choice)
            keys.append([InlineKeyboardButton(button.title[:60], callback_data=data)])
        return InlineKeyboardMarkup(keys)

    async def _pace(self, address: str) -> None:
        """Keep to what Telegram advises, so that it need not tell us."""
        recent = self._in_chat.setdefault(address, [])
        self._in_chat.move_to_end(address)
        if len(self._in_chat) > REMEMBERED:
            self._in_chat.popitem(last=False)
        await _slow_down(recent, BURST_IN_CHAT, BURST_IN_CHAT * GAP_IN_CHAT)
        await _slow_down(self._overall, PER_SECOND, 1.0)


async def _slow_down(recent: list[float], most: int, seconds: float) -> None:
    moment = time.monotonic()
    recent[:] = [at for at in recent if moment - at < seconds]
    if len(recent) >= most:
        await asyncio.sleep(seconds - (moment - recent[0]))
    recent.append(time.monotonic())


def classified(error: Exception) -> SendError:
    """Telegram's refusal as one of ours; its words stay behind."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Throttled(wait if isinstance(wait, int) else wait.total_seconds())
        case Forbidden():
            return Blocked("forbidden")
        case BadRequest() | ChatMigrated() | InvalidToken() | ValueError():
            return Permanent(type(error).__name__)
        case NetworkError():
            return Retryable(type(error).__name__)
        case _:
            return Retryable(type(error).__name__)


def _remember(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
