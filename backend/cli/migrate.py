"""`sereno migrate`: bring the database up to date."""

from __future__ import annotations

import asyncio

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(run)


def run() -> None:
    """Bring the database up to date."""
    from backend.migrations.service import CannotMigrate, migrate, newest  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    try:
        asyncio.run(migrate(Settings().database))
    except CannotMigrate as error:
        fail(str(error))
    typer.echo(f"The database is up to date ({newest()}).")
