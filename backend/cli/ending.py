"""How a command ends when something is wrong."""

from __future__ import annotations

from typing import NoReturn

import typer


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
