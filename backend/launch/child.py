"""One process that we started: its own group, its own log, ended with all that it started."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 8.0  # seconds between asking and ending
PR_SET_PDEATHSIG = 1  # prctl(2), Linux
LOG_LIMIT = 20_000_000  # bytes; a longer log is put aside once


def _die_with_parent() -> None:
    """Be told to end when the starter dies, however it dies; Linux alone can do this."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A part of the service that runs in a process of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    async def start(self) -> None:
        """Start it; what it says goes to its log."""
        _put_aside(self.log)
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            os.close(descriptor)

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.returncode is None

    async def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return await self.process.wait() if self.process else 0

    async def stop(self) -> None:
        """Ask it to end, then end its whole group."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), GRACE)
        self._signal(signal.SIGKILL)
        await self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        # The group outlives its first process when that one left children behind.
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _put_aside(log: Path) -> None:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        os.replace(log, log.with_suffix(".old.log"))
