"""Label messages in a stream: the assistant's labels, and what is read on this side."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any, cast

from backend.answers.rules import find_contacts
from backend.city.errors import CityFaults
from backend.city.rules import load_city
from backend.city.schemas import City
from backend.city.service import gazetteer_of
from backend.cli.ending import fail
from backend.danger.rules import signs
from backend.details.rules import find_details
from backend.languages.rules import identify
from backend.launch.service import ASSISTANT_PYTHON, model_of
from backend.moments.rules import read_moment
from backend.places.rules import find_place
from backend.settings import ROOT, Settings
from backend.turns.rules import tells_of_danger

HELD = 512  # lines between reading and writing: enough to keep the model busy


def label_input() -> None:
    """Label standard input to standard output."""
    settings = Settings()
    model = model_of(settings)
    if not ASSISTANT_PYTHON.exists():
        fail("The assistant's environment is not there. Make it with: make setup")
    if not model.exists():
        fail(f"There is no model at {model}. Start once with: make up")
    try:
        city = load_city(settings.city)
    except CityFaults as error:
        fail(str(error))
    command = [str(ASSISTANT_PYTHON), "-m", "bot.assistant.classify", "--model", str(model)]
    reader = Reader(city)
    for row in labelled(command, sys.stdin, reader):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


class Reader:
    """What this side reads from a message: language, and what it speaks of."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._gazetteer = gazetteer_of(city)

    def __call__(self, text: str) -> dict[str, Any]:
        """The language and the entities of a message."""
        guess = identify(text)
        moment = read_moment(text, guess.tag, datetime.now(UTC), self._city.zone)
        place = find_place(text, guess.tag, self._gazetteer)
        entities: list[dict[str, Any]] = []
        if moment is not None:
            entities.append({"entity": "moment", "value": moment.start.isoformat()})
        if place is not None:
            entities.append({"entity": "place", "value": place.words})
        for contact in find_contacts(text, self._city.country):
            entities.append({"entity": contact.kind, "value": contact.value})
        for detail in find_details(text, guess.tag):
            entities.append({"entity": detail.kind, "value": detail.words})
        danger = signs(text, guess.tag) is not None
        return {"language": guess.tag, "entities": entities, "danger": danger}


def labelled(
    command: list[str], lines: Iterable[str], read: Callable[[str], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Each line with its labels, in order; only a bounded number of lines is held at a time."""
    waiting: deque[dict[str, Any]] = deque()
    room = threading.Semaphore(HELD)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        bufsize=1,  # a line at a time: none waits in a buffer
    )
    given, taken = cast("tuple[IO[str], IO[str]]", (process.stdin, process.stdout))
    feeder = threading.Thread(target=_feed, args=(given, lines, waiting, room), daemon=True)
    feeder.start()
    try:
        for line in taken:
            row = waiting.popleft()
            room.release()
            yield _joined(row, json.loads(line), read)
        if process.wait() != 0 or waiting:
            alone = " ".join(command)
            fail(f"The assistant's classifier ended early. Run it alone to see why: {alone}")
    finally:
        process.kill()
        process.wait()
        taken.close()
        room.release(HELD)  # a feeder that waits for room finds the pipe broken and ends
        feeder.join(timeout=1)
        with contextlib.suppress(BrokenPipeError):
            given.close()


def _feed(
    sink: IO[str], lines: Iterable[str], waiting: deque[dict[str, Any]], room: threading.Semaphore
) -> None:
    try:
        for number, line in enumerate(lines, start=1):
            row = _row(number, line)
            room.acquire()
            waiting.append(row)
            sink.write(json.dumps({"text": row.get("text", "")}) + "\n")
        sink.close()
    except (BrokenPipeError, ValueError):
        pass  # the other side ended; its exit code says so


def _row(number: int, line: str) -> dict[str, Any]:
    line = line.rstrip("\r\n")
    if not line.lstrip().startswith("{"):
        if line.strip():
            return {"text": line}
        return {"error": "This line is empty.", "line": number}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "This line is not JSON.", "line": number}
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return {"error": 'This line needs {"text": "…"}.', "line": number}
    return row


def _joined(
    row: dict[str, Any], labels: dict[str, Any], read: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    if "error" in row:
        return row
    known = {name: labels[name] for name in ("kind", "category", "urgent", "confidence")}
    here = read(row["text"])
    urgency = float(labels.get("urgency", labels["urgent"]))
    told = tells_of_danger(labels["kind"], bool(labels["urgent"]), urgency)
    known["urgent"] = bool(told or here.get("danger"))  # either signal is enough
    return {**row, "language": here["language"], **known, "entities": here["entities"]}
