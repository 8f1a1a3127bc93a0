"""`sereno up` when something stands in its way, and when a part dies."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from backend.launch.checks import need_port, wait_until_healthy
from backend.launch.child import Child
from backend.launch.errors import CannotStart
from backend.launch.lock import StillRunning, only_one
from backend.launch.service import watch
from backend.launch.token import with_token
from backend.settings import Settings


def test_a_taken_port_is_said_with_the_setting_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} .*SERENO_PORT={port + 10}"):
            need_port("127.0.0.1", port, "SERENO_PORT")


async def test_a_part_that_never_answers_is_given_up() -> None:
    assert not await wait_until_healthy("http://127.0.0.1:1/health", seconds=0.2)


def test_two_services_cannot_share_a_home(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(StillRunning, match="Stop it first"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_the_secret_between_the_parts_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = with_token(Settings(home=tmp_path, _env_file=None))
    second = with_token(Settings(home=tmp_path, _env_file=None))
    secret = first.assistant_token.get_secret_value()
    assert len(secret) >= 32
    assert second.assistant_token.get_secret_value() == secret
    assert (tmp_path / "keys" / "assistant-token").stat().st_mode & 0o077 == 0


def test_a_secret_that_was_set_is_the_one_in_use(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, assistant_token="from-outside", _env_file=None)
    assert with_token(settings).assistant_token.get_secret_value() == "from-outside"


async def test_a_part_that_dies_is_started_again_and_said_so(tmp_path: Path, capsys) -> None:
    child = Child("assistant", [sys.executable, "-c", "print('lived')"], {}, tmp_path / "a.log")
    waits: list[float] = []
    enough = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            enough.set()
        await asyncio.sleep(0)

    await child.start()
    watching = asyncio.create_task(watch(child, sleep))
    await enough.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await child.stop()
    assert waits == [1, 2, 4]
    assert child.log.read_text().count("lived") >= 3
    assert (
        f"The assistant ended (0) and is started again in 1 s. Its log: {child.log}"
        in capsys.readouterr().out
    )
