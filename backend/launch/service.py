"""`sereno up`: train, migrate, start, watch, end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from backend.city.errors import CityFaults
from backend.city.rules import load_city
from backend.launch.checks import need_port, wait_until_healthy
from backend.launch.child import Child
from backend.launch.errors import CannotStart
from backend.launch.lock import StillRunning, only_one
from backend.launch.officers import first_officers
from backend.launch.progress import say, step
from backend.launch.rules import deaths_in_a_row, wait_before_restart
from backend.launch.token import with_token
from backend.migrations.service import CannotMigrate, migrate
from backend.settings import ROOT, Settings
from backend.transcripts.service import CannotStartHearing, transcriber

ASSISTANT_PYTHON = ROOT / ".venv-assistant" / "bin" / "python"
MODEL = "assistant.tar.gz"
Result = TypeVar("Result")


def up(settings: Settings) -> int:
    """Start everything and stay until Ctrl-C; the exit code."""
    os.umask(0o077)  # what is made from here on belongs to its owner alone
    try:
        return asyncio.run(Launch(with_token(settings)).run())
    except (CannotStart, CannotStartHearing, CannotMigrate, CityFaults, StillRunning) as error:
        print(error, file=sys.stderr)
        return 1


class Launch:
    """One start of everything on this machine."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runs_assistant = not settings.assistant_url
        self.service = self._service_child()
        self.assistant = self._assistant_child()
        self._stopping = asyncio.Event()
        self._work: Child | None = None

    async def run(self) -> int:
        """From nothing to a running service and back; raises `CannotStart`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)
        began = time.monotonic()
        try:
            if await self._until_stopped(self._start()):
                seconds = time.monotonic() - began
                say(f"Ready after {seconds:.0f} s. Ctrl-C stops it.")
                say(f"  Web chat: {self.settings.address}/chat")
                say(f"  Console:  {self.settings.address}/console")
                await self._until_stopped(self._watch_all())
        finally:
            say("Stopping …")
            parts = [part for part in (self._work, self.service, self.assistant) if part]
            await asyncio.gather(*(part.stop() for part in parts))
        return 0

    async def _until_stopped(self, work: Awaitable[object]) -> bool:
        """Whether the work ended by itself; stopped work is cancelled."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
                return True
            return False
        finally:
            for one in (task, stop):
                one.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _start(self) -> None:
        settings = self.settings
        with only_one(settings.home):  # the service holds it itself afterwards
            settings.home.chmod(0o700)
        city = load_city(settings.city)
        need_port(settings.host, settings.port, "SERENO_PORT")
        if self.runs_assistant:
            need_port("127.0.0.1", settings.assistant_port, "SERENO_ASSISTANT_PORT")
            self._need_assistant()
            self._need_hearing()
        async with step("Bringing the database up to date"):
            await migrate(settings.database)
        for line in await first_officers(settings, city):
            say(line)
        await self.service.start()
        if self.runs_assistant:
            await self._train()
            await self.assistant.start()
        async with step("Starting"):
            await asyncio.gather(self._service_ready(), self._assistant_ready())

    def _need_hearing(self) -> None:
        """Raises `CannotStartHearing` where a speech model is asked for that cannot be had."""
        transcriber(self.settings.speech_model)

    def _need_assistant(self) -> None:
        if not ASSISTANT_PYTHON.exists():
            raise CannotStart("The assistant's environment is not there. Make it with: make setup")

    async def _train(self) -> None:
        command = [str(ASSISTANT_PYTHON), "-m", "bot.assistant.train", "--out"]
        log = self.settings.logs / "training.log"
        self._work = Child(
            "training",
            [*command, str(self.settings.model)],
            _assistant_environment(self.settings),
            log,
        )
        await self._work.start()
        async with step("Training the assistant (minutes, the first time)"):
            code = await self._work.wait()
        if code != 0:
            raise CannotStart(f"The assistant could not be trained. Why stands in {log}.")
        self._work = None

    async def _service_ready(self) -> None:
        url = f"http://{_reachable(self.settings.host)}:{self.settings.port}/health"
        await self._ready(self.service, wait_until_healthy(url))

    async def _assistant_ready(self) -> None:
        if not self.runs_assistant:
            return
        token = self.settings.assistant_token.get_secret_value()
        url = f"{self.settings.assistant}/webhooks/sereno/health"
        headers = {"Authorization": f"Bearer {token}"}
        await self._ready(self.assistant, wait_until_healthy(url, headers))

    async def _ready(self, child: Child, health: Awaitable[bool]) -> None:
        """Wait for health or death, whichever comes first; raises `CannotStart`."""
        well = asyncio.ensure_future(health)
        dead = asyncio.ensure_future(child.wait())
        try:
            await asyncio.wait({well, dead}, return_when=asyncio.FIRST_COMPLETED)
            if not (well.done() and well.result()):
                raise CannotStart(f"The {child.name} does not start. Why stands in {child.log}.")
        finally:
            for one in (well, dead):
                one.cancel()
            await asyncio.gather(well, dead, return_exceptions=True)

    async def _watch_all(self) -> None:
        parts = [self.service, *([self.assistant] if self.runs_assistant else [])]
        await asyncio.gather(*(watch(part) for part in parts))

    def _service_child(self) -> Child:
        command = [sys.executable, "-m", "backend.cli", "serve"]
        return Child(
            "service", command, _secrets(self.settings), self.settings.logs / "service.log"
        )

    def _assistant_child(self) -> Child:
        settings = self.settings
        model = settings.model / MODEL
        command = [str(ASSISTANT_PYTHON), "-m", "bot.assistant.serve", "--model", str(model)]
        environment = {
            **_secrets(settings),
            **_assistant_environment(settings),
            "SERENO_BACKEND_URL": f"http://{_reachable(settings.host)}:{settings.port}",
        }
        command += ["--port", str(settings.assistant_port)]
        return Child("assistant", command, environment, settings.logs / "assistant.log")


async def watch(child: Child, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Start a part again whenever it dies, and say so; never returns."""
    deaths = 0
    while True:
        began = time.monotonic()
        code = await child.wait()
        deaths = deaths_in_a_row(deaths, time.monotonic() - began)
        pause = wait_before_restart(deaths)
        say(
            f"The {child.name} ended ({code}) and is started again in {pause:.0f} s. "
            f"Its log: {child.log}"
        )
        with contextlib.suppress(OSError):
            await child.stop()  # what it left behind
        await sleep(pause)
        await child.start()


def _secrets(settings: Settings) -> dict[str, str]:
    return {"SERENO_ASSISTANT_TOKEN": settings.assistant_token.get_secret_value()}


def _assistant_environment(settings: Settings) -> dict[str, str]:
    kept = os.environ.get("PYTHONPATH", "")
    return {
        "SERENO_ENCODER": settings.encoder,
        # Deprecations inside Rasa's libraries would bury what matters in the log.
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), kept))),
    }


def _reachable(host: str) -> str:
    """The address by which this machine reaches its own service."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def model_of(settings: Settings) -> Path:
    """The assistant's model."""
    return settings.model / MODEL
