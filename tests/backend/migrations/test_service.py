"""The tables' history."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from backend.kit.db import Database
from backend.migrations.service import CannotMigrate, differences, migrate, newest, revision
from backend.models import Base


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def test_the_migrations_build_exactly_what_the_models_describe(database: Database) -> None:
    assert await differences(url_of(database)) == []
    assert await revision(url_of(database)) == newest()


async def test_every_table_of_the_models_is_there(database: Database) -> None:
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert set(Base.metadata.tables) <= names


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate(url_of(database))
    assert await differences(url_of(database)) == []


async def test_a_missing_column_is_noticed(sqlite: Database) -> None:
    async with sqlite.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE outbox DROP COLUMN failure")
    assert await differences(url_of(sqlite))


async def test_the_folder_of_a_new_database_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    await migrate(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'sereno.db'}")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


async def test_a_database_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(CannotMigrate, match="SERENO_DATABASE_URL") as caught:
        await migrate("postgresql+asyncpg://someone:hush@127.0.0.1:1/nothing")
    assert "hush" not in str(caught.value)
