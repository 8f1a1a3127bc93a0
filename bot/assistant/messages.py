"""The messages that the assistant learns from and is judged by, as they stand in the files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List

import yaml

try:  # tens of thousands of messages: C reads them in seconds, Python in a minute
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[2]
LEARNT = ROOT / "nlu_data"
JUDGED = ROOT / "tests" / "understanding"
INCIDENT_KINDS = ("report", "tip")
QUESTION_KINDS = ("information_request",)
HELD_BACK_OF = 12  # one message in so many teaches the encoder nothing, and sets what is sure


@dataclass(frozen=True)
class Told:
    """A message with what it is."""

    language: str
    text: str
    kind: str
    category: str
    urgent: bool
    latin: bool = False


def held_back(text: str) -> bool:
    """Whether a message judges the encoder instead of teaching it; its words alone decide."""
    return hashlib.sha256(text.encode()).digest()[0] % HELD_BACK_OF == 0


def learnt_from(folder: Path = LEARNT) -> List[Told]:
    """Every training message, once."""
    found: Dict[str, Told] = {}
    for path in sorted(folder.glob("*/*.yml")):
        for one in messages_of(path, path.parent.name):
            found.setdefault(one.text, one)
    return [one for one in found.values() if one.kind != "choice"]


def judged_by(folder: Path = JUDGED) -> List[Told]:
    """Every message of the evaluation set."""
    return [one for path in sorted(folder.glob("*.yml")) for one in messages_of(path, path.stem)]


def messages_of(path: Path, language: str = "") -> Iterator[Told]:
    """The messages of a file, in its order."""
    whole = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader) or {}
    for block in whole.get("nlu") or ():
        labels = block.get("metadata") or {}
        for text in _examples(block.get("examples") or ""):
            yield Told(
                language=language,
                text=text,
                kind=block["intent"],
                category=labels.get("category") or "",
                urgent=bool(labels.get("urgent")),
                latin=path.stem.endswith("_latin"),
            )


def _examples(block: str) -> Iterator[str]:
    for line in block.splitlines():
        if line.strip().startswith("- "):
            yield line.strip()[2:].strip()
