"""Which unit a case goes to, and why, in words. Pure: facts in, a decision out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from backend.areas.rules import Area
from backend.city.schemas import City, Rule, Unit, When, said_in
from backend.kit.catalogues import N_, catalogue

NO_PLACE = N_("No rule fits, and no place was given: the cases without a better unit come here.")
OUTSIDE = N_("The place lies outside every area of the city: such cases come here.")
NO_RULE = N_("No rule fits this case: the cases without a better unit come here.")
CLOSED_UNIT = N_("The rule's unit does not exist any more: such cases come here.")
CONFLICT = N_(
    "The rules {one} and {other} both fit and name different units: such cases come here."
)


@dataclass(frozen=True)
class Facts:
    """What routing may look at.

    `point` is (longitude, latitude) in degrees, WGS 84. `area_id` is the name of a neighbourhood
    or a district and wins over the point. `at` is an aware moment: rules with hours need it.
    """

    category: str
    kind: str = "report"
    point: tuple[float, float] | None = None
    area_id: str | None = None
    urgent: bool = False
    language: str = "en"
    at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """Where a case goes, and why.

    `desk` is the name of the area whose desk takes it (`City.desk_name` says it in a language);
    `also` are units that see the case too. `reason` is an English text with the fields of
    `params`: the rule's own words (`reason_texts` has them in every language), or a msgid when
    the fallback decided. `reason_in` and `reasons` say it to people. `rule` is None and
    `fallback` true when no rule decided.
    """

    unit: str
    desk: str | None
    also: tuple[str, ...]
    area: Area | None
    reason: str
    reason_texts: dict[str, str] | None
    rule: str | None
    fallback: bool
    params: dict[str, str] = field(default_factory=dict)

    def reason_in(self, language: str) -> str:
        """The reason as an officer reads it."""
        text = said_in(self.reason_texts, language) if self.reason_texts else self.reason
        return catalogue(language).text(text, **self.params)

    def reasons(self, languages: Sequence[str]) -> dict[str, str]:
        """The reason in each language, to be kept with the case: it outlives the rule."""
        return {language: self.reason_in(language) for language in languages}


def route(city: City, facts: Facts) -> Decision:
    """The unit for a case: the first rule that matches, else the fallback with its reason.

    Never nowhere: any facts give a unit of the city.
    """
    return _decide(city, facts, area_of(city, facts))


def route_many(city: City, many: Sequence[Facts]) -> list[Decision]:
    """The same for many cases, with one pass through the index."""
    pinned = [n for n, facts in enumerate(many) if facts.point and _named(city, facts) is None]
    located: dict[int, int] = {}
    if pinned:
        points = np.array([many[n].point for n in pinned], dtype=np.float64)
        located = dict(zip(pinned, city.index.locate_many(points).tolist(), strict=True))
    decisions = []
    for n, facts in enumerate(many):
        if n in located:
            area = city.index.areas[located[n]] if located[n] >= 0 else None
        else:
            area = _named(city, facts)
        decisions.append(_decide(city, facts, area))
    return decisions


def area_of(city: City, facts: Facts) -> Area | None:
    """The area the facts speak of."""
    named = _named(city, facts)
    if named is not None:
        return named
    return city.index.locate(*facts.point) if facts.point else None


def _named(city: City, facts: Facts) -> Area | None:
    return city.index.by_id(facts.area_id)


def _decide(city: City, facts: Facts, area: Area | None) -> Decision:
    for group in city.rule_groups:
        fitting = [rule for rule in group if matches(city, rule, facts, area)]
        if not fitting:
            continue
        other = next((rule for rule in fitting if rule.to != fitting[0].to), None)
        if other is not None:
            params = {"one": fitting[0].id, "other": other.id}
            return _fallback(city, facts, area, CONFLICT, params)
        unit = city.unit_by_id.get(fitting[0].to)
        if unit is None:
            return _fallback(city, facts, area, CLOSED_UNIT)
        return _by_rule(city, facts, area, fitting[0], unit)
    if facts.point is not None and area is None:
        return _fallback(city, facts, area, OUTSIDE)
    return _fallback(city, facts, area, NO_RULE if area else NO_PLACE)


def matches(city: City, rule: Rule, facts: Facts, area: Area | None) -> bool:
    """Whether every condition of a rule holds."""
    when = rule.when
    if when.kind and facts.kind not in when.kind:
        return False
    if when.category and facts.category not in when.category:
        return False
    if when.area and not lies_in(when, area):
        return False
    if when.urgent is not None and when.urgent != facts.urgent:
        return False
    if when.language and facts.language not in when.language:
        return False
    if when.hours is not None:
        return facts.at is not None and when.hours.covers(facts.at.astimezone(city.zone))
    return True


def lies_in(when: When, area: Area | None) -> bool:
    """Whether an area is one of a condition's areas, or in one of its districts."""
    return area is not None and (area.name in when.area or area.district in when.area)


def _by_rule(city: City, facts: Facts, area: Area | None, rule: Rule, unit: Unit) -> Decision:
    names = {
        "area": area.name if area else "",
        "district": (area.district or area.name) if area else "",
    }
    return Decision(
        unit=unit.id,
        desk=_desk(unit, area),
        also=_also(city, facts, unit.id),
        area=area,
        reason=said_in(rule.because, "en"),
        reason_texts=rule.because,
        rule=rule.id,
        fallback=False,
        params=names,
    )


def _fallback(
    city: City,
    facts: Facts,
    area: Area | None,
    reason: str,
    params: dict[str, str] | None = None,
) -> Decision:
    return Decision(
        unit=city.fallback,
        desk=_desk(city.unit_by_id[city.fallback], area),
        also=_also(city, facts, city.fallback),
        area=area,
        reason=reason,
        reason_texts=None,
        rule=None,
        fallback=True,
        params=params or {},
    )


def _desk(unit: Unit, area: Area | None) -> str | None:
    """The desk of the neighbourhood, else of its district."""
    if area is None:
        return None
    return next((name for name in (area.name, area.district) if name in unit.desks), None)


def _also(city: City, facts: Facts, unit: str) -> tuple[str, ...]:
    """Who sees the case too: the control room, when it is urgent."""
    return (city.control_room,) if facts.urgent and unit != city.control_room else ()
