"""`sereno check`: what is wrong with a city file, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(run)


def run(city: Annotated[Path, typer.Argument(help="The city file, such as city.yml.")]) -> None:
    """Check a city file: say every fault with its line, or one line of what it holds."""
    from backend.city.errors import CityFaults  # noqa: PLC0415
    from backend.city.rules import load_city  # noqa: PLC0415

    try:
        read = load_city(city)
    except CityFaults as faults:
        fail(f"{faults}\n{len(faults.faults)} faults." if len(faults.faults) > 1 else str(faults))
    typer.echo(
        f"{city.name}: {read.name} is whole: {len(read.index.areas)} areas in "
        f"{len(read.index.districts())} districts, {len(read.units)} units, "
        f"{len(read.routing)} routing rules, {len(read.stations)} stations, "
        f"{len(read.help_lines)} help lines, {len(read.landmarks)} places, "
        f"{len(read.languages)} languages."
    )
