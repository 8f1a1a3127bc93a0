"""The place in a message: a known name, an address, a point on a map, or just the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from backend.languages.folding import Folded, fold, fold_pattern
from backend.languages.rules import CLOSEST
from backend.places.gazetteer import Entry, Gazetteer, Kind, Point

__all__ = ["Entry", "Gazetteer", "Kind", "PlaceGuess", "Point", "Relation", "find_place"]

WORDS = Path(__file__).with_name("words")

Relation = Literal["at", "near", "opposite", "behind", "inside", "outside", "crossing", "towards"]
_RELATIONS: tuple[Relation, ...] = (
    "crossing",
    "opposite",
    "behind",
    "outside",
    "inside",
    "near",
    "towards",
    "at",
)
# Before a name that no map knows, only these tell a place from a person or a thing.
_TELLING = frozenset({"crossing", "opposite", "near", "behind", "outside", "inside"})
_STREETS_OF_THE_CITY = ("es", "ca", "fr", "en")
_READ = 2000
_NUMBER = r"(?:,?\s?(?:n[uº°o]?m?\.?\s?|numero\s)?\d{1,4}(?:\s?(?:bis|[a-d](?!\w)))?)(?![\d:€%/]|\s?(?:euros?|anys|anos|ans|years|h\b))"


@dataclass(frozen=True)
class PlaceGuess:
    """The place a message speaks of.

    `words` are the person's own at `span`; `entry` is set when the city knows the name, `point`
    when the words or the entry hold one; `relation` says how the event lies to the place.
    """

    words: str
    entry: Entry | None
    span: tuple[int, int]
    relation: Relation
    point: Point | None = None


@dataclass(frozen=True)
class _Words:
    relations: tuple[tuple[Relation, re.Pattern[str]], ...]
    postposed: tuple[tuple[Relation, re.Pattern[str]], ...]
    noun: re.Pattern[str]
    ends: re.Pattern[str]
    linked: re.Pattern[str]
    streets: tuple[re.Pattern[str], ...]
    spaced: bool


def find_place(text: str, language: str, gazetteer: Gazetteer) -> PlaceGuess | None:
    """The place in a message, or None when it tells of none."""
    text = text[:_READ]
    pinned = _coordinates(text)
    if pinned is not None:
        return pinned
    # What stands in an address or a link is no place; a map's link has been read above.
    text = _REACHED.sub(lambda match: " " * len(match.group()), text)
    message = fold(text)
    base = language.split("-")[0]
    known = _known(text, message, base, gazetteer)
    if known is not None:
        return known
    # Streets keep the names of the city, whatever language the person speaks.
    for tag in dict.fromkeys((base, *CLOSEST.get(base, ()), *_STREETS_OF_THE_CITY)):
        words = _words(tag)
        if words is not None and (guess := _address(text, message, words)) is not None:
            return guess
    for tag in dict.fromkeys((base, *CLOSEST.get(base, ()), "en")):
        words = _words(tag)
        if words is not None and (guess := _described(text, message, words)) is not None:
            return guess
    return None


# --- points

_DEGREES = r"[+-]?(?:[1-8]?\d|90)\.\d{1,8}"
_MERIDIAN = r"[+-]?(?:1[0-7]\d|180|\d{1,2})\.\d{1,8}"
_PAIR = re.compile(rf"(?<![\w.,€$])({_DEGREES})\s?[,;]\s?({_MERIDIAN})(?![\w.€$]|\s?(?:€|euros?))")
_IN_LINK = (
    re.compile(rf"!3d({_DEGREES})!4d({_MERIDIAN})"),
    re.compile(rf"@({_DEGREES}),({_MERIDIAN})"),
    re.compile(rf"[?&](?:q|ll|query|destination|center|daddr|mlat)=(?:loc:)?({_DEGREES})(?:,|%2C|&mlon=)\+?({_MERIDIAN})", re.IGNORECASE),
    re.compile(rf"#map=\d+/({_DEGREES})/({_MERIDIAN})"),
    re.compile(rf"geo:({_DEGREES}),({_MERIDIAN})"),
)  # fmt: skip
_LINK = re.compile(r"(?:https?://|geo:)\S+")
_REACHED = re.compile(r"[A-Za-z0-9_.+-]*@[A-Za-z0-9_][A-Za-z0-9_.-]*|(?:https?://|www\.)[!-~]+")


def _coordinates(text: str) -> PlaceGuess | None:
    for link in _LINK.finditer(text):
        for pattern in _IN_LINK:
            if match := pattern.search(link.group()):
                return _pin(link.group(), match, link.span())
    match = _PAIR.search(_LINK.sub(lambda m: " " * len(m.group()), text))
    return _pin(match.group(), match, match.span()) if match else None


def _pin(words: str, match: re.Match[str], span: tuple[int, int]) -> PlaceGuess:
    point = Point(float(match[1]), float(match[2]))
    return PlaceGuess(words, None, span, "at", point)


# --- known names


def _known(text: str, message: Folded, base: str, gazetteer: Gazetteer) -> PlaceGuess | None:
    hits = gazetteer.find(text)
    if not hits:
        return None
    best = hits[0]
    start, end = best.start, best.end
    relation = _relation_at(message.text, start, end, base)
    if relation == "crossing":
        # Two streets make a corner: the words hold both.
        other = next((h for h in hits[1:] if abs(h.start - end) <= 12), None)
        end = max(end, other.end) if other is not None else end
    if best.entry.kind == "street" and (number := re.match(_NUMBER, message.text[end : end + 16])):
        end += number.end()
    span = message.span(start, end)
    return PlaceGuess(text[slice(*span)], best.entry, span, relation, best.entry.point)


def _relation_at(plain: str, start: int, end: int, base: str) -> Relation:
    before, after = plain[max(0, start - 40) : start], plain[end : end + 14]
    for tag in dict.fromkeys((base, *CLOSEST.get(base, ()), "en")):
        words = _words(tag)
        if words is None:
            continue
        for relation, pattern in words.postposed:
            if pattern.match(after.lstrip()):
                return relation
        best: tuple[int, Relation] | None = None
        for relation, pattern in words.relations:
            for match in pattern.finditer(before):
                rest = words.linked.sub(" ", before[match.end() :])
                close = not rest.strip(" '") and (best is None or match.start() < best[0])
                if close:
                    best = (match.start(), relation)
        if best is not None:
            return best[1]
    return "at"


# --- addresses


def _address(text: str, message: Folded, words: _Words) -> PlaceGuess | None:
    for pattern in words.streets:
        for match in pattern.finditer(message.text):
            start, end = match.span()
            span = message.span(start, end)
            said = text[slice(*span)]
            if not (re.search(r"\d", said) or _has_name(said)):
                continue
            relation = _relation_before(message.text, start, words)
            return PlaceGuess(said.strip(" ,"), None, span, relation)
    return None


def _has_name(said: str) -> bool:
    """A capital after the first word, or a script that has no capitals."""
    rest = said.split(" ", 1)[-1]
    return any(c.isupper() for c in rest) or not any(c.islower() for c in rest)


def _relation_before(plain: str, start: int, words: _Words) -> Relation:
    before = plain[max(0, start - 40) : start]
    for relation, pattern in words.relations:
        for match in pattern.finditer(before):
            if not words.linked.sub(" ", before[match.end() :]).strip(" '"):
                return relation
    return "at"


# --- described places


def _described(text: str, message: Folded, words: _Words) -> PlaceGuess | None:
    if words.postposed and (guess := _postposed(text, message, words)) is not None:
        return guess
    found: list[tuple[int, int, PlaceGuess]] = []
    for order, (relation, start, place) in enumerate(_openings(message.text, words)):
        end = _phrase_end(text, message, place, words, relation)
        if end is None:
            continue
        if relation == "crossing" and (other := _OTHER_STREET.match(message.text, end)):
            end = _tail(text, message, other.end(), words, named=True)
        span = message.span(start, end)
        guess = PlaceGuess(text[slice(*span)].strip(" '"), None, span, relation)
        weight = 1 if relation in ("at", "towards") else 0
        found.append((weight, order, guess))
    return min(found, key=lambda f: f[:2])[2] if found else None


def _openings(plain: str, words: _Words) -> Iterator[tuple[Relation, int, int]]:
    """Relation, where it begins, where the place itself begins."""
    found = [(relation, m.span()) for relation, p in words.relations for m in p.finditer(plain)]
    longest: dict[int, int] = {}
    for _, (start, end) in found:
        longest[start] = max(end, longest.get(start, 0))
    taken: set[int] = set()
    for relation, (start, end) in found:
        # "In der Nähe von" is not "in".
        if end < longest[start] or start in taken:
            continue
        taken.update(range(start, end))
        yield relation, start, end


def _phrase_end(
    text: str, message: Folded, place: int, words: _Words, relation: Relation
) -> int | None:
    plain = message.text
    place = _skip_linked(plain, place, words)
    noun = words.noun.match(plain, place)
    if noun is not None:
        return _tail(text, message, noun.end(), words)
    if relation == "crossing" and place > 0 and plain[place - 1 : place].isalpha():
        return place
    if relation in _TELLING and words.spaced:
        end = _tail(text, message, place, words, named=True)
        name = plain[place:end].strip(" '")
        return end if len(name) >= 3 else None
    return None


def _skip_linked(plain: str, place: int, words: _Words) -> int:
    while True:
        gap = re.compile(r"[ ']*").match(plain, place)
        after = gap.end() if gap else place
        link = words.linked.match(plain, after)
        if link is None or link.end() == after:
            return after
        place = link.end()


_OTHER_STREET = re.compile(r" (?:amb|con|with|and|et|com|cu|und|y|i|e|та|і|و)(?= )")
_STEP = re.compile(r"(?P<gap>[ ']{0,2})(?P<word>[\w·.\-]*\w)")


def _tail(text: str, message: Folded, end: int, words: _Words, *, named: bool = False) -> int:
    """How far the phrase runs: names, numbers, and what a link word ties to it."""
    plain, kept, linked = message.text, end, False
    for _ in range(6):
        step = _STEP.match(plain, end)
        if step is None or (words.ends.fullmatch(step["word"]) and not linked):
            break
        begins = step.start("word")
        capital = text[message.offsets[begins]].isupper()
        definite = step["word"].startswith("ال")
        end = step.end()
        if linked and (noun := words.noun.match(plain, begins)) and noun.end() > end:
            kept, end, linked = noun.end(), noun.end(), False  # "del centro comercial"
            continue
        alone = words.linked.fullmatch(step["word"]) is not None
        if alone or (words.linked.match(plain, begins, end + 1) and not definite):
            if not alone and not capital and not linked:
                break  # "de l'immeuble" goes on, "d'un coup" does not
            linked = True
            continue
        if not (
            capital
            or definite
            or (linked and not words.ends.fullmatch(step["word"]))
            or (step["word"].isdigit() and not named)
        ):
            break
        kept, linked = end, False
    return kept


def _postposed(text: str, message: Folded, words: _Words) -> PlaceGuess | None:
    """Languages that say it after: the noun, then how the event lies to it."""
    plain = message.text
    for match in words.noun.finditer(plain):
        if words.spaced and plain[: match.start()][-1:].isalnum():
            continue  # the end of a longer word
        after = plain[match.end() : match.end() + 14]
        for relation, pattern in words.postposed:
            tie = pattern.match(after.lstrip())
            if tie is None:
                continue
            start = match.start()
            if not words.spaced:
                lead = re.search(r"[\u4e00-\u9fff]{0,6}$", plain[:start])
                within = lead.group() if lead else ""
                cut = max((within.rfind(c) for c in "在到从有我们們的，"), default=-1)
                start -= len(within) - cut - 1 if cut >= 0 else 0
            end = match.end() + len(after) - len(after.lstrip()) + tie.end()
            span = message.span(start, end)
            return PlaceGuess(text[slice(*span)], None, span, relation)
    return None


# --- words


@cache
def _words(tag: str) -> _Words | None:
    source = WORDS / f"{tag}.yml"
    if not source.exists():
        return None
    raw: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    spaced = tag != "zh"
    left, right = (r"(?<!\w)", r"(?:(?<=')|(?!\w))") if spaced else ("", "")
    article = r"(?:ال|لل)?" if tag == "ar" else ""
    relations = [
        (relation, re.compile(f"{left}(?:{_longest_first(raw['relations'][relation])}){right}"))
        for relation in _RELATIONS
        if relation in raw["relations"]
    ]
    if tag == "ar":
        relations.append(("at", re.compile(r"(?<!\w)[وف]?(?:بال|عال|فال|لل|ب(?=\w{4}))")))
    return _Words(
        relations=tuple(relations),
        postposed=tuple(
            (relation, re.compile(f"(?:{_longest_first(words)})"))
            for relation, words in raw.get("postposed", {}).items()
        ),
        noun=re.compile(f"{article}(?:{_longest_first(raw['nouns'])}){right}"),
        ends=re.compile(f"(?:{_longest_first(raw['ends'])})"),
        linked=re.compile(f"(?:{_longest_first(raw['linked'])}){'' if tag == 'ar' else right}"),
        streets=tuple(_street_patterns(tag, raw)),
        spaced=spaced,
    )


def _longest_first(line: str) -> str:
    """The alternatives of a line, split outside brackets, the longest first."""
    parts: list[str] = []
    depth, part = 0, ""
    for letter in fold_pattern(line):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return "|".join(sorted({*parts, part}, key=len, reverse=True))


def _street_patterns(tag: str, raw: dict[str, Any]) -> Iterator[re.Pattern[str]]:
    kinds = _longest_first(raw["streets"])
    name = r"[^\W\d_][\w'·.\-]*"
    if tag == "zh":
        yield re.compile(rf"[\u4e00-\u9fff]{{2,6}}(?:{kinds})\d{{1,4}}号?")
        return
    if tag == "ur":
        yield re.compile(rf"{name} (?:{kinds})(?: نمبر)? \d{{1,4}}")
        return
    if tag == "ar":
        yield re.compile(
            rf"(?<!\w)(?:ال|ب|ل|بال)?(?:{kinds}) {name}(?: ال\w+)?(?:{_NUMBER}| رقم \d{{1,4}})?"
        )
        return
    if tag == "de":
        yield re.compile(rf"(?<!\w)[^\W\d_][\w\-]*(?:strasse|str\.|weg|platz|allee|gasse){_NUMBER}")
        return
    if raw.get("after"):
        yield re.compile(rf"(?<!\w)\d{{1,4}},? (?:{name} ){{1,3}}(?:{kinds}|st|rd|ave)(?!\w)")
    link = r"(?:(?:de la|de les|de los|dels|del|de l'|de|d'|della|dei|di|du|des|da|do|dos|das|l'|la|les|el) ?)*"
    # An abbreviation ends with its sign or a space, or "plate" would be "pl." and a name.
    kind = rf"(?<![\w/])(?:{kinds})(?:(?<=[./]) ?| )"
    if tag == "fr":
        yield re.compile(
            rf"(?<!\w)\d{{1,4}}(?: bis| ter)?,? {kind}{link}{name}(?: {link}{name}){{0,2}}(?= |[.,;!?]|$)"
        )
    yield re.compile(rf"{kind}{link}{name}(?: {link}{name}){{0,3}}?{_NUMBER}")
    yield from _named_streets(kind, link, name)


def _named_streets(kind: str, link: str, name: str) -> Iterator[re.Pattern[str]]:
    """A street without a number: only the words right after its kind."""
    yield re.compile(rf"(?:(?<!\w)\d{{1,4}},? )?{kind}{link}{name}")
