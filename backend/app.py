"""The composition root: the one place where the parts of the service are put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.assistant.endpoints import assistant_router
from backend.assistant.service import Assistant
from backend.city.rules import load_city
from backend.city.schemas import City
from backend.console.endpoints import console_router
from backend.console.refusals import refusal
from backend.conversations.service import blocked, conversation_of
from backend.handovers.models import UNDELIVERED
from backend.handovers.service import ask as ask_for_officer
from backend.intake.tasks import watch_silence
from backend.kit.crypto import keyring_at, vault
from backend.kit.db import Database
from backend.kit.errors import SerenoError
from backend.languages.rules import warm_up
from backend.outbox.service import Channel, Courier
from backend.settings import Settings
from backend.transcripts.service import transcriber
from backend.turns.service import Promise, Turns

log = logging.getLogger(__name__)


class Service:
    """Everything that lives as long as the process."""

    def __init__(self, settings: Settings) -> None:
        vault.unlock(keyring_at(settings.keys))
        self.settings = settings
        self.city: City = load_city(settings.city)
        self.database = Database(settings.database)
        self.channels: dict[str, Channel] = {}
        self.courier = Courier(
            self.database,
            self.channels,
            on_dead=self._undelivered,
            on_blocked=blocked,
        )
        self.assistant = Assistant(
            settings.assistant,
            settings.assistant_token.get_secret_value(),
            settings.assistant_timeout,
        )
        self.transcriber = transcriber(settings.speech_model)
        self.turns = Turns(
            self.database,
            self.assistant,
            Promise(self.city, f"{settings.address}/chat"),
            self.courier.wake,
        )
        self.doors: list[contextlib.AbstractAsyncContextManager[None]] = []
        self._tasks: list[asyncio.Task[Any]] = []

    def start(self, work: Any) -> None:
        """Run something for as long as the service runs."""
        self._tasks.append(asyncio.create_task(work))

    async def close(self) -> None:
        """End everything, the turns under way first."""
        await self.turns.stop()
        await self.courier.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.assistant.close()
        await self.transcriber.close()
        await self.database.close()

    async def _undelivered(self, session: AsyncSession, conversation_id: uuid.UUID) -> None:
        conversation = await conversation_of(session, conversation_id)
        await ask_for_officer(session, conversation, self.city.fallback, UNDELIVERED)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole service as one application."""
    settings = settings or Settings()
    service = Service(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warm_up()
        service.start(service.courier.run())
        service.start(service.assistant.watch())
        service.start(service.turns.sweep())
        silence = timedelta(minutes=settings.silence_minutes)
        service.start(watch_silence(service.database, service.city, silence, service.courier.wake))
        async with contextlib.AsyncExitStack() as doors:
            for door in service.doors:
                await doors.enter_async_context(door)
            yield
            await service.close()

    app = FastAPI(
        title="Sereno", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.service = service
    _add_routes(app, service)
    return app


def _add_routes(app: FastAPI, service: Service) -> None:
    @app.get("/health")
    async def health() -> JSONResponse:
        try:
            async with asyncio.timeout(2), service.database.reading() as session:
                await session.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever it is, the answer is the same
            return JSONResponse({"status": "no database"}, status_code=503)
        return JSONResponse({"status": "ok", "assistant": "up" if service.assistant.up else "away"})

    @app.get("/")
    async def front() -> RedirectResponse:
        return RedirectResponse("/chat", status_code=307)

    executor = ActionExecutor()
    _register_actions(executor, service)
    token = service.settings.assistant_token.get_secret_value()
    app.include_router(assistant_router(service.database, executor, token))
    console = console_router(service.database, service.city, service.settings, service.courier.wake)
    app.include_router(console)
    app.add_exception_handler(
        SerenoError, refusal(service.database, service.city, service.settings)
    )
    _add_webchat(app, service)
    _add_telegram(app, service)


def _register_actions(executor: ActionExecutor, service: Service) -> None:
    from actions import all_actions  # noqa: PLC0415 - the root alone knows the parts above it
    from actions.contract import Desk  # noqa: PLC0415

    desk = Desk(database=service.database, city=service.city)
    for action in all_actions(desk):
        executor.register_action(action)


def _add_webchat(app: FastAPI, service: Service) -> None:
    from bot.channels.webchat.channel import WebChatChannel  # noqa: PLC0415
    from bot.channels.webchat.page import pages_router  # noqa: PLC0415
    from bot.channels.webchat.socket import WebChat  # noqa: PLC0415

    channel = WebChatChannel()
    service.channels[channel.name] = channel
    service.turns.typing[channel.name] = channel
    chat = WebChat(
        turns=service.turns,
        channel=channel,
        database=service.database,
        wake=service.courier.wake_conversation,
        languages=service.city.languages,
        emergency_number=service.city.emergency_number,
        origins=tuple(service.settings.webchat_origins),
    )
    app.include_router(chat.router())
    app.include_router(pages_router(chat, service.city, service.settings))


def _add_telegram(app: FastAPI, service: Service) -> None:
    settings = service.settings
    if settings.telegram_token is None:
        return
    from bot.channels.telegram.door import TelegramDoor  # noqa: PLC0415

    secret = settings.telegram_webhook_secret
    door = TelegramDoor(
        token=settings.telegram_token.get_secret_value(),
        accept=service.turns.accept,
        languages=service.city.languages,
        emergency_number=service.city.emergency_number,
        api=settings.telegram_api,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=secret.get_secret_value() if secret else None,
        transcriber=service.transcriber,
    )
    service.channels[door.channel.name] = door.channel
    service.turns.typing[door.channel.name] = door.channel
    service.doors.append(door.open())
    app.include_router(door.router())
