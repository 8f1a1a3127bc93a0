"""Text without case, accents and the letter variants that people mix when they type in a hurry."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# One sound, several code points: which one comes out depends on the keyboard, not on the word.
_VARIANTS = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیې", "ي"),
    **dict.fromkeys("ہھۃەة", "ه"),
    "ؤ": "و",
    "ک": "ك",
    "ـ": "",
    **dict.fromkeys("‘’ʼ´`′＇", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("“”„«»", '"'),
    "ß": "ss",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "ı": "i",
}
_KEEP_MARKS = ("CYRILLIC", "DEVANAGARI", "BENGALI", "HANGUL")
_memory: dict[str, str] = {}


@dataclass(frozen=True)
class Folded:
    """`text` is what to search in; `offsets[i]` is where its character i stood in the original."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`."""
        if start >= end:
            return (self.offsets[start], self.offsets[start])
        return (self.offsets[start], self.offsets[end - 1] + 1)


def fold(text: str) -> Folded:
    """The folded text together with the way back to the original."""
    letters: list[str] = []
    offsets: list[int] = []
    for index, letter in enumerate(text):
        for piece in _fold_letter(letter):
            letters.append(piece)
            offsets.append(index)
    offsets.append(len(text))
    return Folded("".join(letters), tuple(offsets))


def folded(text: str) -> str:
    """The folded text alone."""
    return "".join(map(_fold_letter, text))


def fold_pattern(pattern: str) -> str:
    """A regular expression whose letters are folded and whose ASCII (the syntax) is left alone."""
    return "".join(c if c.isascii() else _fold_letter(c) for c in pattern)


def _fold_letter(letter: str) -> str:
    known = _memory.get(letter)
    if known is None:
        known = _compute(letter)
        # A hostile message cannot make this grow beyond Unicode, and rarely beyond a few hundred.
        _memory[letter] = known
    return known


def _compute(letter: str) -> str:
    if letter in _VARIANTS:
        return _VARIANTS[letter]
    if letter.isspace():
        return " "
    lower = letter.lower()
    if len(lower) == 1 and lower in _VARIANTS:
        return _VARIANTS[lower]
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return ""
    if unicodedata.decimal(letter, None) is not None:
        return str(unicodedata.decimal(letter))
    if unicodedata.name(letter, "").startswith(_KEEP_MARKS):
        return lower
    pieces = unicodedata.normalize("NFKD", lower)
    return "".join(p for p in pieces if unicodedata.category(p) != "Mn") or lower
