"""A city as its police describe it, in one file.

`backend.city.rules.load_city` reads the file; everything here is what it may say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from backend.areas.rules import AreaIndex

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ]{2,20}$")]
Texts = dict[str, str]  # by language tag
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UnitKind = Literal["local", "community", "investigation", "specialist", "control_room"]
Words = Annotated[tuple[str, ...], Field(min_length=1)]  # a condition says something or is left out


class Part(BaseModel):
    """Every part of the file: unchangeable, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Place(Part):
    """A point, WGS 84, degrees."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class Hours(Part):
    """Opening hours on some days, local time; `to` before `from` runs past midnight."""

    days: tuple[Day, ...] = Field(min_length=1)
    opens: time
    closes: time

    def covers(self, local: datetime) -> bool:
        """Whether a local moment falls into these hours."""
        today, clock = DAYS[local.weekday()], local.time()
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        yesterday = DAYS[local.weekday() - 1]
        return (today in self.days and clock >= self.opens) or (
            yesterday in self.days and clock < self.closes
        )


class HelpLine(Part):
    """A number people in need can call."""

    id: Id
    number: Phone
    label: Texts
    topics: tuple[str, ...] = Field(min_length=1)  # child, gender_violence, suicide, or a category
    hours: Texts | None = None  # none: the label says it


class Station(Part):
    """A police station open to the public."""

    id: Id
    name: str
    address: str
    place: Place
    phone: Phone
    hours: Texts
    unit: Id | None = None


class AreasFile(Part):
    """Where the polygons are and which of their properties names them."""

    file: str
    name: str  # the property with the name
    district: str | None = None  # the property with the name of the district it lies in


class Unit(Part):
    """Who receives cases; `desks` gives some areas (by name) a desk of their own.

    `languages` are those its officers speak, `hours` when it is staffed.
    """

    id: Id
    name: Texts
    kind: UnitKind = "specialist"
    phone: Phone | None = None
    languages: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()  # none: round the clock
    desks: dict[str, Texts] = Field(default_factory=dict)

    def staffed(self, local: datetime) -> bool:
        """Whether someone of the unit is at work at a local moment."""
        return not self.hours or any(hours.covers(local) for hours in self.hours)


class When(Part):
    """What a case must be for a rule to match; a condition left out matches everything."""

    kind: Words = ()
    category: Words = ()
    area: Words = ()  # districts or neighbourhoods
    urgent: bool | None = None
    language: Words = ()
    hours: Hours | None = None


class Rule(Part):
    """A routing rule; the first that matches decides.

    Rules with the same `rank` stand side by side, at the place of the first of them: when two of
    them match one case and name different units, no one is right and the fallback takes it.
    `because` may hold {area} and {district} when the rule has areas.
    """

    id: Id
    when: When
    to: Id
    because: Texts
    rank: int | None = None


class Promise(Part):
    """Within how many hours an answer is promised, for some categories, units or urgent cases."""

    hours: float = Field(gt=0, le=24 * 90)
    category: Words = ()
    unit: Words = ()
    urgent: bool | None = None


class Landmark(Part):
    """A place people speak of, with every name they give it in any language."""

    id: Id
    kind: Literal["landmark", "street"] = "landmark"
    names: tuple[str, ...] = Field(min_length=1)
    place: Place | None = None


class City(Part):
    """Everything the service knows of a city."""

    name: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    time_zone: str
    languages: tuple[str, ...] = Field(min_length=1)
    emergency_number: Phone
    help_lines: tuple[HelpLine, ...] = ()
    stations: tuple[Station, ...] = ()
    areas: AreasFile
    units: tuple[Unit, ...] = Field(min_length=1)
    routing: tuple[Rule, ...] = ()
    fallback: Id
    control_room: Id
    promises: tuple[Promise, ...] = Field(min_length=1)
    retention_days: int = Field(gt=0, le=3650)
    formal_complaint: Texts
    landmarks: tuple[Landmark, ...] = ()

    _index: AreaIndex = PrivateAttr()

    def __eq__(self, other: object) -> bool:
        """By identity, as the hash is: what is made from a city can be cached."""
        return self is other

    def __hash__(self) -> int:
        """By identity: one city is loaded once and never changes."""
        return id(self)

    @property
    def index(self) -> AreaIndex:
        """The areas, searchable by place; set by `load_city`."""
        return self._index

    def placed(self, index: AreaIndex) -> City:
        """The city with its areas, without which no case can be routed."""
        self._index = index
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def unit_by_id(self) -> Mapping[str, Unit]:
        """The units by their id."""
        return {unit.id: unit for unit in self.units}

    @property
    def unit_ids(self) -> frozenset[str]:
        """The ids of the units."""
        return frozenset(self.unit_by_id)

    def unit_name(self, unit_id: str, language: str) -> str:
        """The name of a unit in a language; a unit that is no more keeps its id."""
        unit = self.unit_by_id.get(unit_id)
        return said_in(unit.name, language) if unit else unit_id

    def desk_name(self, unit_id: str, desk: str, language: str) -> str:
        """The name of a unit's desk (`Decision.desk`); a desk that is no more keeps its area."""
        unit = self.unit_by_id.get(unit_id)
        return said_in(unit.desks[desk], language) if unit and desk in unit.desks else desk

    @cached_property
    def rule_by_id(self) -> Mapping[str, Rule]:
        """The routing rules by their id."""
        return {rule.id: rule for rule in self.routing}

    @cached_property
    def rule_groups(self) -> tuple[tuple[Rule, ...], ...]:
        """The rules in the order they are asked, those of one rank together."""
        return grouped(self.routing)

    def help_line_for(self, *topics: str) -> HelpLine | None:
        """The first help line for one of the topics, in their order."""
        for topic in topics:
            for line in self.help_lines:
                if topic in line.topics:
                    return line
        return None

    def promised_hours(self, category: str, *, urgent: bool, unit: str | None = None) -> float:
        """Within how many hours an answer is promised; the first promise that fits counts."""
        for promise in self.promises:
            if promise.urgent is not None and promise.urgent != urgent:
                continue
            if promise.category and category not in promise.category:
                continue
            if promise.unit and unit not in promise.unit:
                continue
            return promise.hours
        return max(promise.hours for promise in self.promises)


def grouped(rules: Sequence[Rule]) -> tuple[tuple[Rule, ...], ...]:
    """The rules in the order they are asked; those of one rank where the first of them stands."""
    groups: dict[int | str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.id if rule.rank is None else rule.rank, []).append(rule)
    return tuple(tuple(group) for group in groups.values())


def said_in(texts: Texts, language: str) -> str:
    """The text in a language, else in English, else in the first there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
