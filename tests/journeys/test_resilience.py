"""Parts of the service are killed; nobody's message is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import Citizen, Officer, Running

pytestmark = [pytest.mark.assistant, pytest.mark.timeout(300)]


def process_of(running: Running, words: str) -> int:
    """The process of this service whose command holds some words."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = command.read_bytes().replace(b"\0", b" ").decode()
            home = (command.parent / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if words in line and f"SERENO_HOME={running.home}" in home:
            return int(command.parent.name)
    raise AssertionError(words)


async def assistant_is(running: Running, state: str) -> None:
    async with asyncio.timeout(90), httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                if (await http.get(f"{running.url}/health")).json()["assistant"] == state:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.3)


async def test_with_the_assistant_killed_a_person_is_promised_and_then_it_is_noticed_again(
    running: Running, citizen: Citizen, officer: Officer
) -> None:
    await assistant_is(running, "up")
    await citizen.say("hola, me han robado el bolso en la playa")
    os.kill(process_of(running, "bot.assistant.serve"), signal.SIGKILL)
    told = await citizen.say("fue esta mañana")
    assert any("112" in text for text in told)
    assert "The assistant did not answer" in (await officer.http.get("/console/")).text
    await assistant_is(running, "up")
    assert await citizen.say("¿sigues ahí?")
    assert citizen.heard[-1]["author"] == "assistant"


async def test_with_the_service_killed_a_stored_message_is_answered_once_afterwards(
    running: Running, citizen: Citizen
) -> None:
    await assistant_is(running, "up")
    await citizen.say("hola, buenos días a todos")
    await citizen.send(
        type="say", id="before-the-end", text="me robaron la moto anoche en el puerto"
    )
    os.kill(process_of(running, "backend.cli serve"), signal.SIGKILL)
    await asyncio.sleep(1)
    await assistant_is(running, "up")
    await citizen.come()
    await citizen.send(
        type="say", id="before-the-end", text="me robaron la moto anoche en el puerto"
    )
    before = len(citizen.heard)
    await citizen.listen(lambda: len(citizen.heard) > before, 25)
    questions = [m["text"] for m in citizen.heard[before:] if m["author"] == "assistant"]
    assert len(questions) == len(set(questions)) >= 1
