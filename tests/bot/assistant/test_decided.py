"""The decisions that are shipped: used for just what they were made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.assistant import decided
from bot.assistant.decisions import Decisions, Settings
from bot.assistant.encoder.engine import TRAINED
from bot.assistant.messages import Told, learnt_from

SETTINGS = Settings(bits=10)


def _messages() -> list[Told]:
    said = {"smalltalk": "hello there", "feedback": "thank you all"}
    return [
        Told("en", f"{text} {n}", kind, "", False) for kind, text in said.items() for n in "abc"
    ]


def _decisions() -> Decisions:
    messages = _messages()
    vectors = np.random.default_rng(7).normal(size=(len(messages), 8)).astype(np.float32)
    return Decisions.learn(messages, vectors, SETTINGS, lambda _: None)


def test_the_shipped_decisions_belong_to_the_messages_that_are_there() -> None:
    mark = decided.made_of(learnt_from(), TRAINED, decided.configured())

    assert decided.shipped(mark) is not None, "Bring them up to date: sereno encoder decide"


def test_the_order_of_messages_makes_no_difference() -> None:
    there, back = _messages(), _messages()[::-1]

    assert decided.made_of(there, TRAINED, SETTINGS) == decided.made_of(back, TRAINED, SETTINGS)


@pytest.mark.parametrize("change", [{"text": "hello"}, {"urgent": True}, {"kind": "report"}])
def test_another_message_or_label_asks_for_other_decisions(change: dict[str, object]) -> None:
    first, *rest = _messages()
    before = decided.made_of([first, *rest], TRAINED, SETTINGS)

    assert decided.made_of([replace(first, **change), *rest], TRAINED, SETTINGS) != before


def test_decisions_of_something_else_are_left_alone(tmp_path: Path) -> None:
    _decisions().store(tmp_path)
    (tmp_path / decided.MADE_OF).write_text('{"mark": "these"}')

    assert decided.shipped("others", tmp_path) is None
    assert decided.shipped("these", tmp_path) is not None


def test_decisions_kept_in_eight_bits_say_nearly_the_same(tmp_path: Path) -> None:
    decisions, texts = _decisions(), ["hello", "thank you", "thanks all there"]
    vectors = np.random.default_rng(8).normal(size=(len(texts), 8)).astype(np.float32)
    decisions.store(tmp_path)

    kept = Decisions.restore(tmp_path)
    for before, after in zip(decisions.of(texts, vectors), kept.of(texts, vectors), strict=True):
        assert dict(after.kinds) == pytest.approx(dict(before.kinds), abs=0.01)
