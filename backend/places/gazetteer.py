"""The places a city knows by name, searchable by what people make of the names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from backend.languages.folding import fold, folded

Kind = Literal["area", "station", "landmark", "street"]


class Point(NamedTuple):
    """WGS 84, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Entry:
    """A place with a name; `area_id` is the area it lies in, or the area it is."""

    id: str
    kind: Kind
    names: tuple[str, ...]
    point: Point | None = None
    area_id: str | None = None


@dataclass(frozen=True)
class Hit:
    """A name found: where it stands in the folded text, and how sure it is (0 to 100)."""

    entry: Entry
    start: int
    end: int
    score: float


# A house number does not make a name; articles and prepositions come and go.
_LINKS = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "els",
        "les",
        "l",
        "d",
        "de",
        "del",
        "dels",
        "des",
        "du",
        "da",
        "do",
        "dos",
        "das",
        "di",
        "della",
        "dello",
        "degli",
        "the",
        "of",
        "le",
        "lo",
        "il",
        "i",
        "gli",
        "o",
        "a",
        "os",
        "as",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "von",
        "zum",
        "zur",
        "vom",
        "y",
        "e",
        "und",
        "et",
        "and",
    ]
)
_TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")  # Chinese stands close to a name
_ARABIC_ARTICLE = re.compile(r"^(?:[وف]?[بك]?ال|لل)(?=\w{2})")
_ARABIC_PREFIX = re.compile(r"^[وفبلك](?=\w{3})")
_LEAST_TO_FORGIVE = 6
_ALIKE = 87.0
_RANK: dict[Kind, int] = {"landmark": 3, "station": 3, "street": 2, "area": 1}
_MOST_TOKENS = 300


class Gazetteer:
    """Finds known names in spite of case, accents, articles and slips of the finger.

    `city` holds the names of the city itself: said alone, they are no place.
    """

    def __init__(self, entries: Iterable[Entry], city: Sequence[str] = ()) -> None:
        self._names: dict[tuple[str, ...], Entry] = {}
        self._unspaced: dict[str, Entry] = {}
        self._city = {_content(name) for name in city}
        for entry in entries:
            for name in entry.names:
                self._add(name, entry)
        self._longest = max(map(len, self._names), default=0)
        self._by_size: dict[int, dict[str, tuple[str, ...]]] = {}
        for tokens in self._names:
            joined = " ".join(tokens)
            if len(joined) >= _LEAST_TO_FORGIVE:
                self._by_size.setdefault(len(tokens), {})[joined] = tokens

    def find(self, text: str) -> list[Hit]:
        """The names in a text, the most telling first: a landmark before a street before an area."""
        plain = fold(text).text
        hits = [*self._exact(plain), *self._written_together(plain)] or [*self._alike(plain)]
        kept: list[Hit] = []
        for hit in sorted(hits, key=lambda h: (h.end - h.start, h.score), reverse=True):
            if all(hit.end <= other.start or hit.start >= other.end for other in kept):
                kept.append(hit)
        return sorted(kept, key=lambda h: (-_RANK[h.entry.kind], -h.score, h.start))

    def _add(self, name: str, entry: Entry) -> None:
        tokens = _content(name)
        if not tokens or tokens in self._city:
            return
        if re.search(r"[\u3400-\u9fff]", name):
            self._unspaced.setdefault(folded(name), entry)
        known = self._names.get(tokens)
        if known is None or _RANK[entry.kind] > _RANK[known.kind]:
            self._names[tokens] = entry

    def _exact(self, plain: str) -> Iterator[Hit]:
        tokens = _located(plain)
        for first in range(len(tokens)):
            for size in range(min(self._longest, len(tokens) - first), 0, -1):
                window = tokens[first : first + size]
                entry = self._lookup(window)
                if entry is not None:
                    yield Hit(entry, window[0][1], window[-1][2], 100.0)
                    break

    def _lookup(self, window: list[tuple[str, int, int]]) -> Entry | None:
        words = tuple(token for token, _, _ in window)
        entry = self._names.get(words)
        if entry is None and _ARABIC_PREFIX.match(words[0]):
            entry = self._names.get((words[0][1:], *words[1:]))
        return entry

    def _written_together(self, plain: str) -> Iterator[Hit]:
        for name, entry in self._unspaced.items():
            start = plain.find(name)
            if start >= 0:
                yield Hit(entry, start, start + len(name), 100.0)

    def _alike(self, plain: str) -> Iterator[Hit]:
        tokens = _located(plain)
        for size, names in self._by_size.items():
            choices = list(names)
            for first in range(len(tokens) - size + 1):
                window = tokens[first : first + size]
                said = " ".join(token for token, _, _ in window)
                if len(said) < _LEAST_TO_FORGIVE or tuple(said.split()) in self._city:
                    continue
                best = process.extractOne(said, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
                if best is not None and _same_start(said, best[0]):
                    entry = self._names[names[best[0]]]
                    yield Hit(entry, window[0][1], window[-1][2], best[1])


def _same_start(said: str, known: str) -> bool:
    """Short names must begin alike: `plaza` and `playa` are one letter apart."""
    return len(known) >= 10 or (said[:3] == known[:3] and abs(len(said) - len(known)) <= 1)


def _located(plain: str) -> list[tuple[str, int, int]]:
    """The content words of folded text with their places."""
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(plain):
        token = _ARABIC_ARTICLE.sub("", match.group())
        if token not in _LINKS:
            found.append((token, match.start(), match.end()))
        if len(found) >= _MOST_TOKENS:
            break
    return found


def _content(name: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in _located(folded(name)))
