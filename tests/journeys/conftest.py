"""The whole service, started as its users start it, and people who chat with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from backend.settings import ROOT
from tests.doubles.botapi import TOKEN, BotApi

MODEL = ROOT / "var" / "model"
RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """One `sereno up` with a home of its own."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logs(self) -> str:
        return "\n".join(p.read_text(errors="replace") for p in (self.home / "logs").glob("*.log"))


class Telegram:
    """The Bot API double, in a thread of its own for as long as the service runs."""

    def __init__(self) -> None:
        self.api = BotApi()
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        self._ready.wait(20)

    async def _serve(self) -> None:
        async with self.api:
            self._ready.set()
            await self._over.wait()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
        self._loop.close()


@pytest.fixture(scope="session")
def telegram() -> Iterator[Telegram]:
    """Telegram, as far as the service can tell."""
    made = Telegram()
    yield made
    made.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, telegram: Telegram) -> Iterator[Running]:
    """The service with the assistant as it is trained."""
    if not (MODEL / "assistant.tar.gz").exists():
        pytest.skip("The assistant is not trained: run make test, or make up once.")
    home = tmp_path_factory.mktemp("home")
    (home / "model").symlink_to(MODEL)
    said, port = home / "said", free_port()
    environment = {
        **os.environ,
        "SERENO_HOME": str(home),
        "SERENO_PORT": str(port),
        "SERENO_TELEGRAM_TOKEN": TOKEN,
        "SERENO_TELEGRAM_API": telegram.api.url,
        "SERENO_ASSISTANT_PORT": str(free_port()),
        "SERENO_ASSISTANT_TIMEOUT": "8",  # a loaded test machine is no reason to call an officer
    }
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "up"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        made = Running(home, port, process)
        _wait_until_ready(said, process)
        made.passwords = dict(re.findall(r"^  (\w+) +(\S+-\S+)$", said.read_text(), re.MULTILINE))
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(said: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 300
    while "Console:" not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.5)


class Citizen:
    """Someone at the web chat, over the real socket."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("http", "ws") + "/chat/socket"
        self.token = secrets.token_urlsafe(24)
        self.heard: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.since = 0

    async def come(self, language: str | None = None) -> None:
        """Open the chat."""
        self.socket = await websockets.connect(
            self._url, subprotocols=[websockets.Subprotocol("sereno.v1")], proxy=None
        )
        await self.send(type="hello", token=self.token, since=self.since, language=language)

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps({k: v for k, v in frame.items() if v is not None}))

    async def go(self) -> None:
        await self.socket.close()

    async def say(self, text: str = "", choice: str | None = None, **more: Any) -> list[str]:
        """Say something and listen until it is quiet; what was answered."""
        before = len(self.heard)
        number = more.pop("id", None) or secrets.token_urlsafe(12)
        await self.send(type="say", id=number, text=text, choice=choice, **more)
        await self.listen(lambda: len(self.heard) > before)
        return [message["text"] for message in self.heard[before:]]

    async def listen(self, enough: Any, seconds: float = 20) -> None:
        """Take frames until something is there and it has been quiet for a moment."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            quiet = 0.7 if enough() else max(0.1, until - time.monotonic())
            try:
                async with asyncio.timeout(quiet):
                    frame = json.loads(await self.socket.recv())
            except TimeoutError:
                return
            await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message" and frame["seq"] > self.since:
            self.since = frame["seq"]
            if frame["author"] != "citizen":
                self.heard.append(frame)
            await self.send(type="got", seq=frame["seq"])
        elif frame["type"] == "error":
            self.errors.append(frame)

    @property
    def choices(self) -> list[str]:
        """The quick replies under the last message."""
        return [button["choice"] for button in self.heard[-1]["buttons"]] if self.heard else []

    @property
    def receipt(self) -> str:
        return next(
            match.group() for m in reversed(self.heard) if (match := RECEIPT.search(m["text"]))
        )


@pytest.fixture
async def citizen(running: Running) -> AsyncIterator[Citizen]:
    """A person who has just opened the web chat."""
    person = Citizen(running.url)
    await person.come()
    yield person
    await person.go()


class Officer:
    """Someone at the console, with a plain browser's means."""

    def __init__(self, url: str) -> None:
        self.http = httpx.AsyncClient(base_url=url, follow_redirects=True, trust_env=False)

    async def sign_in(self, username: str, password: str) -> httpx.Response:
        return await self.http.post(
            "/console/sign-in", data={"username": username, "password": password}
        )

    async def find(self, number: str) -> str:
        """The page of the case with this number."""
        page = (await self.http.get("/console/", params={"state": "", "number": number})).text
        return str(re.findall(r'href="(/console/cases/[^"]+)"', page)[0])

    async def post(self, page: str, path: str, **form: str) -> httpx.Response:
        """Send a form of a page, with the token and hidden fields it carries."""
        html = (await self.http.get(page)).text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', html)[0]
        version = re.findall(r'name="version" value="([^"]*)"', html)
        hidden = {"csrf": csrf} | ({"version": version[0]} if version else {})
        return await self.http.post(path, data={**hidden, **form})


@pytest.fixture
async def officer(running: Running) -> AsyncIterator[Officer]:
    """The supervisor, signed in."""
    person = Officer(running.url)
    answer = await person.sign_in("supervisor", running.passwords["supervisor"])
    assert answer.status_code == 200
    yield person
    await person.http.aclose()
