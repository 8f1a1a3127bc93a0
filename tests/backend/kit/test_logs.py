"""Logs that cannot hold anyone's words."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest

from backend.kit.logs import write_to

WORDS = "they stabbed my neighbour Joan at carrer Nou 7"


@pytest.fixture
def log(tmp_path: Path, monkeypatch):
    """A log file that everything in the process is sent to."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", __import__("threading").excepthook)
    for handler in kept:
        root.removeHandler(handler)
    write_to(tmp_path / "logs" / "sereno.log", "INFO")
    yield tmp_path / "logs" / "sereno.log"
    logging.captureWarnings(False)
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    for handler in kept:
        root.addHandler(handler)
    root.setLevel(level)


def test_our_own_sentence_is_kept_and_what_a_person_wrote_is_not(log: Path, capfd) -> None:
    logging.getLogger("backend.turns").warning(
        "turn %s of %s failed after %d", WORDS, "ValueError", 3
    )
    line = json.loads(log.read_text())
    assert line["message"] == "turn … of ValueError failed after 3"
    assert WORDS not in log.read_text() + capfd.readouterr().err


def test_an_exception_is_kept_as_its_type_and_place_without_its_words(log: Path, capfd) -> None:
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as error:
            raise ValueError(WORDS) from error
    except ValueError:
        logging.getLogger("backend.turns").exception("turn failed")
    error = json.loads(log.read_text())["error"]
    assert error.startswith("ValueError at tests/backend/kit/test_logs.py:")
    assert error.endswith("; from KeyError")
    assert WORDS not in log.read_text() + capfd.readouterr().err


def test_of_other_libraries_only_warnings_are_kept_and_none_of_their_words(
    log: Path, capfd
) -> None:
    logging.getLogger("httpx").info("HTTP Request: %s", WORDS)
    logging.getLogger("sqlalchemy.engine").warning(f"parameters: {WORDS}")
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["logger"] == "sqlalchemy.engine"
    assert WORDS not in line + capfd.readouterr().err


def test_a_crash_of_the_process_does_not_print_the_words_it_crashed_on(log: Path, capfd) -> None:
    sys.excepthook(ValueError, ValueError(WORDS), None)
    assert "the process ends" in log.read_text()
    assert WORDS not in log.read_text() + capfd.readouterr().err


def test_the_log_belongs_to_its_owner_alone(log: Path) -> None:
    assert log.stat().st_mode & 0o077 == 0
    assert log.parent.stat().st_mode & 0o077 == 0
