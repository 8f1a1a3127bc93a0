"""The figures of understanding, on a few messages that anyone can count."""

from dataclasses import replace

import pytest

from backend.understanding.page import confused, per_language, robustness
from backend.understanding.rules import Judged, by_language, confusions, fallen, figures, noise

THEFT = Judged("es", "report", "theft", False, "es", "report", "theft", False, 0.9)
WEATHER = Judged("es", "out_of_scope", "", False, "es", "out_of_scope", "", False, 0.9)
FIRE = Judged("ca", "report", "other", True, "ca", "report", "other", True, 0.9)


def test_what_is_right_is_counted():
    found = figures([THEFT, replace(THEFT, given_kind="tip"), WEATHER, FIRE])
    assert (found.kind, found.category) == (0.75, 1.0)


def test_an_everyday_message_taken_for_a_report_is_a_false_report():
    assert figures([WEATHER, replace(WEATHER, given_kind="tip")]).false_reports == 0.5


def test_danger_that_nobody_heard_and_danger_that_was_none_are_two_figures():
    found = figures([FIRE, replace(FIRE, given_urgent=False), replace(THEFT, given_urgent=True)])
    assert (found.danger_recall, found.danger_precision) == (0.5, 0.5)


def test_a_rare_kind_counts_as_much_as_a_frequent_one_in_macro_f1():
    judged = [THEFT] * 9 + [replace(WEATHER, given_kind="report")]
    assert figures(judged).kind == 0.9
    assert figures(judged).kind_f1 < 0.5


def test_who_is_sure_and_right_is_calibrated():
    assert figures([replace(THEFT, confidence=1.0)]).calibration == 0
    wrong = replace(THEFT, confidence=1.0, given_kind="tip")
    assert figures([wrong]).calibration == 1


def test_each_language_has_its_figures_and_all_have_theirs():
    assert set(by_language([THEFT, FIRE])) == {"es", "ca", "all"}


def test_without_messages_there_are_no_figures():
    with pytest.raises(ValueError, match="no message"):
        figures([])


def test_a_fall_within_noise_is_no_fall():
    accepted = {"es": {"kind": 1.0}}
    nearly = [THEFT] * 99 + [replace(THEFT, given_kind="tip")]
    assert fallen(by_language(nearly), accepted) == []


def test_a_fall_beyond_noise_is_said_in_a_sentence():
    accepted = {"es": {"kind": 0.95}}
    worse = [THEFT] * 80 + [replace(THEFT, given_kind="tip")] * 20
    assert fallen(by_language(worse), accepted) == ["es: kind fell from 0.950 to 0.8."]


def test_a_language_that_is_gone_is_a_fall():
    assert fallen(by_language([THEFT]), {"zh": {"kind": 0.9}}) == ["zh: no message was judged."]


def test_more_messages_leave_less_to_chance():
    assert noise(0.9, 2000) < noise(0.9, 100)


def test_the_pairs_that_cost_most_come_first():
    judged = [replace(THEFT, given_category="robbery")] * 2 + [replace(THEFT, given_kind="tip")]
    assert confusions(judged)[0] == ("theft", "robbery", 2)
    assert "| theft | robbery | 2 |" in confused(judged)


def test_the_table_has_a_row_a_language_and_all_together_last():
    rows = per_language([THEFT, FIRE])
    assert [row.split(" ")[1] for row in rows[2:]] == ["ca", "es", "all"]


def test_robustness_is_told_against_the_messages_as_written():
    table = robustness({"as written": [THEFT], "in capitals": [replace(THEFT, given_kind="tip")]})
    assert "| in capitals | 0.000 | -1.000 |" in table[-1]
