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
# 1,75 m, 180 cm, 5'10, 6ft; a bare 1.80 may be a price or an hour, unless more is said.
_HEIGHT = re.compile(
    r"(?<![\d.,])(?:1[.,]?[4-9]\d ?(?:m|cm|metros?|metres?|meter|metri|м|см|米|م|سم)(?!\w)"
    r"|[4-6] ?(?:'|ft|foot) ?(?:1[01]|\d)?(?!\w))"
)
_PERHAPS_HEIGHT = re.compile(r"(?<![\d.,])1[.,][4-9]\d(?![\w:/]|[.,]\d| ?[€$£])")
# Makes that name a vehicle in every language; models that are words of another kind are left out.
_MAKES = (
    "seat|renault|peugeot|citroen|volkswagen|vw|golf|audi|bmw|mercedes|opel|ford|fiat|toyota|nissan|"
    "hyundai|kia|dacia|skoda|volvo|tesla|honda|yamaha|suzuki|kawasaki|vespa|piaggio|ducati|xiaomi"
)


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
    known = _lexicon(language.split("-")[0]) or _lexicon("en")
    if known is None:
        return []
    found: list[Detail] = []
    for detail in _candidates(message, read, known):
        if not any(_overlap(detail.span, other.span) for other in found):
            found.append(detail)
    return sorted(found, key=lambda detail: detail.span)


def _candidates(message: Folded, text: str, known: _Lexicon) -> Iterator[Detail]:
    plain = message.text
    if known.harmless is not None:
        plain = known.harmless.sub(lambda match: "\0" * len(match.group()), plain)
    for match in known.weapon.finditer(plain):
        yield _detail("weapon", message, text, match.start(), match.end())
    for match in known.vehicle.finditer(plain):
        yield _detail("vehicle", message, text, match.start(), match.end())
    for start, end in _people(plain, known):
        yield _detail("person", message, text, start, end)


def _detail(kind: Kind, message: Folded, text: str, start: int, end: int) -> Detail:
    first, last = message.span(start, end)
    return Detail(kind, " ".join(text[first:last].split()), (first, last))


def _people(plain: str, known: _Lexicon) -> Iterator[tuple[int, int]]:
    """Stretches that say what somebody looked like: features that stand together.

    An age or a "young man" alone describes nobody; beside another feature it belongs to it.
    """
    strong = [m.span() for pattern in (known.feature, _HEIGHT) for m in pattern.finditer(plain)]
    if not strong:
        return
    weak = [m.span() for p in (known.weak, _PERHAPS_HEIGHT) for m in p.finditer(plain)]
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
    vehicle = rf"(?:(?:{colour}){gap})?(?:{noun})(?: (?:{_MAKES}))?(?:{link}(?:{colour}))?"
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
        left = r"(?<!\w)(?:و|ف)?(?:ب|ل|ك)?(?:ال)?" if tag == "ar" else r"(?<!\w)"
    if tag in ("ca", "fr", "it"):  # l'home, d'alcada
        left = r"(?<!\w)"
    folded = "|".join(fold_pattern(pattern) for pattern in patterns)
    return re.compile(f"{left}(?:{folded}){right}")
