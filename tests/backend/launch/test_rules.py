"""When a part that died is started again."""

from __future__ import annotations

from backend.launch.rules import deaths_in_a_row, wait_before_restart


def test_each_death_in_a_row_doubles_the_wait_up_to_half_a_minute() -> None:
    assert [wait_before_restart(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_part_that_ran_for_a_minute_starts_counting_anew() -> None:
    assert deaths_in_a_row(5, lived=61) == 1
    assert deaths_in_a_row(5, lived=59) == 6
