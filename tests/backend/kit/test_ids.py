"""Identifiers are ordered as they were given out."""

from __future__ import annotations

import time
import uuid

from backend.kit.ids import new_id


def test_what_is_made_later_comes_later_within_a_millisecond_too() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_identifier_is_a_uuid_of_version_7_that_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    one = new_id()
    assert (one.version, one.variant) == (7, uuid.RFC_4122)
    assert before <= one.int >> 80 <= time.time_ns() // 1_000_000 + 1
