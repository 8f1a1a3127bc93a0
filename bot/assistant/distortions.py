"""How messages come out of hurried hands: no accents, capitals, slips, doubled letters. Pure."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Callable, Dict, Text

Distortion = Callable[[Text, random.Random], Text]

SLIP_EVERY = 5  # one word in so many has a slip
DOUBLE_EVERY = 4
_WORD = re.compile(r"\w+")
# Letters that lose their mark by substitution, not by decomposition.
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ґ": "г", "ё": "е"})
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"})


def without_accents(text: Text, chance: random.Random) -> Text:
    """Letters bare of accents, Arabic without vowel signs and hamzas."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN).translate(_ARABIC))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def in_capitals(text: Text, chance: random.Random) -> Text:
    """Shouted."""
    return text.upper()


def in_small_letters(text: Text, chance: random.Random) -> Text:
    """No capital, no full stop: as telephones are typed on."""
    return re.sub(r"[.,;:!?¿¡]+", "", text.lower())


def with_slips(text: Text, chance: random.Random) -> Text:
    """One word in five with a letter missing, doubled, swapped or another in its place."""

    def slip(match: re.Match[Text]) -> Text:
        word = match.group()
        if len(word) < 3 or chance.randrange(SLIP_EVERY):
            return word
        return _slipped(word, chance)

    return _WORD.sub(slip, text)


def _slipped(word: Text, chance: random.Random) -> Text:
    place = chance.randrange(len(word) - 1)
    how = chance.randrange(4)
    if how == 0:
        return word[:place] + word[place + 1 :]
    if how == 1:
        return word[: place + 1] + word[place:]
    if how == 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + chance.choice(word) + word[place + 1 :]


def with_doubled_letters(text: Text, chance: random.Random) -> Text:
    """Helppp meee: a letter of one word in four drawn out."""

    def double(match: re.Match[Text]) -> Text:
        word = match.group()
        if len(word) < 2 or word.isdigit() or chance.randrange(DOUBLE_EVERY):
            return word
        place = chance.randrange(len(word))
        return word[:place] + word[place] * chance.randint(2, 4) + word[place + 1 :]

    return _WORD.sub(double, text)


# What robustness is measured by.
DISTORTIONS: Dict[Text, Distortion] = {
    "without accents": without_accents,
    "in capitals": in_capitals,
    "with slips": with_slips,
    "with doubled letters": with_doubled_letters,
}


def distorted(text: Text, chance: random.Random) -> Text:
    """The text as one of many hands might have typed it; often as it was."""
    written = text
    for likely, distort in (
        (0.20, without_accents),
        (0.20, in_small_letters),
        (0.05, in_capitals),
        (0.20, with_slips),
        (0.08, with_doubled_letters),
    ):
        if chance.random() < likely:
            written = distort(written, chance)
    return written or text
