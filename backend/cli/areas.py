"""`sereno areas import`: any city's district file, made clean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the commands."""
    areas = typer.Typer(help="The areas of a city.", no_args_is_help=True)
    areas.command("import")(import_)
    areas.callback()(lambda: None)
    app.add_typer(areas, name="areas")


def import_(
    file: Annotated[Path, typer.Argument(help="A GeoJSON file.")],
    name: Annotated[str, typer.Option(help="The property with the area's name.")],
    parent: Annotated[str | None, typer.Option(help="The property with its district's name.")] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("areas.geojson"),
) -> None:
    """Read a GeoJSON file of districts, repair it, and write a clean one (RFC 7946)."""
    from backend.areas.imports import CannotImport, import_areas  # noqa: PLC0415

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text. Save it as UTF-8 first.")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    try:
        done = import_areas(text, name=name, parent=parent)
    except CannotImport as error:
        fail(f"{file}: {error}")
    out.write_text(done.text, encoding="utf-8")
    for note in done.notes:
        typer.echo(note)
    typer.echo(f"{out}: {done.count} areas.")
    typer.echo("In the city file, write:")
    district = "district" if parent else "null"
    typer.echo(f"  areas: {{file: {out.name}, name: name, district: {district}}}")
