"""Serve the assistant on loopback: `python -m bot.assistant.serve --model var/model/… --port N`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import List, Optional

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "bot" / "assistant"

# Rasa writes what people say into its log at several levels: only warnings of these get out,
# and of the two that warn with words in hand, nothing.
QUIET = ("rasa", "sanic.access", "matplotlib", "tensorflow", "apscheduler", "asyncio")
SILENT = ("rasa.core.processor", "rasa.core.actions.action", "rasa.core.channels")


def keep_quiet() -> None:
    """Let no citizen's word reach the log."""
    import structlog  # noqa: PLC0415

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("sanic.root").setLevel(logging.WARNING)


def serve(model: Path, port: int) -> None:
    """Serve until stopped; on loopback, with our own door and nothing else."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SANIC_ACCESS_LOG", "false")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    import rasa.core.run  # noqa: PLC0415 - takes seconds
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415

    keep_quiet()
    rasa.core.run.serve_application(
        model_path=str(model),
        interface="127.0.0.1",
        port=port,
        credentials=str(HERE / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
        enable_api=False,
    )


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Serve Sereno's assistant on loopback.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    if not options.model.exists():
        print(f"There is no model at {options.model}. Train it first.", file=sys.stderr)
        return 1
    serve(options.model.resolve(), options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
