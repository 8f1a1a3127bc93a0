"""Bring a database up to date, and say whether it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Text, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from backend.kit.crypto import Sealed, SealedJson
from backend.kit.db import engine_for
from backend.models import Base

HERE = Path(__file__).resolve().parent
Result = TypeVar("Result")


class CannotMigrate(Exception):
    """The database could not be brought up to date; the message says what to do."""


def differs(
    context: Any,
    column: Any,
    asked: Any,
    stored: TypeEngine[Any],
    model: TypeEngine[Any],
) -> bool | None:
    """Whether a sealed column is stored as anything but text; None leaves the rest to Alembic."""
    return not isinstance(stored, Text) if isinstance(model, Sealed | SealedJson) else None


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(url: str) -> None:
    """Bring the database to the newest shape; raises `CannotMigrate`."""
    _make_folder(url)
    await _over(url, lambda connection: command.upgrade(_config(connection), "head"))


async def differences(url: str) -> list[Any]:
    """What stands in the models and not in the database, or the other way round."""
    return await _over(url, _differences)


async def revision(url: str) -> str | None:
    """The newest change the database has seen."""
    return await _over(url, lambda c: MigrationContext.configure(c).get_current_revision())


def newest() -> str | None:
    """The newest change there is."""
    return ScriptDirectory(str(HERE)).get_current_head()


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": differs})
    return list(compare_metadata(context, Base.metadata))


async def _over(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = engine_for(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except (OSError, DBAPIError) as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise CannotMigrate(
            f"The database {shown} cannot be used ({type(error).__name__}). "
            "Check that it runs, that SERENO_DATABASE_URL names it, and that nothing else locks it."
        ) from error
    finally:
        await engine.dispose()


def _make_folder(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
