"""`sereno evaluate`: how well messages are understood that nobody was trained on."""

from __future__ import annotations

from typing import Annotated

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(run)


def run(
    *,
    robust: Annotated[
        bool, typer.Option(help="Also distorted: no accents, capitals, slips.")
    ] = False,
    compare: Annotated[bool, typer.Option(help="Also other ways, trained on the same.")] = False,
    epochs: Annotated[int, typer.Option(help="Of Rasa's own pipeline; 0 leaves it out.")] = 100,
    write: Annotated[bool, typer.Option(help="Write docs/understanding.md as well.")] = False,
    accept: Annotated[bool, typer.Option(help="Keep these figures as those not to fall.")] = False,
) -> None:
    """Print the figures of each language; the messages stand in tests/understanding."""
    from backend.settings import Settings  # noqa: PLC0415
    from backend.understanding.page import lines  # noqa: PLC0415
    from backend.understanding.service import (  # noqa: PLC0415
        CannotJudge,
        accept_figures,
        evaluate,
        write_page,
    )

    try:
        found = evaluate(Settings(), robust=robust, epochs=epochs if compare else None)
    except CannotJudge as error:
        fail(str(error))
    typer.echo("\n".join(lines(found)))
    if write:
        write_page(found)
    if accept:
        accept_figures(found)
