"""Weapons, vehicles and descriptions of people in a message. Pure; no words are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from backend.languages.folding import Folded, fold, fold_pattern

WORDS = Path(__file__).with_name("words")
Kind = Literal["weapon", "vehicle", "person"]

_READ = 4000
_SENTENCE_END = re.compile(r"[.!?;。！？؟۔\n]")
_APART = 60  # letters between two features of one person, at most
# 1,75 m, 180 cm, 1m80, 5'10, 6ft; a bare 1.80 may be a price or an hour, unless more is said.
_HEIGHT = re.compile(
    r"(?<![\d.,])(?:1[.,]?[4-9]\d ?(?:m|cm|metros?|metres?|meter|metri|м|см|米|م|سم)(?!\w)"
    r"|1 ?m ?[4-9]\d(?!\w)"
    r"|[4-6] ?(?:'|ft|foot) ?(?:1[01]|\d)?(?!\w))"
)
# A child's: 1.30 m may be the length of a wall just as well.
_PERHAPS_HEIGHT = re.compile(
    r"(?<![\d.,])(?:1[.,][4-9]\d(?![\w:/]|[.,]\d| ?[€$£])|1[.,]?[0-3]\d ?(?:m|cm|см|سم)(?!\w))"
)
# Makes that name a vehicle in every language; models that are words of another kind are left out.
_MAKES = (
    "seat|renault|peugeot|citroen|volkswagen|vw|golf|audi|bmw|mercedes|opel|vauxhall|ford|fiat|toyota|"
    "nissan|hyundai|kia|dacia|skoda|volvo|tesla|honda|yamaha|suzuki|kawasaki|vespa|piaggio|ducati|"
    "ibiza|corolla|qashqai|octavia|tiguan|sandero"
)
# These may be an animal, a name or a telephone: they belong to a vehicle only after its make.
_MODELS = (
    "leon|arona|ateca|clio|megane|kangoo|twingo|captur|berlingo|c[1-5]|[1-5]0[0-9]8?|polo|caddy|transporter|"
    "a[1-8]|q[2-8]|x[1-6]|serie \\d|astra|zafira|mokka|focus|fiesta|transit|mondeo|kuga|panda|punto|500|"
    "yaris|micra|i[1-3]0|tucson|logan|passat|duster|fabia|civic|jazz|sprinter|vito|corsa|tmax|xiaomi"
)
_LETTERS = {
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ar": re.compile(r"[\u0620-\u064a]"),
    "uk": re.compile(r"[\u0430-\u045f]"),
}


@dataclass(frozen=True)
class Detail:
    """One thing a message mentions, in the person's own words."""

    kind: Kind
    words: str
    span: tuple[int, int]


@dataclass(frozen=True)
class _Lexicon:
    weapon: re.Pattern[str]
    harmless: re.Pattern[str] | None
    vehicle: re.Pattern[str]
    feature: re.Pattern[str]
    weak: re.Pattern[str]


def find_details(text: str, language: str) -> list[Detail]:
    """The weapons, vehicles and descriptions of a message, in its order."""
    read = text[:_READ]
    message = fold(read)
    known = _lexicon(language.split("-")[0]) or _lexicon(_by_letters(message.text))
    if known is None:
        return []
    found: list[Detail] = []
    for detail in _candidates(message, read, known):
        if not any(_overlap(detail.span, other.span) for other in found):
            found.append(detail)
    return sorted(found, key=lambda detail: detail.span)


def _by_letters(plain: str) -> str:
    """The language whose words to try when a short message does not tell its own."""
    return next((tag for tag, letters in _LETTERS.items() if letters.search(plain)), "en")


def _candidates(message: Folded, text: str, known: _Lexicon) -> Iterator[Detail]:
    plain = message.text
    if known.harmless is not None:
        plain = known.harmless.sub(lambda match: "\0" * len(match.group()), plain)
    for match in known.weapon.finditer(plain):
        yield _detail("weapon", message, text, *match.span("thing"))
    for match in known.vehicle.finditer(plain):
        yield _detail("vehicle", message, text, *match.span("thing"))
    for start, end in _people(plain, known):
        yield _detail("person", message, text, start, end)


