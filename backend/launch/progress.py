"""What the person who starts it sees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUIET = 2.0  # seconds: a shorter step is not worth a word
EVERY = 10.0


def say(line: str) -> None:
    """One line, at once."""
    print(line, flush=True)


@asynccontextmanager
async def step(name: str) -> AsyncIterator[None]:
    """Say that a step goes on when it takes longer than two seconds."""

    async def speak() -> None:
        began = time.monotonic()
        await asyncio.sleep(QUIET)
        say(f"{name} …")
        while True:
            await asyncio.sleep(EVERY)
            say(f"  … {time.monotonic() - began:.0f} s")

    task = asyncio.create_task(speak())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
