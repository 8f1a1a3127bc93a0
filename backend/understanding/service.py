"""Judging the assistant by the evaluation messages, and by the two signals of this side."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.danger.rules import signs
from backend.languages.rules import identify
from backend.settings import ROOT, Settings
from backend.turns.rules import tells_of_danger
from backend.understanding.page import lines
from backend.understanding.rules import AS_WRITTEN, Judged, Run, by_language, fallen

MESSAGES = ROOT / "tests" / "understanding"
ACCEPTED = MESSAGES / "accepted.json"
PAGE = ROOT / "docs" / "understanding.md"
MARK = "<!-- figures: made by `sereno evaluate --robust --compare --write` -->"
PYTHON = ROOT / ".venv-assistant" / "bin" / "python"


class CannotJudge(Exception):
    """The assistant's side ended without figures; the message says what to do."""


def evaluate(
    settings: Settings, *, robust: bool = False, epochs: int | None = None, python: Path = PYTHON
) -> Run:
    """Judge the assistant and add what this side hears. Raises `CannotJudge`.

    With `epochs`, other ways are judged too, Rasa's own pipeline trained for so many (0: without).
    """
    if not python.exists():
        raise CannotJudge("The assistant's environment is not there. Make it with: make setup")
    model = settings.model / "assistant.tar.gz"
    command = [str(python), "-m", "bot.assistant.judge", "--model", str(model)]
    command += ["--messages", str(MESSAGES), *(["--robust"] if robust else [])]
    judged: dict[str, list[Judged]] = defaultdict(list)
    milliseconds = 0.0
    for row in _lines(command):
        if "milliseconds" in row:
            milliseconds = float(row["milliseconds"])
        else:
            judged[row["written"]].append(_judged(row))
    if not judged:
        raise CannotJudge(f"No message came back. Run it alone to see why: {' '.join(command)}")
    return Run(dict(judged), milliseconds, {} if epochs is None else _other_ways(python, epochs))


def _other_ways(python: Path, epochs: int) -> dict[str, list[Judged]]:
    """The same messages understood in other ways, each learning from the same data."""
    command = [str(python), "-m", "bot.assistant.compare", "--messages", str(MESSAGES)]
    command += ["--epochs", str(epochs)]
    found: dict[str, list[Judged]] = defaultdict(list)
    for row in _lines(command):
        found[row["way"]].append(_judged(row, alone=True))
    return dict(found)


def accept_figures(run: Run, path: Path = ACCEPTED) -> None:
    """Keep the figures as those that may not fall."""
    kept = {
        language: {name: None if share is None else round(share, 4) for name, share in row.items()}
        for language, row in (
            (language, asdict(row)) for language, row in by_language(run.judged[AS_WRITTEN]).items()
        )
    }
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def what_fell(run: Run, path: Path = ACCEPTED) -> list[str]:
    """What is worse than the kept figures by more than noise."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return fallen(by_language(run.judged[AS_WRITTEN]), kept)


def write_page(run: Run, path: Path = PAGE) -> None:
    """Put the tables under the mark of the page; what stands above it is kept."""
    above = path.read_text(encoding="utf-8").partition(MARK)[0]
    path.write_text(above + MARK + "\n\n" + "\n".join(lines(run)) + "\n", encoding="utf-8")


def _lines(command: list[str]) -> Iterator[dict[str, Any]]:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise CannotJudge(done.stderr.strip().splitlines()[-1] if done.stderr else "It failed.")
    return map(json.loads, _worded(done.stdout.splitlines()))


def _worded(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.strip())


def _judged(row: dict[str, Any], *, alone: bool = False) -> Judged:
    """A row as it counts; `alone` leaves the words of danger out."""
    given, text = row["given"], row["text"]
    heard = identify(text).tag
    worded = not alone and signs(text, heard) is not None
    urgency = float(given.get("urgency", given["urgent"]))
    told = tells_of_danger(given["kind"], bool(given["urgent"]), urgency)
    return Judged(
        language=row["language"],
        kind=row["kind"],
        category=row["category"],
        urgent=row["urgent"],
        given_language=heard,
        given_kind=given["kind"],
        given_category=given["category"],
        given_urgent=told or worded,
        confidence=float(given["confidence"]),
    )
