"""The socket of the web chat: `sereno.v1`, described in docs/webchat-protocol.md."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from backend.conversations.models import Message
from backend.conversations.schemas import Inbound, Point
from backend.conversations.service import by_address, set_language, shown_to_person, thread
from backend.kit.catalogues import N_, catalogue
from backend.kit.db import Database
from backend.kit.errors import Invalid
from backend.languages.rules import closest
from backend.turns.service import Turns
from bot.channels.webchat.channel import Socket, WebChatChannel, message_frame
from bot.channels.webchat.frames import (
    AnyFrame,
    Got,
    Hello,
    Language,
    NotAFrame,
    Ping,
    Say,
    read_frame,
)

log = logging.getLogger(__name__)

PROTOCOL = "sereno.v1"
LARGEST_FRAME = 64 * 1024  # characters; the server cuts off longer ones
HELLO_SECONDS = 10.0
IDLE_SECONDS = 120.0
BURST, PER_SECOND = 10, 20 / 60  # messages a visitor
MOST_SOCKETS = 5_000

NOT_UNDERSTOOD = N_("Something went wrong on the way. Please send your message again.")
TOO_FAST = N_("That was a lot at once. Wait a moment, then go on: nothing is lost.")
FULL = N_("Very many people are writing just now. In danger, call {number}. Else try again soon.")
NOT_STORED = N_("We could not keep your message just now. It is sent again by itself.")


@dataclass
class Pace:
    """How fast one visitor may write: a bucket that fills again."""

    left: float = BURST
    at: float = field(default_factory=time.monotonic)

    def allows(self) -> bool:
        """Take one, if there is one."""
        moment = time.monotonic()
        self.left = min(BURST, self.left + (moment - self.at) * PER_SECOND)
        self.at = moment
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Visit:
    """One browser tab, from its hello to its end."""

    def __init__(self, chat: WebChat, websocket: WebSocket) -> None:
        self.chat = chat
        self.websocket = websocket
        self.socket = Socket(self._send)
        self.address = ""
        self.language = chat.languages[0]
        self.chosen: str | None = None
        self.hint: str | None = None
        self.conversation_id: uuid.UUID | None = None
        self.pace = Pace()
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Serve the tab until it goes."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = await self._next()
            if not isinstance(hello, Hello):
                await self._error(NOT_UNDERSTOOD, "hello_first")
                await self.websocket.close(1002)
                return
            await self._welcome(hello)
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    frame = await self._next()
                await self._serve(frame)
        except (WebSocketDisconnect, TimeoutError, RuntimeError, KeyError):
            pass
        finally:
            if self.conversation_id is not None:
                self.chat.channel.closed(self.conversation_id, self.socket)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await self.websocket.close()

    async def _next(self) -> AnyFrame:
        while True:
            raw = await self.websocket.receive_text()
            try:
                if len(raw) > LARGEST_FRAME:
                    raise NotAFrame("too large")
                return read_frame(raw)
            except NotAFrame:
                await self._error(NOT_UNDERSTOOD, "not_a_frame")

    async def _serve(self, frame: AnyFrame) -> None:
        match frame:
            case Say():
                await self._say(frame)
            case Got():
                self.socket.confirm(frame.seq)
            case Language():
                await self._choose(frame.tag)
            case Ping():
                await self._send({"type": "pong"})
            case Hello():
                await self._error(NOT_UNDERSTOOD, "hello_twice")

    async def _welcome(self, hello: Hello) -> None:
        self.address = hashlib.sha256(hello.token.encode()).hexdigest()
        self.hint = hello.hint
        if hello.language in self.chat.languages:
            self.chosen = hello.language
        self.language = closest(hello.language or hello.hint or "en", self.chat.languages)
        async with self.chat.database.reading() as session:
            conversation = await by_address(session, "webchat", self.address)
            earlier: list[Message] = []
            if conversation is not None:
                self.language = conversation.language
                earlier = await thread(session, conversation.id, hello.since)
        await self._send(
            {"type": "welcome", "language": self.language, "known": conversation is not None}
        )
        for message in earlier:
            if message.author != "citizen" or hello.since == 0:
                await self._send({**message_frame(shown_to_person(message)), "history": True})
        if conversation is not None:
            self._join(conversation.id)

    def _join(self, conversation_id: uuid.UUID) -> None:
        if self.conversation_id is None:
            self.conversation_id = conversation_id
            self.chat.channel.opened(conversation_id, self.socket)
        self.chat.wake(conversation_id)

    async def _say(self, frame: Say) -> None:
        if not self.pace.allows():
            await self._error(TOO_FAST, "too_fast", frame.id)
            return
        inbound = Inbound(
            channel="webchat",
            address=self.address,
            external_id=frame.id,
            text=frame.text,
            choice=frame.choice,
            point=Point(frame.point.lon, frame.point.lat) if frame.point else None,
            language=self.chosen,
            hint=self.hint,
        )
        try:
            received = await self.chat.turns.accept(inbound)
        except Invalid as invalid:
            await self._error(invalid.message, "invalid", frame.id)
            return
        except Exception as error:  # noqa: BLE001 - the browser keeps the message and tries again
            log.error("message not stored: %s", type(error).__name__)
            await self._error(NOT_STORED, "not_stored", frame.id)
            return
        self.chosen = None  # fixed with the first message; later choices come by themselves
        self._join(received.conversation_id)
        await self._send({"type": "stored", "id": frame.id})

    async def _choose(self, tag: str) -> None:
        if tag not in self.chat.languages:
            return
        self.language = tag
        if self.conversation_id is None:
            self.chosen = tag
        else:
            async with self.chat.database.transaction() as session:
                conversation = await by_address(session, "webchat", self.address)
                if conversation is not None:
                    await set_language(session, conversation, tag)
        await self._send({"type": "language", "language": tag})

    async def _error(self, text: str, code: str, message_id: str | None = None) -> None:
        said = catalogue(self.language).text(text)
        await self._send({"type": "error", "code": code, "text": said, "id": message_id})

    async def _send(self, frame: Mapping[str, Any]) -> None:
        async with self._sending:
            await self.websocket.send_json(frame)


class WebChat:
    """The web chat's part of the service."""

    def __init__(
        self,
        *,
        turns: Turns,
        channel: WebChatChannel,
        database: Database,
        wake: Callable[[uuid.UUID], None],
        languages: tuple[str, ...],
        emergency_number: str,
        origins: tuple[str, ...] = (),
    ) -> None:
        self.turns = turns
        self.channel = channel
        self.database = database
        self.wake = wake
        self.languages = languages
        self.emergency_number = emergency_number
        self.origins = origins
        self._visits: set[Visit] = set()

    def router(self) -> APIRouter:
        """`/chat/socket`."""
        router = APIRouter()

        @router.websocket("/chat/socket")
        async def socket(websocket: WebSocket) -> None:
            if not self._from_us(websocket) or PROTOCOL not in websocket.scope["subprotocols"]:
                await websocket.close(1008)
                return
            await websocket.accept(subprotocol=PROTOCOL)
            if len(self._visits) >= MOST_SOCKETS:
                words = catalogue(self.languages[0]).text(FULL, number=self.emergency_number)
                await websocket.send_json({"type": "error", "code": "full", "text": words})
                await websocket.close(1013)
                return
            visit = Visit(self, websocket)
            self._visits.add(visit)
            try:
                await visit.run()
            finally:
                self._visits.discard(visit)

        return router

    def _from_us(self, websocket: WebSocket) -> bool:
        """Whether the page that opens the socket is ours or one that may embed us."""
        origin = websocket.headers.get("origin")
        if origin is None:
            return True  # no browser: nothing to protect it from
        host = websocket.headers.get("host", "")
        return urlsplit(origin).netloc == host or origin in self.origins
