"""Which routing rules can never decide: their conditions exclude each other, or others come first.

Every case is a choice of kind and category, area, urgency, language and hour. For each choice the
rules it satisfies are a set of bits; a case satisfies the rules common to its choices. Equal sets
are kept once, so that the number of combinations stays small for any real city.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from backend.areas.rules import Area
from backend.city.schemas import Rule, When, grouped
from backend.taxonomy.rules import taxonomy

MOST_SETS = 200_000  # more different sets than this and nothing is claimed
_MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - local by meaning: the hours of any week
_ELSEWHERE = "-"  # a language that no rule names


@dataclass(frozen=True)
class Unreachable:
    """A rule that never decides; `by` are the rules before it that take its cases."""

    rule: Rule
    why: Literal["contradiction", "shadowed", "conflict"]
    by: tuple[str, ...] = ()


def unreachable(rules: Sequence[Rule], areas: Sequence[Area]) -> list[Unreachable]:
    """The rules of a city that can never decide, in the order of the file."""
    sets = _satisfied_together(rules, areas)
    if sets is None:
        return []
    return [found for n in range(len(rules)) if (found := _judged(rules, n, sets)) is not None]


def _judged(rules: Sequence[Rule], n: int, sets: frozenset[int]) -> Unreachable | None:
    mine = [bits for bits in sets if bits >> n & 1]
    if not mine:
        return Unreachable(rules[n], "contradiction")
    place = {rule.id: k for k, rule in enumerate(rules)}
    before: set[str] = set()
    fights = False
    for bits in mine:
        winners = _winners(rules, place, bits)
        if rules[n] not in winners:
            before.update(rule.id for rule in winners[:1])
        elif len({rule.to for rule in winners}) > 1:
            fights = True
            before.update(rule.id for rule in winners if rule.to != rules[n].to)
        else:
            return None
    by = tuple(sorted(before, key=place.__getitem__))
    return Unreachable(rules[n], "conflict" if fights else "shadowed", by)


def _winners(rules: Sequence[Rule], place: dict[str, int], bits: int) -> tuple[Rule, ...]:
    for group in grouped(rules):
        fitting = tuple(rule for rule in group if bits >> place[rule.id] & 1)
        if fitting:
            return fitting
    return ()


def _satisfied_together(rules: Sequence[Rule], areas: Sequence[Area]) -> frozenset[int] | None:
    """Every set of rules that some case satisfies, as bits; None when there are too many."""
    whens = [rule.when for rule in rules]
    sets = {(1 << len(rules)) - 1}
    for choices in (
        _by_words(whens),
        _by_area(whens, areas),
        _by_urgency(whens),
        _by_language(whens),
        _by_hour(whens),
    ):
        sets = {one & other for one in sets for other in choices}
        if len(sets) > MOST_SETS:
            return None
    return frozenset(sets)


def _bits(satisfied: Iterable[bool]) -> int:
    return sum(1 << n for n, yes in enumerate(satisfied) if yes)


def _by_words(whens: Sequence[When]) -> set[int]:
    """By kind and category: incidents go with reports and tips, topics with questions."""
    words = taxonomy()
    pairs = []
    for kind in words.kinds:
        categories = {
            "report": list(words.incidents),
            "tip": list(words.incidents),
            "information_request": list(words.topics),
        }.get(kind, [""])
        pairs += [(kind, category) for category in categories]
    return {
        _bits(
            (not w.kind or kind in w.kind) and (not w.category or category in w.category)
            for w in whens
        )
        for kind, category in pairs
    }


def _by_area(whens: Sequence[When], areas: Sequence[Area]) -> set[int]:
    known: list[set[str]] = [{area.name, area.district or area.name} for area in areas]
    known += [{area.district} for area in areas if area.district]
    return {
        _bits(not w.area or bool(names & set(w.area)) for w in whens) for names in (set(), *known)
    }


def _by_urgency(whens: Sequence[When]) -> set[int]:
    return {_bits(w.urgent is None or w.urgent is now for w in whens) for now in (True, False)}


def _by_language(whens: Sequence[When]) -> set[int]:
    tags = [_ELSEWHERE, *taxonomy().languages]
    return {_bits(not w.language or tag in w.language for w in whens) for tag in tags}


def _by_hour(whens: Sequence[When]) -> set[int]:
    """By the moments of a week at which some rule's hours begin or end, or by no moment at all."""
    edges = {time(0)}
    for when in whens:
        if when.hours is not None:
            edges |= {when.hours.opens, when.hours.closes}
    moments = [
        datetime.combine(_MONDAY + timedelta(days=day), edge) for day in range(7) for edge in edges
    ]
    known = {_bits(w.hours is None or w.hours.covers(at) for w in whens) for at in moments}
    return {_bits(w.hours is None for w in whens), *known}
