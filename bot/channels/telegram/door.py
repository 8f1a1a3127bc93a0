"""The Telegram door: updates in, by asking for them or by webhook; each stored before confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import HTTPXRequest

from backend.conversations.schemas import Received
from backend.kit.catalogues import N_, catalogue
from backend.kit.errors import Invalid
from backend.languages.rules import closest
from backend.transcripts.service import LARGEST, NobodyListens, Transcriber
from bot.channels.contract import Inbound
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.updates import NotPrivate, read_update

log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]
LONG_POLL = 25  # seconds
LARGEST_UPDATE = 1024 * 1024  # bytes
PAUSE = 3.0  # seconds after a failure
TRIES = 20  # to store what was heard

NO_GROUPS = N_(
    "I only talk in private, for your safety. Open a chat with me alone. Danger: {number}"
)
COMMAND_WORDS = (
    ("report", N_("Report something")),
    ("person", N_("A person")),
    ("language", N_("Language")),
    ("help", N_("What can you do?")),
)

Accept = Callable[[Inbound], Awaitable[Received]]


class TelegramDoor:
    """Holds the bot's Application; `open` it for as long as the service runs."""

    def __init__(
        self,
        *,
        token: str,
        accept: Accept,
        languages: tuple[str, ...],
        emergency_number: str,
        api: str = "https://api.telegram.org",
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        transcriber: Transcriber | None = None,
    ) -> None:
        if webhook_url and not webhook_secret:
            raise ValueError(
                "SERENO_TELEGRAM_WEBHOOK_SECRET is missing: without it anyone could forge messages."
            )
        # httpx writes every address into its log at INFO, and ours hold the token.
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._accept = accept
        self._transcriber = transcriber or NobodyListens()
        self._hearing: set[asyncio.Task[None]] = set()
        self._languages = languages
        self._emergency_number = emergency_number
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret or ""
        self._failed = False
        self._refused: OrderedDict[int, None] = OrderedDict()
        self.application: Application = (  # type: ignore[type-arg]
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api}/bot")
            .base_file_url(f"{api}/file/bot")
            .request(HTTPXRequest(connection_pool_size=32, pool_timeout=10))
            .get_updates_request(HTTPXRequest(read_timeout=LONG_POLL + 10))
            .updater(None)
            .build()
        )
        self.application.add_handler(TypeHandler(Update, self._handle))
        self.application.add_error_handler(self._note_failure)
        self.channel = TelegramChannel(self.application.bot)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The door, open: a wrong token closes it with one sentence, the rest goes on."""
        work = asyncio.create_task(self._run())
        try:
            yield
        finally:
            work.cancel()
            if self._hearing:
                await asyncio.wait(self._hearing, timeout=5)
            for task in list(self._hearing):
                task.cancel()
            await asyncio.gather(work, return_exceptions=True)

    def router(self) -> APIRouter:
        """`/telegram/webhook`: for Telegram alone, who shows the secret we gave it."""
        router = APIRouter(include_in_schema=False)

        @router.post("/telegram/webhook")
        async def webhook(request: Request) -> Response:
            shown = request.headers.get("x-telegram-bot-api-secret-token", "")
            expected = self._webhook_secret
            if not expected or not hmac.compare_digest(shown.encode(), expected.encode()):
                return Response(status_code=401)
            body = await _limited_body(request)
            if body is None:
                return Response(status_code=413)
            update = _parse(body, self)
            if update is None:
                return Response(status_code=200)  # nonsense asked for again stays nonsense
            return Response(status_code=200 if await self.take(update) else 503)

        return router

    async def take(self, update: Update) -> bool:
        """Handle one update; False when it could not be stored and must come again."""
        self._failed = False
        await self.application.process_update(update)
        return not self._failed

    async def _run(self) -> None:
        while True:
            try:
                async with self.application:
                    await self._introduce()
                    if self._webhook_url:
                        await asyncio.Event().wait()
                    await self._poll()
            except InvalidToken:
                log.error("Telegram refuses the token: check SERENO_TELEGRAM_TOKEN.")
                return
            except TelegramError as error:
                log.warning("Telegram cannot be reached: %s", type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _introduce(self) -> None:
        bot = self.application.bot
        if self._webhook_url:
            await bot.set_webhook(
                self._webhook_url, secret_token=self._webhook_secret, allowed_updates=ALLOWED
            )
        else:
            await bot.delete_webhook()
        for language in self._languages:
            words = catalogue(language)
            await bot.set_my_commands(
                [BotCommand(name, words.text(text)) for name, text in COMMAND_WORDS],
                language_code=language,
            )
        log.info("Telegram door is open")

    async def _poll(self) -> None:
        """Ask for updates for ever; one counts as received only when it is stored."""
        offset = 0
        while True:
            try:
                updates = await self.application.bot.get_updates(
                    offset=offset, timeout=LONG_POLL, allowed_updates=ALLOWED
                )
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("Telegram gives no updates: %s", type(error).__name__)
                await asyncio.sleep(PAUSE)
                continue
            for update in updates:
                if not await self.take(update):
                    await asyncio.sleep(PAUSE)
                    break
                offset = update.update_id + 1

    async def _handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        meaning = read_update(update)
        if update.callback_query is not None:
            asyncio.get_running_loop().create_task(_answer(update))
        match meaning:
            case NotPrivate():
                await self._refuse(meaning.chat_id, update)
            case Inbound():
                await self._take_in(self._to_hear(meaning, update))

    async def _take_in(self, inbound: Inbound) -> None:
        if inbound.choice is not None:
            inbound = replace(inbound, choice=self.channel.choice_of(inbound.choice))
        try:
            await self._accept(inbound)
        except Invalid as invalid:
            words = catalogue(closest(inbound.hint or "en", self._languages))
            await self.application.bot.send_message(
                int(inbound.address), words.text(invalid.message)
            )

    def _to_hear(self, inbound: Inbound, update: Update) -> Inbound:
        """A voice message is heard beside the other people's updates; its words come as a message."""
        message = update.effective_message
        sound = (message.voice or message.audio) if message else None
        if inbound.other != "voice" or sound is None or not self._transcriber.listens:
            return inbound
        task = asyncio.create_task(self._hear(inbound, sound.file_id, sound.file_size or 0))
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)
        return replace(inbound, other="listening")

    async def _hear(self, inbound: Inbound, file_id: str, size: int) -> None:
        words = None
        if size <= LARGEST:
            with contextlib.suppress(TelegramError):
                file = await self.application.bot.get_file(file_id)
                words = await self._transcriber.transcribe(
                    bytes(await file.download_as_bytearray())
                )
        number = inbound.external_id
        heard = replace(inbound, external_id=f"{number}:heard", text=words or "", other=None)
        unheard = replace(inbound, external_id=f"{number}:unheard")
        for _ in range(TRIES):
            try:
                await self._take_in(heard if words else unheard)
            except Exception as error:  # noqa: BLE001 - the database may be away for a minute
                log.warning("words heard could not be stored: %s", type(error).__name__)
                await asyncio.sleep(PAUSE)
            else:
                return
        log.error("words heard are lost after %d tries", TRIES)

    async def _refuse(self, chat_id: int, update: Update) -> None:
        """Say once why, and leave."""
        if chat_id in self._refused:
            return
        self._refused[chat_id] = None
        if len(self._refused) > 1000:
            self._refused.popitem(last=False)
        sender = update.effective_user
        hint = sender.language_code if sender and sender.language_code else "en"
        words = catalogue(closest(hint, self._languages))
        with contextlib.suppress(TelegramError):
            await self.application.bot.send_message(
                chat_id, words.text(NO_GROUPS, number=self._emergency_number)
            )
        with contextlib.suppress(TelegramError):
            await self.application.bot.leave_chat(chat_id)

    async def _note_failure(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        self._failed = True
        log.error("update not stored: %s", type(context.error).__name__)


async def _answer(update: Update) -> None:
    """Take the waiting sign off the button; too late is no matter."""
    if update.callback_query is not None:
        with contextlib.suppress(TelegramError):
            await update.callback_query.answer()


async def _limited_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_UPDATE:
            return None
    return body


def _parse(body: bytes, door: TelegramDoor) -> Update | None:
    try:
        return Update.de_json(json.loads(body), door.application.bot)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
