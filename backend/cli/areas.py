"""`sereno areas import`: make a clean areas file of any city's district file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backend.cli.ending import fail

LARGEST = 500_000_000  # bytes


def register(app: typer.Typer) -> None:
    """Add the command."""
    areas = typer.Typer(help="The areas of a city.", no_args_is_help=True)

    @areas.callback()
    def _group() -> None:
        """Keep `import` a word of its own, though it is the only one."""

    areas.command("import")(run)
    app.add_typer(areas, name="areas")


def run(
    file: Annotated[Path, typer.Argument(help="A GeoJSON file.")],
    name: Annotated[str, typer.Option(help="The property that names an area.")],
    parent: Annotated[
        str | None, typer.Option(help="The property that names its district.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; else to the screen.")] = None,
) -> None:
    """Make a clean areas file of a city's own: repair what can be, say what was done."""
    from backend.areas.geojson import BrokenFile  # noqa: PLC0415
    from backend.areas.importing import CannotImport, import_areas  # noqa: PLC0415

    try:
        if file.stat().st_size > LARGEST:
            fail(
                f"{file.name} is larger than {LARGEST // 1_000_000} MB: leave out what is no area."
            )
        imported = import_areas(file.read_bytes(), name, parent)
    except OSError:
        fail(f"{file.name} cannot be read: check its name.")
    except BrokenFile as error:
        fail(f"{file.name}:{error.line}: {error}")
    except CannotImport as error:
        fail(f"{file.name}: {error}")
    for note in imported.notes:
        typer.echo(note, err=True)
    if out is None:
        typer.echo(imported.text(), nl=False)
        return
    try:
        out.write_text(imported.text(), encoding="utf-8")
    except OSError:
        fail(f"{out.name} cannot be written: check the folder.")
    district = ", district: district" if parent else ""
    typer.echo(f"In the city file: areas: {{file: {out.name}, name: name{district}}}", err=True)
