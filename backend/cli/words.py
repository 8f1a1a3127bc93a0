"""`sereno words`: the catalogues of every word people read."""

from __future__ import annotations

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the commands."""
    words = typer.Typer(help="The words people read, in every language.", no_args_is_help=True)
    words.command("update")(update)
    words.command("check")(check)
    app.add_typer(words, name="words")


def update() -> None:
    """Bring every catalogue up to date with the code."""
    from backend.words.service import update as bring  # noqa: PLC0415

    for line in bring():
        typer.echo(line)


def check() -> None:
    """Say what the catalogues of the languages that are on miss or get wrong."""
    from backend.words.service import faults  # noqa: PLC0415

    found = faults()
    if found:
        fail("\n".join(found))
    typer.echo("The catalogues are complete.")
