"""`sereno classify`: label messages in a stream, a line each."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("classify")(run)


def run() -> None:
    """Read messages from standard input, {"text": …} or plain text a line, and label them."""
    from backend.cli.labelling import label_input  # noqa: PLC0415

    label_input()
