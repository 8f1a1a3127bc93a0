"""The `sereno` command. Each module adds its own part; the parts load only when they are used."""

from __future__ import annotations

import typer

from backend.cli import (
    areas,
    check,
    classify,
    encoder,
    evaluate,
    keys,
    migrate,
    officers,
    route,
    serve,
    words,
)

app = typer.Typer(
    name="sereno",
    help="The door between citizens and their police.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (areas, check, classify, evaluate, keys, migrate, route, serve, words):
    part.register(app)
app.add_typer(encoder.app, name="encoder")
app.add_typer(officers.app, name="officers")


def main() -> None:
    """The entry point."""
    app()
