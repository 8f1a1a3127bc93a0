"""The decisions as they are shipped, so that a first start need not learn them for minutes.

They belong to the messages, the encoder and the settings they were learnt from. Where any of these
is another, the assistant learns its own. `python -m bot.assistant.decided` learns and ships them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import List, Optional, Sequence, Text

import yaml

from bot.assistant.decisions import Decisions, Settings
from bot.assistant.encoder.engine import TRAINED, mark
from bot.assistant.encoder.memory import Memory
from bot.assistant.messages import ROOT, Told, learnt_from

HERE = Path(__file__).parent
SHIPPED = HERE / "shipped_decisions"
MADE_OF = "made_of.json"
WAY = 1  # counted up when decisions are learnt in another way from the same messages


def made_of(messages: Sequence[Told], encoder: Text, settings: Settings) -> Text:
    """A hash of everything that decisions are learnt from; the order of messages does not count."""
    told = sorted(
        json.dumps([one.text, one.kind, one.category, one.urgent], ensure_ascii=True)
        for one in messages
    )
    digest = hashlib.sha256(f"{WAY} {mark(encoder)} {settings}".encode())
    for line in told:
        digest.update(line.encode())
    return digest.hexdigest()


def shipped(mark_of: Text, folder: Path = SHIPPED) -> Optional[Decisions]:
    """The shipped decisions when they were made of just that, else None."""
    path = folder / MADE_OF
    if not path.exists() or json.loads(path.read_text(encoding="utf-8"))["mark"] != mark_of:
        return None
    return Decisions.restore(folder)


def ship(folder: Path = SHIPPED) -> None:
    """Learn from all messages on our own encoder, and put the decisions in place."""
    settings, messages = configured(), learnt_from()
    print(f"Learning from {len(messages)} messages …", flush=True)
    vectors = Memory(TRAINED, ROOT / "var" / "cache" / "vectors.npz").vectors(
        [one.text for one in messages]
    )
    decisions = Decisions.learn(messages, vectors, settings, lambda line: print(line, flush=True))
    folder.mkdir(exist_ok=True)
    (folder / MADE_OF).unlink(missing_ok=True)  # half a change is nobody's
    decisions.store(folder)
    about = {"mark": made_of(messages, TRAINED, settings), "messages": len(messages)}
    (folder / MADE_OF).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"Packed into {folder}, {size / 1e6:.1f} MB.")


def configured() -> Settings:
    """The settings as the pipeline has them."""
    pipeline = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    own = next(part for part in pipeline if part["name"].endswith("TaxonomyClassifier"))
    return Settings.of(own)


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    argparse.ArgumentParser(description="Learn the decisions and ship them.").parse_args(arguments)
    ship()
    return 0


if __name__ == "__main__":
    sys.exit(main())
