"""Logs that cannot hold anyone's words.

Of our own lines the fixed text is kept, and of what is filled into it only numbers, ids and single
names of code. Of other libraries' lines only who spoke, and where in the code. Of an exception its
type and the places it passed; never what it says, for that may quote a message.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
import uuid
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

OURS = ("backend", "bot", "actions")
PLAIN_SPOKEN = ("uvicorn.error",)  # others whose fixed texts may be kept
NAME_OF_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,39}")
LEFT_OUT = "…"
BYTES, KEPT = 10_000_000, 5
ROOT = Path(__file__).resolve().parents[2]


def write_to(path: Path, level: str) -> None:
    """Send every log line of this process to a file (JSON, a line each) and to standard error."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    file = RotatingFileHandler(path, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
    file.setFormatter(JsonLines())
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(TextLines())
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    for handler in (file, shown):
        handler.addFilter(is_wanted)
        root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def is_wanted(record: logging.LogRecord) -> bool:
    """Our own lines, and warnings of the others."""
    return _is_ours(record.name) or record.levelno >= logging.WARNING


class JsonLines(logging.Formatter):
    """A line of JSON a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anyone's words."""
        return json.dumps(kept(record), ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line of text a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anyone's words."""
        fields = kept(record)
        line = f"{fields['at']} {fields['level']:<7} {fields['logger']}: {fields['message']}"
        return f"{line} [{fields['error']}]" if "error" in fields else line


def kept(record: logging.LogRecord) -> dict[str, str]:
    """What of a record may be kept."""
    fields = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = error_in_words(record.exc_info[1])
    return fields


def error_in_words(error: BaseException) -> str:
    """The type of an exception, the places it passed and what it came from; never its own words."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(_place(frame.filename, frame.lineno) for frame in reversed(frames[-8:]))
    said = f"{type(error).__name__} at {places}" if places else type(error).__name__
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{said}; from {type(cause).__name__}" if cause else said


def _message(record: logging.LogRecord) -> str:
    if not _is_ours(record.name) and record.name not in PLAIN_SPOKEN:
        return f"a {record.levelname.lower()} at {_place(record.pathname, record.lineno)}"
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_plain(value) for value in arguments)
    elif arguments:
        arguments = {name: _plain(value) for name, value in arguments.items()}
    try:
        return str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError):
        return str(record.msg)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | uuid.UUID):
        return value
    if isinstance(value, str) and NAME_OF_CODE.fullmatch(value):
        return value
    return value.__name__ if isinstance(value, type) else LEFT_OUT


def _is_ours(logger: str) -> bool:
    return logger.partition(".")[0] in OURS


def _place(file: str, line: int | None) -> str:
    path = Path(file)
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)
    return f"{path.name if shown.parts[0].startswith('.venv') else shown}:{line}"


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if not isinstance(error, KeyboardInterrupt):
        logging.getLogger(__name__).critical("the process ends", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    if error is not None and not isinstance(error, SystemExit):
        logging.getLogger(__name__).error("a thread ended", exc_info=error)
