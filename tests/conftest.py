"""What every test stands on: an unlocked vault, a database, no way to the outside."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.city.rules import load_city
from backend.city.schemas import City
from backend.kit.crypto import new_keyring, vault
from backend.kit.db import Database
from backend.migrations.service import migrate
from backend.settings import ROOT
from backend.taxonomy.rules import Taxonomy, taxonomy

POSTGRES = os.environ.get("SERENO_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432")
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(autouse=True)
def _unlocked() -> None:
    vault.unlock(new_keyring())


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets lead to this machine and nowhere else."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def vilamar() -> City:
    """The city that is shipped."""
    return load_city(ROOT / "deploy" / "vilamar" / "city.yml")


@pytest.fixture
def urdu_unfinished() -> Taxonomy:
    """The taxonomy with one language that is not offered yet."""
    words = taxonomy()
    unfinished = replace(words.languages["ur"], on=False)
    return replace(words, languages=words.languages | {"ur": unfinished})


def _postgres_answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", 5432), timeout=1):
            return True
    except OSError:
        return False


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        async for made in _scratch_sqlite(tmp_path):
            yield made
        return
    if "SERENO_TEST_POSTGRES" not in os.environ and not _postgres_answers():
        pytest.skip("PostgreSQL does not answer on 127.0.0.1:5432; set SERENO_TEST_POSTGRES.")
    async for scratch in _scratch_postgres():
        yield scratch


async def _scratch_postgres() -> AsyncIterator[Database]:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    name = f"sereno_test_{uuid.uuid4().hex[:12]}"
    keeper = create_async_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    async with keeper.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    made = Database(f"{POSTGRES}/{name}")
    try:
        await migrate(f"{POSTGRES}/{name}")
        yield made
    finally:
        await made.close()
        async with keeper.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await keeper.dispose()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, for tests that are not about storage."""
    async for made in _scratch_sqlite(tmp_path):
        yield made


async def _scratch_sqlite(folder: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{folder / 'sereno.db'}"
    await migrate(url)
    made = Database(url)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_the_machine() -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("SERENO_")}
    for name in kept:
        if name != "SERENO_TEST_POSTGRES":
            del os.environ[name]
    yield
    os.environ.update(kept)
