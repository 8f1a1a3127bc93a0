"""Take the evaluation messages for what the assistant takes them for: `python -m bot.assistant.judge`.

Writes a JSON line a message: what it is, what it was taken for, how it was distorted. The figures
are made of these lines on the other side, which knows the language and the words of danger.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Text, TextIO

from bot.assistant.classify import ROOT, Weigher, aside
from bot.assistant.distortions import DISTORTIONS
from bot.assistant.messages import JUDGED, Told, judged_by

AS_WRITTEN = "as written"
TIMED = 60  # messages weighed one by one, for the time a person waits


def rows(messages: Sequence[Told], weigh: Any, robust: bool) -> Iterator[Dict[Text, Any]]:
    """Every message with what it was taken for; with `robust`, each distorted in every way, too."""
    yield from _weighed(messages, [one.text for one in messages], weigh, AS_WRITTEN)
    if not robust:
        return
    for name, distort in DISTORTIONS.items():
        chance = random.Random(name)
        texts = [distort(one.text, chance) or one.text for one in messages]
        yield from _weighed(messages, texts, weigh, name)


def _weighed(
    messages: Sequence[Told], texts: List[Text], weigh: Any, written: Text
) -> Iterator[Dict[Text, Any]]:
    for one, text, given in zip(messages, texts, weigh(texts)):
        yield {
            "written": written,
            "text": text,
            "language": one.language,
            "kind": one.kind,
            "category": one.category,
            "urgent": one.urgent,
            "given": given,
        }


def milliseconds(texts: Sequence[Text], weigh: Any) -> float:
    """The median time of one message alone."""
    taken = []
    for text in texts[:TIMED]:
        began = time.perf_counter()
        weigh([text])
        taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2] * 1000


def write(sink: TextIO, messages: Sequence[Told], weigh: Any, robust: bool) -> None:
    """The lines, the last one with the time a message takes."""
    sink.writelines(
        json.dumps(row, ensure_ascii=False) + "\n" for row in rows(messages, weigh, robust)
    )
    chance = random.Random(7)
    sample = chance.sample([one.text for one in messages], min(TIMED, len(messages)))
    sink.write(json.dumps({"milliseconds": round(milliseconds(sample, weigh), 2)}) + "\n")
    sink.flush()


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Judge the assistant by messages of known meaning."
    )
    parser.add_argument("--model", type=Path, default=ROOT / "var" / "model" / "assistant.tar.gz")
    parser.add_argument("--messages", type=Path, default=JUDGED)
    parser.add_argument("--robust", action="store_true", help="distorted in every way, too")
    options = parser.parse_args(arguments)
    messages = judged_by(options.messages)
    if not messages:
        print(f"There are no messages in {options.messages}.", file=sys.stderr)
        return 1
    if not options.model.exists():
        print(f"There is no model at {options.model}. Train it first.", file=sys.stderr)
        return 1
    with aside() as sink:
        write(sink, messages, Weigher(options.model), options.robust)
    return 0


if __name__ == "__main__":
    sys.exit(main())
