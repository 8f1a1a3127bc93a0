"""`sereno keys rotate`: a new key, everything sealed with it, the old keys forgotten."""

from __future__ import annotations

import asyncio

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(help="The encryption keys.", no_args_is_help=True)
    keys.command("rotate")(rotate)
    keys.callback()(lambda: None)
    app.add_typer(keys, name="keys")


def rotate() -> None:
    """Seal everything with a new key and forget the old ones; stop the service first."""
    from backend.kit.crypto import CannotOpen, KeysUnreadable  # noqa: PLC0415
    from backend.kit.rotation import rotate as turn  # noqa: PLC0415
    from backend.launch.lock import StillRunning, only_one  # noqa: PLC0415
    from backend.models import Base  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    settings = Settings()
    if not settings.keys.exists():
        fail(f"There is no key file at {settings.keys} yet: the first start makes it.")
    try:
        with only_one(settings.home):
            count = asyncio.run(turn(Base.metadata, settings.database, settings.keys))
    except (StillRunning, KeysUnreadable, CannotOpen) as error:
        fail(str(error))
    typer.echo(
        f"A new key is in use; {count} values were sealed with it. Keep a copy of {settings.keys}."
    )
