"""`sereno officers`: add, list, disable, password."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from backend.city.rules import load_city
from backend.kit.crypto import keyring_at, vault
from backend.kit.db import Database
from backend.kit.errors import SerenoError
from backend.officers import service
from backend.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")
Result = TypeVar("Result")


def _run(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    settings = Settings()
    vault.unlock(keyring_at(settings.keys))

    async def inside() -> Result:
        database = Database(settings.database)
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    try:
        return asyncio.run(inside())
    except SerenoError as error:
        typer.echo(error.message.format(**error.params), err=True)
        raise typer.Exit(1) from None


@app.command()
def add(
    username: str,
    unit: Annotated[
        list[str] | None, typer.Option(help="A unit of the city file; may be repeated.")
    ] = None,
    name: str = "",
    role: str = "officer",
    language: str = "en",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Add an officer; the password is asked for."""
    city = load_city(Settings().city)
    _run(
        lambda session: service.create(
            session,
            city,
            username=username,
            name=name,
            password=password,
            units=unit or (),
            role=role,
            language=language,
        )
    )
    typer.echo(f"{username} may sign in now.")


@app.command("list")
def list_officers() -> None:
    """List the officers."""
    for officer in _run(service.everyone):
        off = " (disabled)" if officer.disabled_at else ""
        typer.echo(f"{officer.username}\t{officer.role}\t{', '.join(sorted(officer.units))}{off}")


@app.command()
def disable(username: str) -> None:
    """Let an officer in no more."""
    _run(lambda session: service.disable(session, username))
    typer.echo(f"{username} can no longer sign in.")


@app.command("password")
def new_password(
    username: str,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Give an officer a new password; it is asked for."""
    _run(lambda session: service.set_password(session, username, password))
    typer.echo("The password is changed; every open session of this officer has ended.")
