"""A quiet process: no citizen's word in its log, no outside call, no thread that waits by spinning."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

# Rasa logs what people say at several levels, and what an action raised. Of these not even an
# error gets out: our own modules say that a turn failed, and the kind of error.
SILENT = ("rasa", "sanic", "aiohttp", "asyncio", "apscheduler", "tensorflow", "matplotlib")


def _say_nothing(*args: Any, **kwargs: Any) -> None:
    """In the place of the printing of a warning."""


def environment() -> None:
    """Settings that must stand before Rasa is imported: no telemetry, no chatter."""
    # Threads that spin while they wait make an encoding of 20 ms last 2 s on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    os.environ["LOG_LEVEL_LIBRARIES"] = "CRITICAL"
    os.environ["SANIC_ACCESS_LOG"] = "false"
    os.environ["TQDM_DISABLE"] = "1"
    warnings.showwarning = _say_nothing  # Rasa warns with the message in hand


def keep_quiet() -> None:
    """Silence what is not ours, at every level; our own lines go to standard error."""
    import structlog  # noqa: PLC0415 - belongs to Rasa's environment

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # prints nothing
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    for name in SILENT:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
