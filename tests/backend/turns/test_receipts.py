"""A receipt in a message: whose case is asked after, and when a number is only a number."""

from __future__ import annotations

from backend.conversations.rules import RECEIPT_MASK
from backend.turns.rules import comes_with_receipt


def test_a_receipt_alone_asks_after_its_case_even_when_it_is_mistyped() -> None:
    assert comes_with_receipt(f"my receipt is {RECEIPT_MASK}", known=False)


def test_a_story_with_a_long_number_in_it_stays_a_story() -> None:
    story = f"they stole my laptop at the station, its serial number is {RECEIPT_MASK}"
    assert not comes_with_receipt(story, known=False)


def test_a_receipt_that_opens_a_case_does_so_whatever_else_is_written() -> None:
    story = f"good evening, last week I told you of my laptop, here is the number {RECEIPT_MASK}"
    assert comes_with_receipt(story, known=True)
