"""How well unseen messages are understood: `python -m bot.assistant.measure`.

Every training message is judged once by heads that have not seen it (cross-validation in four
folds, a message and its opening on the same side); a row a language. The category is judged among
the categories of the true kind. The numbers are of the training messages' own manner: people who
write otherwise are understood otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "nlu_data"
CACHE = ROOT / "var" / "cache" / "vectors.npz"


@dataclass(frozen=True)
class Told:
    """A training message with what it is."""

    language: str
    text: str
    kind: str
    category: str
    urgent: bool


def told() -> List[Told]:
    """Every training message, once."""
    seen: Dict[str, Told] = {}
    for path in sorted(DATA.glob("*/*.yml")):
        blocks = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu") or ()
        for block in blocks:
            labels = block.get("metadata") or {}
            for text in _examples(block.get("examples") or ""):
                one = Told(
                    language=path.parent.name,
                    text=text,
                    kind=block["intent"],
                    category=labels.get("category") or "",
                    urgent=bool(labels.get("urgent")),
                )
                seen.setdefault(text, one)
    return [one for one in seen.values() if one.kind != "choice"]


def _examples(block: str) -> Iterator[str]:
    for line in block.splitlines():
        if line.strip().startswith("- "):
            yield line.strip()[2:].strip()


def weighable(messages: List[Told], settings: Dict[str, Any]) -> Tuple[Any, Any]:
    """The messages as rows of features, and their openings."""
    from bot.assistant.components.encoder import E5Featurizer  # noqa: PLC0415 - Rasa takes seconds
    from bot.assistant.components.heads import Features, Openings  # noqa: PLC0415

    texts = [one.text for one in messages]
    first = _openings(messages)
    vectors = E5Featurizer({"cache": str(CACHE)}, "e5").remembered([*texts, *first])
    own = vectors[: len(texts)]
    features = Features.learn(texts, own, settings["bucket_bits"], settings["dense_weight"])
    opened = features.of(list(first), vectors[len(texts) :])
    return features.of(texts, own), Openings(opened, np.array(list(first.values())))


def _openings(messages: List[Told]) -> Dict[str, int]:
    """The openings of the messages that have one, and whose they are."""
    from bot.assistant.components.openings import WHOLE_ONLY, opening  # noqa: PLC0415

    whole = {one.text for one in messages}
    found: Dict[str, int] = {}
    for place, one in enumerate(messages):
        first = opening(one.text)
        if first and first not in whole and one.kind not in WHOLE_ONLY:
            found.setdefault(first, place)
    return found


def judge(messages: List[Told]) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The kind and category given to each message unseen, and whether it was held for urgent."""
    from bot.assistant.components import taxonomy_classifier as its  # noqa: PLC0415
    from bot.assistant.components.heads import NO, YES, danger_threshold, fit  # noqa: PLC0415

    settings = its.TaxonomyClassifier.get_default_config()
    strength = settings["strength"]
    rows, openings = weighable(messages, settings)
    kinds = np.array([one.kind for one in messages])
    categories = np.array([one.category for one in messages])
    urgent = np.array([one.urgent for one in messages])

    fitted = fit(rows, kinds, strength, openings)
    kind_given = np.array(fitted.head.labels)[fitted.unseen.argmax(axis=1)]
    category_given = np.full(len(messages), "", dtype=object)
    for of in (its.INCIDENT_KINDS, its.QUESTION_KINDS):
        places = np.flatnonzero(np.isin(kinds, of) & (categories != ""))
        fitted = fit(rows[places], categories[places], strength)
        category_given[places] = np.array(fitted.head.labels)[fitted.unseen.argmax(axis=1)]
    fitted = fit(rows, np.where(urgent, YES, NO), strength)
    urgency = fitted.unseen[:, fitted.head.labels.index(YES)]
    raised = urgency >= danger_threshold(urgency, urgent, settings["recall"])
    return kind_given, category_given, raised


def report(messages: List[Told]) -> Iterator[str]:
    """A table: a row a language, then all together."""
    kind_given, category_given, raised = judge(messages)
    languages = np.array([one.language for one in messages])
    kinds = np.array([one.kind for one in messages])
    categories = np.array([one.category for one in messages], dtype=object)
    urgent = np.array([one.urgent for one in messages])
    yield "language messages   kind category | danger: recall precision | jokes taken for reports"
    for language in [*sorted(set(languages)), "all"]:
        here = (languages == language) | (language == "all")
        named = here & (categories != "")
        idle = here & (kinds == "out_of_scope")
        yield (
            f"{language:8} {here.sum():8} {np.mean(kind_given[here] == kinds[here]):6.3f}"
            f" {np.mean(category_given[named] == categories[named]):8.3f} |"
            f" {raised[here & urgent].mean():14.3f} {urgent[here & raised].mean():9.3f} |"
            f" {np.mean(np.isin(kind_given[idle], ('report', 'tip'))):10.3f}"
        )


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    os.chdir(ROOT)
    from bot.assistant import quiet, without_tensorflow  # noqa: PLC0415

    quiet.environment()
    without_tensorflow.leave_out()
    messages = told()
    if not messages:
        print(f"There are no training messages in {DATA}.", file=sys.stderr)
        return 1
    for line in report(messages):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
