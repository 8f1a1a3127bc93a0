"""Labels for a stream of messages."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import count, islice
from pathlib import Path
from typing import Any

from bot.assistant.classify import BATCH, labelled
from tests.bot.assistant.conftest import ROOT


def _lengths(texts: list[str]) -> list[dict[str, Any]]:
    return [{"kind": str(len(text))} for text in texts]


def test_every_line_keeps_its_fields_and_its_place() -> None:
    lines = [json.dumps({"text": "a" * n, "id": n}) for n in range(1, 200)]

    rows = list(labelled(lines, _lengths))

    assert [row["id"] for row in rows] == list(range(1, 200))
    assert all(row["kind"] == str(row["id"]) for row in rows)


def test_a_broken_line_gives_an_error_in_its_place_and_the_rest_goes_on() -> None:
    lines = ['{"text": "one"}', "broken", '{"text": 3}', "[]", '{"text": "two!"}']

    rows = list(labelled(lines, _lengths))

    assert [row.get("line") for row in rows] == [None, 2, 3, 4, None]
    assert rows[4] == {"text": "two!", "kind": "4"}


def test_an_endless_stream_is_read_a_batch_at_a_time() -> None:
    read = []

    def lines() -> Any:
        for n in count():
            read.append(n)
            yield '{"text": "again"}'

    assert len(list(islice(labelled(lines(), _lengths), 10))) == 10
    assert len(read) == BATCH


def test_the_command_labels_a_stream(model: Path) -> None:
    given = '{"text": "someone stole my phone", "id": 1}\nnonsense\n{"text": "/restart", "id": 2}\n'

    ended = subprocess.run(
        [sys.executable, "-m", "bot.assistant.classify", "--model", str(model)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )

    first, second, third = map(json.loads, ended.stdout.splitlines())
    assert (first["id"], first["kind"], first["category"]) == (1, "report", "theft")
    assert second == {"error": "This line is not JSON.", "line": 2}
    assert (third["id"], third["text"]) == (2, "/restart")
    assert set(first) == {"id", "text", "kind", "category", "urgent", "confidence", "urgency"}


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.assistant.classify", "--model", str(tmp_path / "none")],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert "Train it first" in ended.stderr
