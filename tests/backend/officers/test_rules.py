"""Passwords, sessions, and the wait after failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.kit.errors import Invalid
from backend.officers.rules import (
    FREE_FAILURES,
    WINDOW,
    checked_password,
    spoken_password,
    still_valid,
    wait_after,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        checked_password(password)


def test_a_password_made_for_reading_out_may_be_used_and_never_comes_twice() -> None:
    made = {checked_password(spoken_password()) for _ in range(50)}
    assert len(made) == 50


@pytest.mark.parametrize(
    ("idle", "left", "valid"),
    [(29, 60, True), (30, 60, False), (1, 0, False)],
)
def test_a_session_ends_after_half_an_hour_of_silence_and_at_its_last_moment(
    idle: int, left: int, valid: bool
) -> None:
    seen_at, expires_at = NOON - timedelta(minutes=idle), NOON + timedelta(minutes=left)
    assert still_valid(seen_at, expires_at, NOON) is valid


def test_the_first_failures_cost_nothing_and_the_next_ever_more_up_to_the_window() -> None:
    waits = [wait_after(n, NOON, NOON) for n in range(FREE_FAILURES + 20)]
    assert waits[:FREE_FAILURES] == [0] * FREE_FAILURES
    assert waits == sorted(waits)
    assert waits[FREE_FAILURES] > 0
    assert waits[-1] == WINDOW.total_seconds()


def test_a_wait_is_over_when_its_time_has_passed() -> None:
    assert wait_after(FREE_FAILURES, NOON, NOON + timedelta(minutes=1)) == 0
