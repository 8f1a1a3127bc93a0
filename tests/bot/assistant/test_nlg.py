"""The assistant's voice: translated first, filled afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant import nlg

CATALAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "It was at {place}."
msgstr "Va ser a {place}."

msgid "Yes"
msgstr "Sí"

msgid "One officer reads it."
msgid_plural "{n} officers read it."
msgstr[0] "Ho llegeix un agent."
msgstr[1] "Ho llegeixen {n} agents."

#, fuzzy
msgid "Not checked."
msgstr "Sense revisar."
"""
UKRAINIAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "One officer reads it."
msgid_plural "{n} officers read it."
msgstr[0] "{n} офіцер"
msgstr[1] "{n} офіцери"
msgstr[2] "{n} офіцерів"
"""
DOMAIN = """
version: "3.1"
slots:
  place: {type: any, mappings: [{type: custom}]}
responses:
  utter_place:
  - text: "It was at {place}."
    buttons: [{title: "Yes", payload: "yes"}]
    custom: {ask: place}
  utter_officers:
  - text: "One officer reads it."
    custom: {plural: "{n} officers read it."}
  utter_unchecked:
  - text: "Not checked."
  utter_unknown_field:
  - text: "Hello {nobody}!"
"""


@pytest.fixture(autouse=True)
def _catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for language, text in (("ca", CATALAN), ("uk", UKRAINIAN)):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "sereno.po").write_text(text, encoding="utf-8")
    monkeypatch.setattr(nlg, "LOCALE", tmp_path)
    nlg.catalogues.cache_clear()
    yield
    nlg.catalogues.cache_clear()


async def _say(name: str, language: str | None, slot: Any = None, **kwargs: Any) -> dict[str, Any]:
    domain = Domain.from_yaml(DOMAIN)
    tracker = DialogueStateTracker("someone", domain.slots)
    tracker.slots["place"].value = slot
    metadata = {"language": language} if language else {}
    tracker.update(UserUttered("words", metadata=metadata), domain)
    voice = nlg.CatalogueGenerator(domain=domain)
    said = await voice.generate(name, tracker, "sereno", **kwargs)
    assert said is not None
    return said


async def test_a_response_is_said_in_the_persons_language() -> None:
    said = await _say("utter_place", "ca", "Sant Pere")

    assert said["text"] == "Va ser a Sant Pere."


async def test_button_titles_are_translated_and_their_choices_are_not() -> None:
    said = await _say("utter_place", "ca", "Sant Pere")

    assert said["buttons"] == [{"title": "Sí", "payload": "yes"}]
    assert said["custom"] == {"ask": "place"}


@pytest.mark.parametrize("language", [None, "en", "xx", "../ca", "fr"])
async def test_a_language_without_a_catalogue_is_answered_in_english(language: str) -> None:
    said = await _say("utter_place", language, "Sant Pere")

    assert said["text"] == "It was at Sant Pere."


async def test_a_regional_tag_finds_its_language() -> None:
    said = await _say("utter_place", "ca-valencia", "Sant Pere")

    assert said["text"] == "Va ser a Sant Pere."


@pytest.mark.parametrize("place", ["{n}", "{place.__class__}", "{", "}{", "%s {0} {nobody}"])
async def test_braces_in_a_persons_words_stay_braces(place: str) -> None:
    said = await _say("utter_place", "ca", place)

    assert said["text"] == f"Va ser a {place}."


async def test_what_the_action_gives_comes_before_what_the_slot_holds() -> None:
    said = await _say("utter_place", "ca", "old", place="new")

    assert said["text"] == "Va ser a new."


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [
        ("en", 1, "One officer reads it."),
        ("en", 0, "0 officers read it."),
        ("ca", 1, "Ho llegeix un agent."),
        ("ca", 3, "Ho llegeixen 3 agents."),
        ("uk", 1, "1 офіцер"),
        ("uk", 3, "3 офіцери"),
        ("uk", 11, "11 офіцерів"),
        ("uk", 22, "22 офіцери"),
    ],
)
async def test_numbers_take_the_form_of_the_language(language: str, n: int, text: str) -> None:
    said = await _say("utter_officers", language, n=n)

    assert said["text"] == text
    assert "custom" not in said


async def test_a_translation_nobody_has_checked_is_not_said() -> None:
    assert (await _say("utter_unchecked", "ca"))["text"] == "Not checked."


async def test_an_unknown_field_is_left_out_and_only_the_response_is_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        said = await _say("utter_unknown_field", "en", "secret street")

    assert said["text"] == "Hello !"
    assert "utter_unknown_field" in caplog.text
    assert "secret street" not in caplog.text


async def test_a_response_is_not_changed_by_being_said() -> None:
    await _say("utter_place", "ca", "Sant Pere")

    assert (await _say("utter_place", "en", "here"))["buttons"][0]["title"] == "Yes"
