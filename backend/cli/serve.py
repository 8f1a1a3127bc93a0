"""`sereno serve`: the service alone. `sereno up`: the service, the assistant and all they need."""

from __future__ import annotations

import asyncio
import os

import typer

from backend.cli.ending import fail


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("up")(up)


def up() -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from backend.launch.service import up as start  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    raise typer.Exit(start(Settings()))


def serve() -> None:
    """Start the service alone: the assistant is started elsewhere."""
    import uvicorn  # noqa: PLC0415

    from backend.app import create_app  # noqa: PLC0415
    from backend.city.errors import CityFaults  # noqa: PLC0415
    from backend.kit.crypto import KeysUnreadable  # noqa: PLC0415
    from backend.kit.logs import write_to  # noqa: PLC0415
    from backend.launch.lock import StillRunning, only_one  # noqa: PLC0415
    from backend.launch.token import with_token  # noqa: PLC0415
    from backend.migrations.service import CannotMigrate, newest, revision  # noqa: PLC0415
    from backend.settings import Settings  # noqa: PLC0415

    os.umask(0o077)  # what is made from here on belongs to its owner alone
    settings = with_token(Settings())
    write_to(settings.logs / "sereno.log", settings.log_level)
    try:
        with only_one(settings.home):
            if asyncio.run(revision(settings.database)) != newest():
                fail("The database is not up to date. Bring it there with: sereno migrate")
            uvicorn.run(
                create_app(settings),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                ws_max_size=64 * 1024,
            )
    except (CannotMigrate, CityFaults, KeysUnreadable, StillRunning) as error:
        fail(str(error))