def _detail(kind: Kind, message: Folded, text: str, start: int, end: int) -> Detail:
    first, last = message.span(start, end)
    return Detail(kind, " ".join(text[first:last].split()), (first, last))


def _people(plain: str, known: _Lexicon) -> Iterator[tuple[int, int]]:
    """Stretches that say what somebody looked like: features that stand together.

    An age or a "young man" alone describes nobody; beside another feature it belongs to it.
    """
    strong = [m.span("thing") for m in known.feature.finditer(plain)]
    strong += [m.span() for m in _HEIGHT.finditer(plain)]
    if not strong:
        return
    weak = [m.span("thing") for m in known.weak.finditer(plain)]
    weak += [m.span() for m in _PERHAPS_HEIGHT.finditer(plain)]
    spans = sorted({*strong, *weak})
    group: list[tuple[int, int]] = []
    for span in spans:
        if group and not _together(plain, group[-1], span):
            yield from _if_described(group, strong)
            group = []
        group.append(span)
    yield from _if_described(group, strong)


def seen(found: list[Detail]) -> str:
    """What was seen, in one line, when somebody is described; a vehicle alone may be one's own."""
    if not any(detail.kind == "person" for detail in found):
        return ""
    return " · ".join(dict.fromkeys(detail.words for detail in found))


def _if_described(
    group: list[tuple[int, int]], strong: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    if any(span in strong for span in group):
        yield min(start for start, _ in group), max(end for _, end in group)


def _together(plain: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    between = plain[one[1] : other[0]]
    return len(between) <= _APART and _SENTENCE_END.search(between) is None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@cache
def _lexicon(tag: str) -> _Lexicon | None:
    source = WORDS / f"{tag}.yml"
    if not source.exists():
        return None
    raw: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    spaced = bool(raw.get("spaced", True))
    colour = "|".join(_all(raw["colour"]))
    noun = "|".join([*_all(raw["vehicle"]), _MAKES])
    link = raw.get("colour_link", " ")
    gap = " " if spaced else ""
    vehicle = rf"(?:(?:{colour}){gap})?(?:{noun})(?: (?:{_MAKES}))?(?: (?:{_MODELS}))?(?:{link}(?:{colour}))?"
    clothes = "|".join(_all(raw["clothes"]))
    worn = rf"(?:(?:{colour}) ?)(?:{clothes})|(?:{clothes})(?:{link}|{raw.get('colour_of', link)})(?:{colour})"
    return _Lexicon(
        weapon=_compile(_all(raw["weapon"]), spaced=spaced, tag=tag),
        harmless=_compile(_all(raw["harmless"]), spaced=spaced, tag=tag)
        if raw.get("harmless")
        else None,
        vehicle=_compile([vehicle], spaced=spaced, tag=tag),
        feature=_compile([worn, *_all(raw["looks"])], spaced=spaced, tag=tag),
        weak=_compile(_all(raw["person"]), spaced=spaced, tag=tag),
    )


def _all(words: str | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else words


def _compile(patterns: list[str], *, spaced: bool, tag: str) -> re.Pattern[str]:
    left, right = (r"(?<![\w'])", r"(?!\w)") if spaced else ("", "")
    if tag in ("ar", "ur"):
        left = r"(?<!\w)(?:و|ف)?(?:ب|ل|ك)?" if tag == "ar" else r"(?<!\w)"
    if tag in ("ca", "fr", "it"):  # l'home, d'alcada
        left = r"(?<!\w)"
    folded = "|".join(fold_pattern(pattern) for pattern in patterns)
    article = "(?:ال)?" if tag == "ar" else ""
    # What is written to the front of an Arabic word ("with a", "and") is not of the thing.
    return re.compile(f"{left}(?P<thing>{article}(?:{folded})){right}")
