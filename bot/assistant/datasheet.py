"""Bring the tables of nlu_data/README.md up to date: `python -m bot.assistant.datasheet [--check]`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Text

import yaml

from bot.assistant.messages import JUDGED, LEARNT, ROOT, Told, judged_by, learnt_from

SHEET = LEARNT / "README.md"
BEGIN, END = "<!-- {name}: made by `make data` -->", "<!-- end of {name} -->"


def tables() -> Dict[Text, Text]:
    """The tables of the sheet by name."""
    taxonomy = yaml.safe_load((LEARNT / "taxonomy.yml").read_text(encoding="utf-8"))
    learnt = learnt_from()
    return {
        "taxonomy": "\n".join(_taxonomy(taxonomy)),
        "messages": "\n".join(_messages(taxonomy, learnt, judged_by(JUDGED))),
        "classes": "\n".join(_classes(taxonomy, learnt)),
    }


def _taxonomy(taxonomy: Dict[Text, Any]) -> Iterator[Text]:
    yield from ("| kind | the person … |", "|---|---|")
    for kind, says in taxonomy["kinds"].items():
        yield f"| `{kind}` | {says} |"
    yield from ("", "| category of a report or tip | called | ICCS |", "|---|---|---|")
    for name, about in taxonomy["incidents"].items():
        yield f"| `{name}` | {about['label']} | {about['iccs'] or '–'} |"
    yield from ("", "| category of a question | called |", "|---|---|")
    for name, label in taxonomy["topics"].items():
        yield f"| `{name}` | {label} |"


def _messages(
    taxonomy: Dict[Text, Any], learnt: Sequence[Told], judged: Sequence[Told]
) -> Iterator[Text]:
    yield "| language | learnt from | of them urgent | in Latin letters | judged by |"
    yield "|---|---|---|---|---|"
    for tag, about in taxonomy["languages"].items():
        own = [one for one in learnt if one.language == tag]
        urgent = sum(one.urgent for one in own)
        latin = sum(one.latin for one in own)
        by = sum(one.language == tag for one in judged)
        yield f"| {about['name']} (`{tag}`) | {len(own)} | {urgent} | {latin or '–'} | {by} |"


def _classes(taxonomy: Dict[Text, Any], learnt: Sequence[Told]) -> Iterator[Text]:
    tags = list(taxonomy["languages"])
    counted = Counter((one.language, one.kind, one.category) for one in learnt)
    classes = sorted({(kind, category) for _, kind, category in counted})
    yield "| class | " + " | ".join(tags) + " |"
    yield "|---|" + "---|" * len(tags)
    for kind, category in classes:
        name = f"`{kind}` `{category}`" if category else f"`{kind}`"
        row = [str(counted[tag, kind, category]) for tag in tags]
        yield f"| {name} | " + " | ".join(row) + " |"


def renewed(text: Text) -> Text:
    """The sheet with its tables as the files are now. Raises ValueError where a mark is missing."""
    for name, table in tables().items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{SHEET} has lost the marks of its table {name}.")
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


def brought_up_to_date(path: Path, wanted: Text, arguments: Optional[List[Text]]) -> int:
    """The command of a file that is counted: write it or, with `--check`, say that it must be."""
    name = path.relative_to(ROOT)
    parser = argparse.ArgumentParser(description=f"Bring {name} up to date.")
    parser.add_argument("--check", action="store_true", help="say whether it is")
    options = parser.parse_args(arguments)
    if path.read_text(encoding="utf-8") == wanted:
        return 0
    if options.check:
        print(f"{name} is out of date. Bring it up to date with: make data", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(f"{name} is up to date.")
    return 0


def main(arguments: Optional[List[Text]] = None) -> int:
    """The command."""
    return brought_up_to_date(SHEET, renewed(SHEET.read_text(encoding="utf-8")), arguments)


if __name__ == "__main__":
    sys.exit(main())
