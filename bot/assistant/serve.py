"""Serve the assistant on loopback: `python -m bot.assistant.serve --model var/model/… --port N`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, List, Optional

ROOT = Path(__file__).resolve().parents[2]
ENDPOINTS = ROOT / "bot" / "assistant" / "endpoints.yml"
LARGEST_REQUEST = 4 * 1024 * 1024  # bytes
NEEDED = ("SERENO_BACKEND_URL", "SERENO_ASSISTANT_TOKEN")


def application(model: Path) -> Any:
    """The server (Sanic): our own door and nothing else."""
    from rasa.core.channels.channel import register  # noqa: PLC0415 - Rasa takes seconds
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415
    from sanic import Sanic  # noqa: PLC0415

    from bot.assistant import turns  # noqa: PLC0415
    from bot.assistant.door import SerenoDoor  # noqa: PLC0415

    app = Sanic("sereno_assistant", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    register([SerenoDoor.from_credentials(None)], app, route="/webhooks/")
    app.ctx.agent = turns.load(model, AvailableEndpoints.read_endpoints(str(ENDPOINTS)))
    return app


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Serve Sereno's assistant on loopback.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"Set {' and '.join(missing)} first.", file=sys.stderr)
        return 1
    if not options.model.is_file():
        print(f"There is no model at {options.model}. Train it first.", file=sys.stderr)
        return 1
    from bot.assistant import quiet, without_tensorflow  # noqa: PLC0415

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the other cores are the backend's
    quiet.environment()
    without_tensorflow.leave_out()
    try:
        app = application(options.model.resolve())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    quiet.keep_quiet()
    app.run(host="127.0.0.1", port=options.port, workers=1, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
