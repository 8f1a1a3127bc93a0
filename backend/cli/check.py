"""`sereno check`: everything that is wrong with a city file, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(run)


def run(
    city: Annotated[Path | None, typer.Argument(help="City file; the one in use when left out.")] = None,
) -> None:
    """Check a city file and say everything that is wrong with it."""
    from backend.city.rules import CityFaults, load_city  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    path = city or Settings().city
    try:
        read = load_city(path)
    except CityFaults as error:
        for fault in error.faults:
            typer.echo(str(fault))
        raise typer.Exit(1) from None
    typer.echo(
        f"{path.name} is sound: {read.name}, {len(read.index.areas)} areas, {len(read.units)} units, "
        f"{len(read.routing)} routing rules, {len(read.help_lines)} help lines, "
        f"{len(read.stations)} stations, {len(read.languages)} languages."
    )
