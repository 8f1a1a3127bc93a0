"""A Bot API on loopback: answers as Telegram does, refuses what it refuses, fails when told to."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "4242:a-token-of-the-tests"
BOT = {"id": 4242, "is_bot": True, "first_name": "Sereno", "username": "sereno_bot"}


class BotApi:
    """The double; use it as an asynchronous context manager."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.left: list[int] = []
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.chats: set[int] = set()
        self.blocked: set[int] = set()
        self.failures: deque[tuple[int, dict[str, Any]]] = deque()
        self._updates: list[dict[str, Any]] = []
        self._next_update = 1
        self._next_message = 100
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{name}", self._file),
            ]
        )
        config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._news.set()
        await self._task

    # What people do.

    def writes(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        """Someone writes in a private chat; the update that comes of it."""
        return self.message(chat, text=text, **more)

    def message(self, chat: int, kind: str = "private", **content: Any) -> dict[str, Any]:
        self.chats.add(chat)
        self._next_message += 1
        sender = {
            "id": chat,
            "is_bot": False,
            "first_name": "Renowned",
            "last_name": "Unmistakable",
            "username": "very_recognisable",
            "language_code": content.pop("language_code", "es"),
        }
        message = {
            "message_id": content.pop("message_id", self._next_message),
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": kind, "first_name": "Renowned"},
            "from": sender,
            **content,
        }
        return self.update(message=message)

    def presses(self, chat: int, data: str) -> dict[str, Any]:
        self.chats.add(chat)
        self._next_message += 1
        return self.update(
            callback_query={
                "id": str(self._next_message),
                "from": {"id": chat, "is_bot": False, "first_name": "Renowned"},
                "chat_instance": "1",
                "data": data,
                "message": {
                    "message_id": 1,
                    "date": 1_790_000_000,
                    "chat": {"id": chat, "type": "private"},
                    "text": "…",
                },
            }
        )

    def edits(self, chat: int, message_id: int, text: str) -> dict[str, Any]:
        made = self.message(chat, message_id=message_id, text=text, edit_date=1_790_000_060)
        made["edited_message"] = made.pop("message")
        return made

    def update(self, **content: Any) -> dict[str, Any]:
        made = {"update_id": self._next_update, **content}
        self._next_update += 1
        self._updates.append(made)
        self._news.set()
        return made

    def fails(self, status: int, description: str, **parameters: Any) -> None:
        """The next message sent is answered so."""
        body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self.failures.append((status, body))

    def sent_to(self, chat: int) -> list[str]:
        return [message["text"] for message in self.sent if message["chat_id"] == chat]

    @property
    def unconfirmed(self) -> int:
        return len(self._updates)

    # What the bot asks.

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != TOKEN:
            return _refuse(401, "Unauthorized")
        body = dict(request.query_params)
        raw = await request.body()
        if raw:
            if "json" in request.headers.get("content-type", ""):
                body |= json.loads(raw)
            else:
                body |= dict(parse_qsl(raw.decode()))
        handler = getattr(self, "_" + request.path_params["method"].lower(), None)
        return _ok(True) if handler is None else await handler(body)

    async def _getme(self, body: dict[str, Any]) -> Response:
        return _ok(BOT)

    async def _setwebhook(self, body: dict[str, Any]) -> Response:
        self.webhook = body
        return _ok(True)

    async def _getfile(self, body: dict[str, Any]) -> Response:
        name = body["file_id"]
        if name not in self.files:
            return _refuse(400, "Bad Request: invalid file_id")
        return _ok({"file_id": name, "file_unique_id": name, "file_path": name})

    async def _file(self, request: Request) -> Response:
        return Response(self.files[request.path_params["name"]])

    async def _leavechat(self, body: dict[str, Any]) -> Response:
        self.left.append(int(body["chat_id"]))
        return _ok(True)

    async def _getupdates(self, body: dict[str, Any]) -> Response:
        offset = int(body.get("offset") or 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._news.clear()
            try:
                async with asyncio.timeout(min(1.0, float(body.get("timeout") or 0))):
                    await self._news.wait()
            except TimeoutError:
                pass
        return _ok(self._updates)

    async def _sendmessage(self, body: dict[str, Any]) -> Response:
        chat, text = int(body["chat_id"]), str(body.get("text") or "")
        if self.failures:
            status, answer = self.failures.popleft()
            return JSONResponse(answer, status_code=status)
        if chat in self.blocked:
            return _refuse(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats:
            return _refuse(400, "Bad Request: chat not found")
        if not text.strip():
            return _refuse(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return _refuse(400, "Bad Request: message is too long")
        if body.get("parse_mode"):
            return _refuse(400, "Bad Request: can't parse entities")
        markup = body.get("reply_markup")
        keyboard = json.loads(markup) if isinstance(markup, str) else markup or {}
        for row in keyboard.get("inline_keyboard", []):
            for key in row:
                if not 1 <= len(key.get("callback_data", "").encode()) <= 64:
                    return _refuse(400, "Bad Request: BUTTON_DATA_INVALID")
        self._next_message += 1
        self.sent.append({"chat_id": chat, "text": text, "keyboard": keyboard})
        message = {
            "message_id": self._next_message,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private"},
            "text": text,
        }
        return _ok(message)


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _refuse(status: int, description: str) -> Response:
    body = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body, status_code=status)
