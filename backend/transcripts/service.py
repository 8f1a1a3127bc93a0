"""The port for hearing voice messages: nobody listens (the default), or a local speech model."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Protocol

from backend.settings import ROOT

log = logging.getLogger(__name__)

PYTHON = ROOT / ".venv-models" / "bin" / "python"
LARGEST = 4 * 1024 * 1024  # bytes of a voice message
SECONDS = 60.0  # for one message
START_SECONDS = 180.0  # for the model to load


class CannotStartHearing(Exception):
    """The speech model cannot be used; the message says what to do."""


class Transcriber(Protocol):
    """Turns a voice message into words."""

    @property
    def listens(self) -> bool:
        """Whether it is worth handing it anything."""
        ...

    async def transcribe(self, sound: bytes) -> str | None:
        """The words, or None when there are none to be had; never raises for a bad file."""
        ...


class NobodyListens:
    """The default: voice messages are not heard, and the person is asked to type."""

    listens = False

    async def transcribe(self, sound: bytes) -> str | None:
        """Nothing."""
        return None

    async def close(self) -> None:
        """There is nothing to end."""


class LocalSpeechModel:
    """A Hugging Face speech model in a directory, in a process of its own.

    The process starts with the first message and again after it has failed; one message is heard at
    a time. The sound lies in a file for its owner alone, for as long as it is heard.
    """

    listens = True

    def __init__(self, folder: Path, python: Path = PYTHON) -> None:
        if not (folder / "config.json").is_file():
            raise CannotStartHearing(
                f"SERENO_SPEECH_MODEL is {folder}, and there is no config.json in it. Name the "
                "directory of a Hugging Face speech model, or leave it empty."
            )
        if not python.exists():
            raise CannotStartHearing(
                "Hearing voice messages needs an environment of its own. Make it with: "
                "make setup-models"
            )
        self._command = [str(python), "-m", "backend.transcripts.worker", str(folder)]
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def transcribe(self, sound: bytes) -> str | None:
        """The words of a voice message, or None."""
        if not sound or len(sound) > LARGEST:
            return None
        async with self._turn:
            try:
                return await self._heard(sound)
            except (TimeoutError, OSError, ValueError) as error:
                log.warning("a voice message was not heard: %s", type(error).__name__)
                await self.close()
                return None

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _heard(self, sound: bytes) -> str | None:
        process = await self._worker()
        with tempfile.NamedTemporaryFile(prefix="sereno-voice-") as file:  # mode 0600
            file.write(sound)
            file.flush()
            answer = await _ask(process, {"path": file.name}, SECONDS)
        if "error" in answer:
            log.info("a voice message could not be read")
        return str(answer.get("text") or "").strip() or None

    async def _worker(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", ""), "HF_HUB_OFFLINE": "1"},
            )
            await _ask(self._process, None, START_SECONDS)
        return self._process


async def _ask(
    process: asyncio.subprocess.Process, question: dict[str, str] | None, seconds: float
) -> dict[str, object]:
    """Write a line, read a line. Raises TimeoutError, OSError or ValueError."""
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipe")
    if question is not None:
        process.stdin.write(json.dumps(question).encode() + b"\n")
        await process.stdin.drain()
    line = await asyncio.wait_for(process.stdout.readline(), seconds)
    if not line:
        raise OSError("the hearing process ended")
    found: dict[str, object] = json.loads(line)
    return found


def transcriber(folder: Path | None) -> LocalSpeechModel | NobodyListens:
    """What the settings ask for. Raises `CannotStartHearing`."""
    return LocalSpeechModel(folder) if folder is not None else NobodyListens()
