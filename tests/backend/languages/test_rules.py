"""What people write, and the language we answer in."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from backend.languages.rules import Guess, closest, identify, settle

ON = ("en", "es", "ca", "fr", "ar")
MESSAGES: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("messages.yml").read_text(encoding="utf-8")
)


def share_right(tag: str) -> float:
    right = [identify(text).tag == tag for text in MESSAGES[tag]]
    return sum(right) / len(right)


@pytest.mark.parametrize("tag", ["en", "es", "ca", "fr", "ar", "zh", "ur", "uk"])
def test_short_messages_are_heard_in_their_language_nineteen_times_in_twenty(tag: str) -> None:
    assert share_right(tag) >= 0.95


@pytest.mark.parametrize("tag", list(MESSAGES))
def test_every_language_people_bring_is_told_from_its_neighbours(tag: str) -> None:
    assert share_right(tag) >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "🙏🙏🙏",
        "ok",
        "OK!",
        "12345",
        "https://example.org/une-page-en-francais",
        "...",
        "",
        "@nuria",
        "17:30",
        "1234 BCD",
    ],
)
def test_signs_without_words_say_nothing_about_a_language(text: str) -> None:
    assert identify(text) == Guess("und", 0.0)


def test_one_word_that_two_languages_share_is_not_trusted() -> None:
    assert identify("hola").confidence < 0.6


def test_a_long_hostile_message_is_read_in_an_instant() -> None:
    identify("prova")
    started = time.perf_counter()
    identify("a" * 100_000 + " l'" * 50_000)
    assert time.perf_counter() - started < 0.5


def hear(*texts: str, start: str | None = None) -> str:
    """The language after these messages."""
    current, history = start, []
    for text in texts:
        guess = identify(text)
        current = settle(current, None, guess, text, history, ON).language
        history.append(guess)
    assert current is not None
    return current


def test_the_first_message_sets_the_language() -> None:
    assert hear("m'han robat la cartera") == "ca"


@pytest.mark.parametrize(
    "answer", ["ok", "sí", "no", "Carrer Major 3", "👍", "yes", "Plaza España"]
)
def test_a_short_answer_does_not_flip_the_conversation(answer: str) -> None:
    assert hear("on m'a volé mon sac dans le métro", answer) == "fr"


def test_a_whole_sentence_in_another_language_is_followed() -> None:
    assert hear("hello", "me robaron la mochila en la estación", start="en") == "es"


def test_two_short_messages_in_a_row_are_followed() -> None:
    assert hear("muchas gracias", "necesito ayuda", start="ca") == "es"


def test_a_message_in_another_script_is_followed_at_once() -> None:
    assert hear("سرقوا سيارتي", start="es") == "ar"


def test_the_language_a_person_fixed_wins_over_what_they_write() -> None:
    text = "someone took my bag at the station"
    settled = settle("fr", "ca", identify(text), text, on=ON)
    assert (settled.language, settled.why) == ("ca", "fixed")


@pytest.mark.parametrize(
    ("text", "language", "heard"),
    [
        ("mi hanno rubato il telefono", "es", "it"),
        ("roubaram a minha carteira", "es", "pt"),
        ("mi-au furat telefonul", "fr", "ro"),
        ("у мене вкрали телефон", "en", "uk"),
        ("میرا فون چوری ہو گیا", "en", "ur"),
        ("我的手机被偷了", "en", "zh"),
    ],
)
def test_a_language_that_is_off_is_answered_in_the_closest_and_said_so(
    text: str, language: str, heard: str
) -> None:
    settled = settle(None, None, identify(text), text, on=ON)
    assert (settled.language, settled.heard, settled.offered) == (language, heard, True)


def test_a_conversation_in_a_language_that_is_off_keeps_its_closest() -> None:
    texts = ["mi hanno rubato il telefono", "ok"]
    current = settle(None, None, identify(texts[0]), texts[0], on=ON)
    after = settle(current.heard, None, identify(texts[1]), texts[1], on=ON)
    assert (after.language, after.offered) == ("es", True)


def test_an_unknown_language_is_answered_in_one_that_is_on() -> None:
    assert closest("xx", ("fr", "es")) == "fr"
    assert closest("pt-BR", ON) == "es"


def test_the_taxonomy_says_which_languages_are_on() -> None:
    assert settle(None, None, Guess("ca", 0.99), "bon dia").language == "ca"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("mera mobile chori ho gaya hai bus mein", "ur"),
        ("mujhe madad chahiye koi darwaza tor raha hai", "ur"),
        ("srqo liya telefon f tobis 3afak", "ar"),
        ("wach kayn chi wahed kayhder", "ar"),
        ("khtos vkrav moho velosypeda bilya mahazynu", "uk"),
        ("dobryi den de nayblyzhchyi viddilok politsii", "uk"),
        ("wo de shouji bei tou le zenme ban", "zh"),
    ],
)
def test_languages_of_other_scripts_are_heard_in_latin_letters(text: str, tag: str) -> None:
    assert identify(text).tag == tag
