"""Language identification, and the language a conversation settles in. Pure; no words are kept."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from backend.languages.folding import folded
from backend.taxonomy.rules import taxonomy

# Chosen by hand, and counted in the messages the assistant learns from.
WORDS = tuple(Path(__file__).with_name(name) for name in ("words.yml", "spoken.yml"))

# A switch on one message needs this much; a first message or a second one in a row needs less.
CLEAR = 0.8
LIKELY = 0.55
ENOUGH_LETTERS = 16
ENOUGH_WORDS = 4

# Where a language is off: the one on that its speakers are most likely to follow.
CLOSEST: dict[str, tuple[str, ...]] = {
    "ca": ("es", "fr"),
    "es": ("ca", "pt", "en"),
    "it": ("es", "fr"),
    "pt": ("es", "fr"),
    "gl": ("es", "pt"),
    "eu": ("es", "fr"),
    "ro": ("fr", "it", "es"),
    "fr": ("en", "es"),
    "de": ("en", "fr"),
    "uk": ("en", "ru"),
    "ru": ("en", "uk"),
    "ur": ("en", "ar"),
    "fa": ("en", "ar"),
    "ar": ("fr", "en"),
    "zh": ("en",),
}

Why = Literal["fixed", "first", "same", "clear", "twice", "kept"]


@dataclass(frozen=True)
class Guess:
    """The likeliest language (BCP 47; `und` when there is nothing to go by), confidence 0 to 1."""

    tag: str
    confidence: float


@dataclass(frozen=True)
class Settled:
    """The language to answer in and why; `heard` is the person's own language.

    `offered` is true when `heard` is off and `language` is only the closest one that is on.
    """

    language: str
    why: Why
    heard: str
    offered: bool = False


NOTHING = Guess("und", 0.0)

_TAGS = {
    "ENGLISH": "en",
    "SPANISH": "es",
    "CATALAN": "ca",
    "FRENCH": "fr",
    "GERMAN": "de",
    "ITALIAN": "it",
    "PORTUGUESE": "pt",
    "ROMANIAN": "ro",
    "DUTCH": "nl",
    "POLISH": "pl",
    "TURKISH": "tr",
    "ALBANIAN": "sq",
    "HUNGARIAN": "hu",
    "SWEDISH": "sv",
    "CROATIAN": "hr",
    "CZECH": "cs",
    "BASQUE": "eu",
    "TAGALOG": "tl",
    "SOMALI": "so",
    "SWAHILI": "sw",
    "UKRAINIAN": "uk",
    "RUSSIAN": "ru",
    "BULGARIAN": "bg",
    "ARABIC": "ar",
    "URDU": "ur",
    "PERSIAN": "fa",
}
_LATIN = tuple(tag for tag in _TAGS.values() if tag not in {"uk", "ru", "bg", "ar", "ur", "fa"})
_CYRILLIC = ("uk", "ru", "bg")
_ARABIC = ("ar", "ur", "fa")
# Written in Latin letters as well, on telephones; no identifier knows them so, the words do.
_ROMANISED = ("ur", "ar", "uk", "zh")
# 3andi, 7aja, m3a: digits for sounds that Latin letters lack.
_DIGITS_FOR_SOUNDS = re.compile(r"(?<!\w)(?:[379][a-z]{3,}|[a-z]+[379][a-z]+)(?!\w)")

# Scripts that one living language, or nearly one, is written in.
_OWN_SCRIPT = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]"), "zh"),
    (re.compile(r"[\u0980-\u09ff]"), "bn"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
    (re.compile(r"[\u0a00-\u0a7f]"), "pa"),
    (re.compile(r"[\u0370-\u03ff]"), "el"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u10a0-\u10ff]"), "ka"),
    (re.compile(r"[\u0530-\u058f]"), "hy"),
    (re.compile(r"[\u1200-\u137f]"), "am"),
    (re.compile(r"[\u0b80-\u0bff]"), "ta"),
)
# Letters found in one of the languages we tell apart and in none of its neighbours.
_OWN_LETTER = (
    (re.compile(r"[ٹڈڑےںۓ]"), "ur", _ARABIC),
    # Persian and Urdu keyboards write another kaf and another yeh.
    (re.compile(r"[ةىكيأإ]"), "ar", _ARABIC),
    (re.compile(r"(?<![\u0600-\u06ff])[وفبل]?ال[\u0600-\u06ff]{3}"), "ar", _ARABIC),
    (re.compile(r"[їєґЇЄҐ]"), "uk", _CYRILLIC),
    (re.compile(r"[іІ]"), "uk", _CYRILLIC),
    (re.compile(r"[ыэёЫЭЁ]"), "ru", _CYRILLIC),
    (re.compile(r"[ãõÃÕ]"), "pt", _LATIN),
    (re.compile(r"l·l|ŀl", re.IGNORECASE), "ca", _LATIN),
    (re.compile(r"[ñ¿¡]", re.IGNORECASE), "es", _LATIN),
    (re.compile(r"[ßẞ]"), "de", _LATIN),
    (re.compile(r"[șțăŞŢ]", re.IGNORECASE), "ro", _LATIN),
    (re.compile(r"[ąęłśźżń]", re.IGNORECASE), "pl", _LATIN),
    (re.compile(r"[ğİ]"), "tr", _LATIN),
    (re.compile(r"[œùû]", re.IGNORECASE), "fr", _LATIN),
)
# Accented letters and who writes them: a word with one is foreign to all the others.
_WRITERS = {
    letter: frozenset(tags.split())
    for letters, tags in (
        ("á", "es pt hu cs"),
        ("í", "es ca pt hu cs"),
        ("ó", "es ca pt hu pl cs"),
        ("ú", "es ca pt hu cs"),
        ("é", "es ca fr it pt hu cs sv nl"),
        ("à", "ca fr it pt"),
        ("è", "ca fr it"),
        ("ò", "ca it"),
        ("ç", "ca fr pt tr sq"),
        ("ï", "ca fr nl"),
        ("ñ", "es eu tl"),
        ("ê", "fr pt"),
        ("ô", "fr pt"),
        ("â", "fr pt ro tr"),
        ("î", "fr ro tr"),
        ("ü", "es ca de fr tr hu eu"),
        ("ö", "de tr hu sv"),
        ("ä", "de sv"),
        ("ù", "fr it"),
        ("ë", "fr sq nl"),
    )
    for letter in letters
}
_FOREIGN = 2.5
_EASTERN = re.compile(r"[کیہ]")
_HARMLESS = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|[@#]\w+|\b[\w-]*\d[\w-]*\b|"
    r"\b(?:o?kay|ok|okey|oki|jaja+|haha+|lol|whats?app|telegram|google|facebook|instagram|wallapop|"
    r"bizum|taxi|bus|metro|hotel|bar|wifi|covid|sms|pin|email|e-mail|iphone|samsung|gps|dni|nie|cv)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ·-][^\W\d_]+)*")
_PLATE = re.compile(r"\b(?:\d{4}[ -]?[A-Z]{3}|[A-Z]{1,3}[ -]\d{1,4}(?:[ -][A-Z]{1,3})?)\b")
# How much likelier a language is before the first word: the ones of the city, then the product's.
_PRIOR = {**dict.fromkeys(("es", "ca", "en", "fr", "ar", "uk"), 1.2)}
_PRIOR |= dict.fromkeys(("de", "it", "pt", "ro", "ur"), 0.9)
_PRIOR |= dict.fromkeys(("tl", "so", "sw", "sq", "eu", "sv", "hr", "cs", "hu"), -0.7)
_WORD_WEIGHT = 1.9
# A word or two are too little for the identifier, and enough for a list of words.
_SHORT, _SHORT_WORD_WEIGHT = 2, 4.5
_ROMANISED_FLOOR, _ROMANISED_WEIGHT = 0.05, 3.0
_LETTER_WEIGHT = 3.0
_LINGUA_FLOOR = 0.004


def identify(text: str) -> Guess:
    """The language of one message; confidence 0 for emoji, numbers, links and words of everyone."""
    plain = _HARMLESS.sub(" ", _PLATE.sub(" ", text[:2000]))
    words = _WORD.findall(plain)
    letters = sum(map(len, words))
    if letters < 2 and not any(pattern.search(plain) for pattern, _ in _OWN_SCRIPT):
        return NOTHING
    family, own = _script(plain, letters)
    if own is not None:
        return Guess(own, 0.99)
    if not family:
        return NOTHING
    romanised = bool(_DIGITS_FOR_SOUNDS.search(text[:2000].lower()))
    return _weigh(plain, words, letters, family, romanised=romanised)


def settle(
    current: str | None,
    fixed: str | None,
    guess: Guess,
    text: str,
    history: Sequence[Guess] = (),
    on: Collection[str] | None = None,
) -> Settled:
    """The language to answer in after this message.

    `current` is the language so far, `fixed` the one the person chose (it wins), `history` the
    guesses of the earlier messages, oldest first, `on` the languages offered (the taxonomy's).
    """
    spoken = tuple(on) if on is not None else tuple(x.tag for x in taxonomy().spoken)
    if fixed is not None:
        return _offer(fixed, "fixed", spoken)
    if guess.confidence == 0 or guess.tag == "und":
        return _offer(current or spoken[0], "kept", spoken)
    if current is None:
        # The first words are all there is to go by, but a coin's toss is not worth a language.
        if guess.confidence >= LIKELY / 2:
            return _offer(guess.tag, "first", spoken)
        return _offer(spoken[0], "kept", spoken)
    if guess.tag == current:
        return _offer(current, "same", spoken)
    long_enough = _letters(text) >= ENOUGH_LETTERS and len(_WORD.findall(text)) >= ENOUGH_WORDS
    if guess.confidence >= CLEAR and (long_enough or _own_script(guess, current)):
        return _offer(guess.tag, "clear", spoken)
    before = next((g for g in reversed(history) if g.confidence > 0), None)
    if before is not None and before.tag == guess.tag and _both_likely(before, guess):
        return _offer(guess.tag, "twice", spoken)
    return _offer(current, "kept", spoken)


def closest(tag: str, on: Collection[str]) -> str:
    """The language that is on and that a speaker of `tag` most likely follows."""
    base = tag.split("-")[0]
    for candidate in (tag, base, *CLOSEST.get(base, ()), "en"):
        if candidate in on:
            return candidate
    return next(iter(on))


def warm_up() -> None:
    """Load what `identify` needs, so that no person waits for it."""
    identify("warming up: la casa, где, der Hund, مرحبا")
    identify("где находится")
    identify("اين الشرطة")


def _offer(tag: str, why: Why, on: tuple[str, ...]) -> Settled:
    language = closest(tag, on)
    return Settled(language, why, heard=tag, offered=language != tag.split("-")[0])


def _both_likely(one: Guess, other: Guess) -> bool:
    return min(one.confidence, other.confidence) >= LIKELY


def _own_script(guess: Guess, current: str) -> bool:
    scripts = ({"zh"}, {"ar", "ur", "fa"}, {"uk", "ru", "bg"})
    return any(guess.tag in s and current not in s for s in scripts)


def _letters(text: str) -> int:
    # A Chinese character says as much as a short word.
    return sum(4 if "\u4e00" <= c <= "\u9fff" else c.isalpha() for c in text)


def _script(plain: str, letters: int) -> tuple[tuple[str, ...], str | None]:
    """The languages to tell apart, or the one that its script names."""
    total = max(1, letters)
    for pattern, tag in _OWN_SCRIPT:
        found = len(pattern.findall(plain))
        if found and (found >= 2 or total <= 3) and found / total >= 0.25:
            return (), tag
    arabic = len(re.findall(r"[\u0600-\u06ff]", plain))
    cyrillic = len(re.findall(r"[\u0400-\u04ff]", plain))
    latin = len(re.findall(r"[A-Za-z\u00c0-\u024f]", plain))
    best = max(arabic, cyrillic, latin)
    if best < 2:
        return (), None
    if best == arabic:
        return _ARABIC, None
    return (_CYRILLIC, None) if best == cyrillic else (_LATIN, None)


def _weigh(
    plain: str, words: list[str], letters: int, family: tuple[str, ...], *, romanised: bool
) -> Guess:
    scores = _heard_by_identifier(plain, family)
    evidence = _add_words(scores, words, latin=family is _LATIN)
    if family is _LATIN:
        scores["ar"] += _LETTER_WEIGHT if romanised else 0.0
        for letter in _WRITERS.keys() & set(plain.lower()):
            for tag in scores.keys() - _WRITERS[letter]:
                scores[tag] -= _FOREIGN
    if family is _ARABIC and _EASTERN.search(plain):
        scores["ar"] -= _FOREIGN
    for pattern, tag, among in _OWN_LETTER:
        if among is family and pattern.search(plain):
            scores[tag] += _LETTER_WEIGHT
    return _softmax(scores, letters, evidence)


def _heard_by_identifier(plain: str, family: tuple[str, ...]) -> dict[str, float]:
    scores = dict.fromkeys(family, math.log(_LINGUA_FLOOR))
    for value in _detector(family).compute_language_confidence_values(plain):
        scores[_TAGS[value.language.name]] = math.log(max(value.value, _LINGUA_FLOOR))
    for tag in family:
        scores[tag] += _PRIOR.get(tag, 0.0)
    if family is _LATIN:
        scores |= dict.fromkeys(_ROMANISED, math.log(_ROMANISED_FLOOR))
    return scores


def _add_words(scores: dict[str, float], words: list[str], *, latin: bool) -> int:
    """Add what known words say; how many there were."""
    known = _known_words()
    each = _SHORT_WORD_WEIGHT if len(words) <= _SHORT else _WORD_WEIGHT
    weights = dict.fromkeys(scores, each)
    if latin:
        weights |= dict.fromkeys(_ROMANISED, _ROMANISED_WEIGHT)
    found = [tags for word in words for piece in _pieces(word) if (tags := known.get(piece))]
    for tags in found:
        for tag in tags & scores.keys():
            scores[tag] += weights[tag]
    return len(found)


def _softmax(scores: dict[str, float], letters: int, evidence: int) -> Guess:
    best = max(scores, key=lambda tag: scores[tag])
    total = sum(math.exp(score - scores[best]) for score in scores.values())
    # A word alone may be a name or a loan: it never counts as much as a sentence.
    length = min(1.0, 0.4 + letters / 20)
    known = 1.0 if evidence else 0.7
    return Guess(best, round(length * known / total, 3))


def _pieces(word: str) -> set[str]:
    plain = folded(word)
    pieces = {plain}
    head, mark, tail = plain.partition("'")
    if mark:
        pieces |= {head + "'", tail}
    if "-" in plain:
        pieces |= set(plain.split("-"))
    return pieces


@cache
def _known_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for source in WORDS:
        raw: dict[str, str] = yaml.safe_load(source.read_text(encoding="utf-8"))
        for tag, words in raw.items():
            for word in words.split():
                found.setdefault(folded(word), set()).add(tag)
    return {word: frozenset(tags) for word, tags in found.items()}


@cache
def _detector(family: tuple[str, ...]) -> LanguageDetector:
    # The low-accuracy models take a tenth of the memory; the word list makes up for it on the
    # short messages where they fail (both measured, see the tests).
    names = [name for name, tag in _TAGS.items() if tag in family]
    languages = [LinguaLanguage.from_str(name) for name in names]
    builder = LanguageDetectorBuilder.from_languages(*languages)
    return builder.with_low_accuracy_mode().with_preloaded_language_models().build()
