"""The web chat as the courier sees it: open sockets, and messages that a browser confirms."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.channels.contract import NotConnected, Outbound, Retryable

CONFIRM_SECONDS = 10.0

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Socket:
    """One open browser tab of a conversation."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._awaited: dict[int, asyncio.Future[None]] = {}

    async def show(self, outbound: Outbound) -> None:
        """Show a message and wait until the browser has it; raises `Retryable`."""
        confirmed = asyncio.get_running_loop().create_future()
        self._awaited[outbound.seq] = confirmed
        try:
            await self.frame(message_frame(outbound))
            async with asyncio.timeout(CONFIRM_SECONDS):
                await confirmed
        except TimeoutError:
            raise Retryable("not confirmed") from None
        finally:
            self._awaited.pop(outbound.seq, None)

    async def frame(self, frame: Mapping[str, Any]) -> None:
        """Send one frame; raises `NotConnected` when the socket has gone."""
        try:
            await self._send(frame)
        except (RuntimeError, OSError) as error:
            raise NotConnected("gone") from error

    def confirm(self, seq: int) -> None:
        """The browser has the message `seq`."""
        awaited = self._awaited.get(seq)
        if awaited is not None and not awaited.done():
            awaited.set_result(None)

    def close(self) -> None:
        """The browser went: what it did not confirm is sent again later."""
        for awaited in self._awaited.values():
            if not awaited.done():
                awaited.set_exception(NotConnected("closed"))


class WebChatChannel:
    """Delivers to the open tabs of a conversation; the first that confirms is enough."""

    name = "webchat"

    def __init__(self) -> None:
        self._open: dict[uuid.UUID, set[Socket]] = {}

    def opened(self, conversation_id: uuid.UUID, socket: Socket) -> None:
        """A tab is there."""
        self._open.setdefault(conversation_id, set()).add(socket)

    def closed(self, conversation_id: uuid.UUID, socket: Socket) -> None:
        """A tab went."""
        socket.close()
        tabs = self._open.get(conversation_id, set())
        tabs.discard(socket)
        if not tabs:
            self._open.pop(conversation_id, None)

    @property
    def sockets(self) -> int:
        """How many tabs are open."""
        return sum(map(len, self._open.values()))

    async def send(self, address: str, outbound: Outbound) -> None:
        """Show a message in every open tab; raises `NotConnected` when there is none."""
        tabs = list(self._open.get(outbound.conversation_id, ()))
        if not tabs:
            raise NotConnected("nobody there")
        shown = await asyncio.gather(*(tab.show(outbound) for tab in tabs), return_exceptions=True)
        failures = [error for error in shown if isinstance(error, BaseException)]
        if len(failures) == len(shown):
            raise failures[0]

    async def typing(self, conversation_id: uuid.UUID, on: bool) -> None:
        """Show or hide the typing sign; a tab that has gone is no matter."""
        for tab in list(self._open.get(conversation_id, ())):
            try:
                await tab.frame({"type": "typing", "on": on})
            except NotConnected:
                continue


def message_frame(outbound: Outbound) -> dict[str, Any]:
    """The frame of one message."""
    return {
        "type": "message",
        "seq": outbound.seq,
        "id": str(outbound.message_id),
        "author": outbound.author,
        "text": outbound.text,
        "buttons": [{"title": b.title, "choice": b.choice} for b in outbound.buttons],
        "ask_place": outbound.ask_place,
        "language": outbound.language,
        "direction": outbound.direction,
        "at": outbound.at.isoformat(),
    }
