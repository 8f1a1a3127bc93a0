"""`sereno classify`, with a small program in the assistant's place."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import typer

from backend.city.schemas import City
from backend.cli.labelling import Reader, labelled

# Waits for 64 lines, as the assistant does.
IN_BATCHES = """
import json, sys
from itertools import islice
while batch := list(islice(sys.stdin, 64)):
    for line in batch:
        text = json.loads(line)["text"]
        print(json.dumps({"text": text, "kind": text, "category": "", "urgent": False, "confidence": 1.0}))
    sys.stdout.flush()
"""
COMMAND = [sys.executable, "-c", IN_BATCHES]


def nothing(text: str) -> dict[str, object]:
    return {"language": "en", "entities": []}


def test_ten_thousand_lines_stream_in_order_and_few_are_held() -> None:
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for n in range(10_000):
            taken = n
            yield f"{n}\n"

    furthest = 0
    for n, row in enumerate(labelled(COMMAND, lines(), nothing)):
        assert row["kind"] == row["text"] == str(n)
        furthest = max(furthest, taken - n)
    assert n == 9_999
    assert furthest <= 520


def test_a_broken_line_is_said_in_its_place_and_the_stream_goes_on() -> None:
    rows = list(labelled(COMMAND, ["one\n", '{"text": 3}\n', "{bad\n", "\n", "two"], nothing))
    assert [row.get("kind") for row in rows] == ["one", None, None, None, "two"]
    assert [row.get("line") for row in rows] == [None, 2, 3, 4, None]


def test_what_else_stands_in_a_line_is_kept() -> None:
    (row,) = labelled(COMMAND, ['{"id": 7, "text": "hola"}'], nothing)
    assert (row["id"], row["text"], row["language"]) == (7, "hola", "en")


def test_a_classifier_that_ends_early_is_said_with_how_to_see_why(capsys) -> None:
    with pytest.raises(typer.Exit):
        list(labelled([sys.executable, "-c", "raise SystemExit(1)"], ["hello"] * 2000, nothing))
    assert "ended early" in capsys.readouterr().err


def test_language_place_moment_and_plate_are_read_on_this_side(vilamar: City) -> None:
    found = Reader(vilamar)("Ayer a las cinco robaron mi coche 1234 BCD en el mercado de Vilamar")
    assert found["language"] == "es"
    assert {"moment", "place"} <= {entity["entity"] for entity in found["entities"]}


def test_danger_that_the_words_alone_tell_is_danger() -> None:
    read = lambda text: {**nothing(text), "danger": "knife" in text}  # noqa: E731
    rows = list(labelled(COMMAND, ["he has a knife\n", "hello\n"], read))
    assert [row["urgent"] for row in rows] == [True, False]
