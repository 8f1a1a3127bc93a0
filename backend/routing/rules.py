"""Which unit a case goes to, and why, in words. Pure: facts in, a decision out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from backend.areas.rules import Area
from backend.city.schemas import City, Rule, said_in
from backend.kit.catalogues import N_, catalogue

NO_PLACE = N_("No rule fits, and no place was given: the cases without a better unit come here.")
OUTSIDE = N_("The place lies outside every area of the city: such cases come here.")
NO_RULE = N_("No rule fits this case: the cases without a better unit come here.")
CLOSED_UNIT = N_("The rule's unit does not exist any more: such cases come here.")


@dataclass(frozen=True)
class Facts:
    """What routing may look at; `at` is an aware moment, `area_id` wins over the point."""

    category: str
    kind: str = "report"
    point: tuple[float, float] | None = None  # lon, lat
    area_id: str | None = None
    urgent: bool = False
    language: str = "en"
    at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """Where a case goes. `reason` is a text per language, or a msgid when it is ours."""

    unit: str
    desk: str | None
    also: tuple[str, ...]
    area: Area | None
    reason: str
    reason_texts: dict[str, str] | None
    rule: str | None
    fallback: bool

    def reason_in(self, language: str) -> str:
        """The reason as an officer reads it."""
        if self.reason_texts is not None:
            return said_in(self.reason_texts, language)
        return catalogue(language).text(self.reason)


def route(city: City, facts: Facts) -> Decision:
    """The unit for a case: the first rule that matches, else the fallback with its reason."""
    return _decide(city, facts, area_of(city, facts))


def route_many(city: City, many: Sequence[Facts]) -> list[Decision]:
    """The same for many cases, with one pass through the index."""
    located: dict[int, int] = {}
    pinned = [n for n, facts in enumerate(many) if facts.point and not facts.area_id]
    if pinned:
        points = np.array([many[n].point for n in pinned], dtype=np.float64)
        located = dict(zip(pinned, city.index.locate_many(points).tolist(), strict=True))
    decisions = []
    for n, facts in enumerate(many):
        if n in located:
            area = city.index.areas[located[n]] if located[n] >= 0 else None
        else:
            area = area_of(city, facts)
        decisions.append(_decide(city, facts, area))
    return decisions


def area_of(city: City, facts: Facts) -> Area | None:
    """The area the facts speak of."""
    named = city.index.by_id(facts.area_id)
    if named is not None:
        return named
    return city.index.locate(*facts.point) if facts.point else None


def _decide(city: City, facts: Facts, area: Area | None) -> Decision:
    also = (city.control_room,) if facts.urgent else ()
    for rule in city.routing:
        if matches(city, rule, facts, area):
            unit = city.unit_by_id.get(rule.to)
            if unit is None:
                return _fallback(city, area, also, CLOSED_UNIT)
            desk = unit.desks.get(area.district or area.name) if area else None
            return Decision(
                unit=rule.to,
                desk=desk,
                also=tuple(other for other in also if other != rule.to),
                area=area,
                reason=rule.id,
                reason_texts=rule.because,
                rule=rule.id,
                fallback=False,
            )
    if facts.point is not None and area is None:
        return _fallback(city, area, also, OUTSIDE)
    return _fallback(city, area, also, NO_RULE if area else NO_PLACE)


def matches(city: City, rule: Rule, facts: Facts, area: Area | None) -> bool:
    """Whether every condition of a rule holds."""
    when = rule.when
    if when.kind and facts.kind not in when.kind:
        return False
    if when.category and facts.category not in when.category:
        return False
    if when.area and (area is None or not {area.name, area.district} & set(when.area)):
        return False
    if when.urgent is not None and when.urgent != facts.urgent:
        return False
    if when.language and facts.language not in when.language:
        return False
    if when.hours is not None:
        return facts.at is not None and when.hours.covers(facts.at.astimezone(city.zone))
    return True


def _fallback(city: City, area: Area | None, also: tuple[str, ...], reason: str) -> Decision:
    unit = city.unit_by_id[city.fallback]
    return Decision(
        unit=city.fallback,
        desk=unit.desks.get(area.district or area.name) if area else None,
        also=tuple(other for other in also if other != city.fallback),
        area=area,
        reason=reason,
        reason_texts=None,
        rule=None,
        fallback=True,
    )
