"""Label messages in a stream: `python -m bot.assistant.classify --model PATH < lines > lines`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Text, TextIO

ROOT = Path(__file__).resolve().parents[2]
BATCH = 64
SHOWN = ("kind", "category", "urgent", "confidence", "urgency")


def labelled(lines: Iterable[Text], weigh: Any) -> Iterator[Dict[Text, Any]]:
    """Each line with its labels, in order; a broken line gives an error in its place.

    `weigh` takes a list of texts and returns their understandings. Only one batch is held.
    """
    numbered = enumerate(lines, start=1)
    while True:
        batch = list(islice(numbered, BATCH))
        if not batch:
            return
        rows = [_row(number, line) for number, line in batch]
        texts = [row["text"] for row in rows if "error" not in row]
        found = iter(weigh(texts) if texts else ())
        for row in rows:
            yield row if "error" in row else {**row, **next(found)}


def _row(number: int, line: Text) -> Dict[Text, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return {"error": "This line is not JSON.", "line": number}
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return {"error": 'This line needs {"text": "…"}.', "line": number}
    return row


class Weigher:
    """The understanding part of a model, without a server."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent  # noqa: PLC0415 - takes seconds

        self._agent = Agent.load(str(model))

    def __call__(self, texts: List[Text]) -> List[Dict[Text, Any]]:
        """The labels of each text."""
        import asyncio  # noqa: PLC0415

        from bot.assistant.understanding import understood  # noqa: PLC0415
        from bot.assistant.weighing import weigh  # noqa: PLC0415

        rows = [understood(parse) for parse in asyncio.run(weigh(self._agent, texts))]
        return [{name: row[name] for name in SHOWN} for row in rows]


def run(source: TextIO, sink: TextIO, model: Path) -> None:
    """Label everything in `source`."""
    weigh = Weigher(model)
    for row in labelled(source, weigh):
        sink.write(json.dumps(row, ensure_ascii=False) + "\n")
        sink.flush()


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Label messages, a JSON line each.")
    parser.add_argument("--model", type=Path, default=ROOT / "var" / "model" / "assistant.tar.gz")
    options = parser.parse_args(arguments)
    if not options.model.exists():
        print(f"There is no model at {options.model}. Train it first.", file=sys.stderr)
        return 1
    with aside() as sink:
        run(sys.stdin, sink, options.model)
    return 0


@contextmanager
def aside() -> Iterator[TextIO]:
    """Standard output for our lines alone: what Rasa prints there goes to standard error."""
    from bot.assistant import quiet, without_tensorflow  # noqa: PLC0415

    quiet.environment()
    without_tensorflow.leave_out()
    quiet.keep_quiet()
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with sink:
        yield sink


if __name__ == "__main__":
    sys.exit(main())
