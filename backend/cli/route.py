"""`sereno route`: cases as JSON lines in, the same with their unit out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, TextIO

import typer

from backend.cli.ending import fail

if TYPE_CHECKING:
    from backend.city.schemas import City


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("route")(run)


def run(
    city: Annotated[
        Path | None, typer.Option(help="The city file; else that of the service.")
    ] = None,
) -> None:
    """Read JSON lines with category, lon, lat, area, urgent, language, at; add unit, area, reason.

    A broken line gives an error in its place, and the next goes on.
    """
    from backend.city.errors import CityFaults  # noqa: PLC0415
    from backend.city.rules import load_city  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    try:
        read = load_city(city or Settings().city)
    except CityFaults as faults:
        fail(str(faults))
    try:
        _stream(read, sys.stdin.buffer, sys.stdout)
    except BrokenPipeError:
        # The reader has gone: nothing is left to say, not even when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stream(city: City, source: BinaryIO, out: TextIO) -> None:
    from backend.routing.lines import LONGEST_LINE, route_line  # noqa: PLC0415

    for number, raw in enumerate(_lines(source, LONGEST_LINE + 1), start=1):
        out.write(route_line(city, raw, number) + "\n")
        out.flush()


def _lines(source: BinaryIO, most: int) -> Iterator[bytes]:
    """The lines of a stream, cut at `most` bytes: one endless line must not fill the memory."""
    while raw := source.readline(most):
        rest = raw
        while len(rest) == most and not rest.endswith(b"\n"):
            rest = source.readline(most)
        yield raw
