"""Danger now, and everything that only sounds like it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from backend.danger.rules import signs

MESSAGES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("messages.yml").read_text(encoding="utf-8")
)


def told(kind: str) -> list[tuple[str, str]]:
    return [(tag, text) for tag, kinds in MESSAGES.items() for text in kinds[kind]]


@pytest.mark.parametrize(("language", "text"), told("danger"))
def test_danger_now_is_heard(language: str, text: str) -> None:
    assert signs(text, language) is not None


@pytest.mark.parametrize(("language", "text"), told("calm"))
def test_the_past_the_denied_and_figures_of_speech_raise_no_alarm(language: str, text: str) -> None:
    assert signs(text, language) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("there is a man with a knife in the street", "weapon"),
        ("he is hitting me", "attack"),
        ("someone is breaking into my house", "intrusion"),
        ("I can smell gas", "gas"),
        ("he wants to jump off the roof", "suicide"),
        ("I can't talk, he hears me", "silence"),
        ("they are dragging a girl into a van", "abduction"),
        ("my flat is on fire", "fire"),
        ("she is not breathing", "not_breathing"),
    ],
)
def test_the_kind_of_danger_is_named(text: str, sign: str) -> None:
    found = signs(text, "en")
    assert found is not None
    assert found.signs[0] == sign


def test_danger_is_heard_in_a_language_other_than_the_conversations() -> None:
    found = signs("m'està pegant, ajuda!", "en")
    assert found is not None
    assert found.language == "ca"


def test_what_happens_now_is_heard_beside_what_happened_before() -> None:
    assert signs("yesterday he hit me and now he is beating my mother", "en") is not None


def test_a_no_in_the_sentence_before_does_not_undo_the_danger() -> None:
    assert signs("I am not ok. He is hitting me", "en") is not None


def test_the_place_of_the_sign_is_that_of_the_persons_words() -> None:
    text = "Ràpid! Hi ha un home amb un ganivet"
    found = signs(text, "ca")
    assert found is not None
    assert "ganivet" in text[slice(*found.spans[0])]


@pytest.mark.parametrize("text", ["", "👍", "41.5, 2.4", "ok"])
def test_a_message_without_words_shows_no_danger(text: str) -> None:
    assert signs(text, "ca") is None


@pytest.mark.parametrize(
    "text", ["a man with a " * 800, "he is " * 2000, "home amb un " * 800, "no " * 4000]
)
def test_a_hostile_message_takes_no_time(text: str) -> None:
    for language in ("en", "ca"):
        signs("warm up", language)
    started = time.perf_counter()
    signs(text, "en")
    signs(text, "ca")
    assert time.perf_counter() - started < 1


# fmt: off
LOST = [
    ("en", "I can't find my son he's 4"),
    ("en", "lost my daughter at the beach"),
    ("en", "we lost our little boy in the crowd"),
    ("en", "my grandad has dementia and walked out in slippers"),
    ("es", "no encuentro a mi hijo en la playa"),
    ("es", "se me ha perdido la niña en el mercado"),
    ("es", "la yaya con alzheimer se ha ido en zapatillas"),
    ("ca", "no trobo el meu fill a la platja"),
    ("ca", "la iaia amb alzheimer ha marxat"),
    ("fr", "je trouve plus mon fils sur la plage"),
    ("fr", "mamie alzheimer est sortie en chaussons"),
    ("de", "ich finde meinen Sohn nicht"),
    ("de", "meine kleine Tochter ist weg"),
    ("de", "Opa ist dement und ist weggelaufen"),
    ("it", "non trovo più mio figlio in spiaggia"),
    ("it", "la nonna con l'alzheimer è uscita"),
    ("pt", "não encontro o meu filho na praia"),
    ("pt", "minha avó tem alzheimer e saiu"),
    ("ro", "nu-mi găsesc copilul la plajă"),
    ("ro", "bunica are alzheimer si a plecat"),
    ("uk", "не можу знайти сина на пляжі"),
    ("uk", "малий загубився в магазині"),
    ("uk", "бабуся з деменцією вийшла в капцях"),
    ("ar", "مش لاقي ابني على البحر"),
    ("ar", "ولدي تلف فالسوق"),
    ("ar", "جدي عندو الزهايمر وخرج"),
    ("ur", "میرا بیٹا بازار میں گم ہو گیا"),
    ("ur", "mera bacha nahi mil raha"),
    ("zh", "找不到我儿子了"),
    ("zh", "孩子在超市走丢了"),
    ("zh", "我奶奶痴呆，出去一个小时没回来"),
]
NOT_LOST = [
    ("en", "I can't find my son's school bag"),
    ("en", "I lost my daughter's phone at the beach"),
    ("en", "we found our little boy, all good"),
    ("es", "no encuentro a mi hijo en el formulario de ayer"),
    ("es", "he perdido el móvil de mi hijo"),
    ("fr", "je trouve plus mon sac"),
    ("de", "ich finde meine Schlüssel nicht"),
    ("zh", "孩子丢了手机"),
    ("zh", "他把我女儿的书包弄不见了"),
    ("es", "mi madre tiene demencia, qué ayudas hay"),
    ("pt", "perdi o telemóvel do meu filho"),
    ("de", "meine Tochter hat ihr Handy verloren"),
    ("de", "meine Tochter ist jetzt in Sicherheit"),
]
# fmt: on


@pytest.mark.parametrize(("language", "text"), LOST)
def test_a_lost_child_or_a_confused_old_person_is_looked_for_now(language: str, text: str) -> None:
    found = signs(text, language)
    assert found is not None
    assert "lost" in found.signs


@pytest.mark.parametrize(("language", "text"), NOT_LOST)
def test_a_childs_thing_that_is_lost_is_no_danger(language: str, text: str) -> None:
    assert signs(text, language) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("help my wife is killing me with her diet 😂", "en"),
        ("me van a matar en casa jajaja", "es"),
        ("sos un genio", "es"),
        ("c'è una puzza di fritto che non si respira", "it"),
        ("він б'є мене вже п'ять років", "uk"),
        ("طليقي بيهددني انه هيموتني لو اتجوزت", "ar"),
    ],
)
def test_a_joke_a_saying_or_years_of_it_raise_no_alarm_by_their_words(text, language):
    assert signs(text, language) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("він б'є мене вже дві години", "uk"),
        ("odore di gas che non si respira", "it"),
        ("sos mi marido me quiere matar", "es"),
        ("sos la casa", "es"),
        ("jaja er schlägt mich gerade", "de"),
        ("هو ورا الباب، هيقتلني لو فتحت", "ar"),
    ],
)
def test_what_looks_like_a_saying_or_a_habit_and_is_danger_raises_the_alarm(text, language):
    assert signs(text, language) is not None
