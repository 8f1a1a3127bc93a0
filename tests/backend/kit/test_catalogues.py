"""Words for people."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.kit.catalogues import Catalogue, catalogue
from backend.taxonomy.rules import Taxonomy


def test_a_case_number_keeps_its_order_in_arabic() -> None:
    said = catalogue("ar").text("{number}: {label}.", number="26-FYNJHT", label="x")
    assert "\u206826-FYNJHT\u2069" in said


def test_braces_in_a_persons_words_stay_braces() -> None:
    assert catalogue("en").text("Said: {words}", words="{number}") == "Said: {number}"


def test_a_field_nobody_gave_is_left_out() -> None:
    assert catalogue("en").text("Hello {name}.") == "Hello ."


def test_plurals_follow_the_language() -> None:
    assert catalogue("en").plural("{n} case", "{n} cases", 1) == "1 case"
    assert catalogue("ar").plural("{n} case", "{n} cases", 2) == "ملفان"
    assert catalogue("ro").plural("{n} case", "{n} cases", 20) == "20 de cazuri"
    assert catalogue("zh").plural("{n} case", "{n} cases", 1) == "1 个案件"


def test_a_language_that_is_off_speaks_english(
    monkeypatch: pytest.MonkeyPatch, urdu_unfinished: Taxonomy
) -> None:
    monkeypatch.setattr("backend.kit.catalogues.taxonomy", lambda: urdu_unfinished)
    catalogue.cache_clear()
    spoken: Catalogue = catalogue("ur")
    catalogue.cache_clear()
    assert spoken.language == "en"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "27 November 2026, 07:04"),
        ("es", "27 de noviembre de 2026, 07:04"),
        ("ca", "27 de novembre del 2026, 07:04"),
        ("de", "27. November 2026, 07:04"),
        ("zh", "2026年11月27日 07:04"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(language: str, said: str) -> None:
    at = datetime(2026, 11, 27, 6, 4, tzinfo=UTC)
    assert catalogue(language).moment(at, ZoneInfo("Europe/Madrid")) == said
