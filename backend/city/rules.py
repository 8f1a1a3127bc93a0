"""Read a city file and say everything that is wrong with it at once, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from shapely import STRtree
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry import Point as ShapelyPoint
from shapely.ops import unary_union
from shapely.validation import explain_validity

from backend.areas.rules import Area, AreaIndex
from backend.city.schemas import City, When
from backend.taxonomy.rules import taxonomy

TOPICS = ("child", "gender_violence", "suicide", "victims", "elderly", "hate", "online")
OVERLAP = 1e-9  # square degrees, about ten square metres: less is drawing noise
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a city file: where, what, and what to write instead."""

    file: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.instead}".rstrip()


class CityFaults(Exception):
    """Everything wrong with a city file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def load_city(path: Path) -> City:
    """The city of a file, ready to route; raises `CityFaults` with every fault at once."""
    raw = _parse(path)
    faults = _Faults(path, raw)
    city = _shaped(raw, faults)
    areas: list[Area] = []
    if city is not None:
        areas = _areas(path, city, faults)
        _check_words(city, faults)
        _check_units(city, faults)
        _check_rules(city, areas, faults)
        _check_places(city, areas, faults)
    if faults.found or city is None:
        raise CityFaults(sorted(faults.found, key=lambda fault: (fault.file, fault.line)))
    city._index = AreaIndex(areas)  # noqa: SLF001 - the one place that makes a city whole
    return city


class _Faults:
    """Collects faults and finds the line of a key."""

    def __init__(self, path: Path, raw: Any) -> None:
        self.file = path.name
        self.found: list[Fault] = []
        self._raw = raw

    def add(self, at: Path_, what: str, instead: str = "") -> None:
        self.found.append(Fault(self.file, self.line(at), what, instead))

    def line(self, at: Path_) -> int:
        node, line = self._raw, 1
        for step in at:
            known = getattr(node, "lc", None)
            try:
                if isinstance(node, Mapping):
                    line = known.key(step)[0] + 1 if known else line
                elif isinstance(node, Sequence) and not isinstance(node, str):
                    line = known.item(step)[0] + 1 if known else line
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return line


def _parse(path: Path) -> Any:
    try:
        raw = YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8 text." if isinstance(error, ValueError) else "cannot be read."
        raise CityFaults([Fault(path.name, 1, f"The file {why}", "Check its name.")]) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        fault = Fault(path.name, line, f"This is not YAML: {error.problem}.", "Check the indents.")
        raise CityFaults([fault]) from None
    if not isinstance(raw, Mapping):
        raise CityFaults([Fault(path.name, 1, "The file is empty or no mapping.", "Start with name:.")])
    return raw


def _shaped(raw: Any, faults: _Faults) -> City | None:
    try:
        return City.model_validate(json.loads(json.dumps(raw, default=str)))
    except ValidationError as error:
        for problem in error.errors():
            at = tuple(problem["loc"])
            faults.add(at, *_in_words(at, problem))
        return None


def _in_words(at: Path_, problem: Any) -> tuple[str, str]:
    key = str(at[-1]) if at else "the file"
    match problem["type"]:
        case "missing":
            return f"“{key}” is missing.", f"Add {key}: …"
        case "extra_forbidden":
            known = _known_keys(at)
            return f"“{key}” is not a word of this file.", _did_you_mean(key, known)
        case "string_pattern_mismatch":
            return f"“{key}” is not written as it must be.", _pattern_words(key)
        case _:
            return f"“{key}”: {problem['msg']}.", ""


def _known_keys(at: Path_) -> list[str]:
    fields: Any = City
    for step in at[:-1]:
        if isinstance(step, int):
            continue
        field = fields.model_fields.get(step) if hasattr(fields, "model_fields") else None
        inner = getattr(field, "annotation", None)
        fields = next(
            (a for a in (inner, *getattr(inner, "__args__", ())) if hasattr(a, "model_fields")),
            None,
        )
    return list(fields.model_fields) if fields is not None else []


def _pattern_words(key: str) -> str:
    if key in ("id", "to", "fallback", "control_room", "unit"):
        return "Use small letters, digits and _: local_police."
    if key == "country":
        return "Use the two capital letters of ISO 3166: ES."
    return "Use digits and spaces, with + in front for abroad: +34 900 000 000."


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean “{close[0]}”?" if close else "Known are: " + ", ".join(known) + "."


def _areas(path: Path, city: City, faults: _Faults) -> list[Area]:
    """The polygons of the areas file; broken and overlapping ones are faults."""
    source = path.parent / city.areas.file
    try:
        raw = json.loads(source.read_text(encoding="utf-8-sig"))
        features = raw["features"]
    except (OSError, ValueError, KeyError, TypeError):
        faults.add(
            ("areas", "file"),
            f"The areas file {city.areas.file} is missing or no GeoJSON collection.",
            "Make one with: sereno areas import YOUR.geojson --name PROPERTY",
        )
        return []
    areas = [area for area in _read_features(features, city, source.name, faults) if area]
    _check_names(areas, source.name, faults)
    _check_overlaps(areas, source.name, faults)
    return areas


def _read_features(
    features: Any, city: City, file: str, faults: _Faults
) -> Iterator[Area | None]:
    for place, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        name = str(properties.get(city.areas.name) or "").strip()
        where = f"Area {place}" + (f" ({name})" if name else "")
        if not name:
            instead = "Known are: " + ", ".join(map(str, properties)) + "."
            faults.found.append(
                Fault(file, place, f"{where} has no property “{city.areas.name}”.", instead)
            )
            continue
        polygon = _polygon(feature.get("geometry"))
        if polygon is None:
            what = f"{where} is no polygon or is empty."
            faults.found.append(Fault(file, place, what, "Draw it as Polygon or MultiPolygon."))
            continue
        west, south, east, north = polygon.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            what = f"{where} is not in degrees of longitude and latitude."
            faults.found.append(Fault(file, place, what, "Convert it to WGS 84 (EPSG:4326)."))
            continue
        if not polygon.is_valid:
            what = f"{where} is broken: {explain_validity(polygon).lower()}."
            faults.found.append(
                Fault(file, place, what, "Repair it with: sereno areas import.")
            )
            continue
        district = properties.get(city.areas.district) if city.areas.district else None
        yield Area(name, name, str(district) if district else None, polygon)


def _polygon(geometry: Any) -> Polygon | MultiPolygon | None:
    try:
        drawn = shape(geometry)
    except Exception:  # noqa: BLE001 - any nonsense may stand in a file
        return None
    return drawn if isinstance(drawn, Polygon | MultiPolygon) and not drawn.is_empty else None


def _check_names(areas: Sequence[Area], file: str, faults: _Faults) -> None:
    seen: set[str] = set()
    for place, area in enumerate(areas, start=1):
        if area.name in seen:
            what = f"Two areas are called {area.name}."
            faults.found.append(Fault(file, place, what, "Give each a name of its own."))
        seen.add(area.name)


def _check_overlaps(areas: Sequence[Area], file: str, faults: _Faults) -> None:
    if not areas:
        return
    tree = STRtree([area.shape for area in areas])
    for place, area in enumerate(areas):
        for other in tree.query(area.shape, predicate="intersects"):
            if other <= place:
                continue
            shared = area.shape.intersection(areas[other].shape).area
            if shared > OVERLAP:
                what = f"{area.name} and {areas[other].name} overlap."
                faults.found.append(
                    Fault(file, place + 1, what, "A place must lie in one area only.")
                )


def _check_words(city: City, faults: _Faults) -> None:
    words = taxonomy()
    if city.time_zone not in available_timezones():
        faults.add(
            ("time_zone",),
            f"There is no time zone “{city.time_zone}”.",
            _did_you_mean(city.time_zone, sorted(available_timezones())),
        )
    for place, tag in enumerate(city.languages):
        if tag not in words.languages:
            faults.add(
                ("languages", place),
                f"“{tag}” is not a language of the service.",
                _did_you_mean(tag, list(words.languages)),
            )
        elif not words.languages[tag].on:
            spoken = ", ".join(language.tag for language in words.spoken)
            faults.add(("languages", place), f"“{tag}” is not complete yet.", f"Use: {spoken}.")
    for at, texts in _texts(city):
        missing = [tag for tag in city.languages if not texts.get(tag, "").strip()]
        if missing:
            faults.add(at, f"No words in: {', '.join(missing)}.", "Write them in each language.")
    known = [*TOPICS, *words.incidents]
    for n, line in enumerate(city.help_lines):
        for topic in line.topics:
            if topic not in known:
                faults.add(
                    ("help_lines", n, "topics"),
                    f"“{topic}” is no topic.",
                    _did_you_mean(topic, known),
                )


def _texts(city: City) -> Iterator[tuple[Path_, dict[str, str]]]:
    yield ("formal_complaint",), city.formal_complaint
    for n, unit in enumerate(city.units):
        yield ("units", n, "name"), unit.name
    for n, rule in enumerate(city.routing):
        yield ("routing", n, "because"), rule.because
    for n, line in enumerate(city.help_lines):
        yield ("help_lines", n, "label"), line.label
    for n, station in enumerate(city.stations):
        yield ("stations", n, "hours"), station.hours


def _check_units(city: City, faults: _Faults) -> None:
    ids = list(city.unit_ids)
    for key, named in (("fallback", city.fallback), ("control_room", city.control_room)):
        if named not in ids:
            faults.add((key,), f"There is no unit “{named}”.", _did_you_mean(named, ids))
    for part in ("units", "stations", "help_lines", "routing", "landmarks"):
        seen: set[str] = set()
        for n, row in enumerate(getattr(city, part)):
            if row.id in seen:
                faults.add((part, n, "id"), f"“{row.id}” stands twice.", "Give each its own id.")
            seen.add(row.id)
    routed = {rule.to for rule in city.routing} | {city.fallback, city.control_room}
    for n, unit in enumerate(city.units):
        if unit.id not in routed:
            faults.add(
                ("units", n, "id"),
                f"Nothing is ever sent to “{unit.id}”.",
                "Add a routing rule, or take the unit out.",
            )
    for n, station in enumerate(city.stations):
        if station.unit is not None and station.unit not in ids:
            faults.add(
                ("stations", n, "unit"),
                f"There is no unit “{station.unit}”.",
                _did_you_mean(station.unit, ids),
            )


def _check_rules(city: City, areas: Sequence[Area], faults: _Faults) -> None:
    words = taxonomy()
    names = sorted({area.name for area in areas} | {area.district or "" for area in areas} - {""})
    allowed: dict[str, Sequence[str]] = {
        "kind": list(words.kinds),
        "category": [*words.incidents, *words.topics],
        "area": names,
        "language": list(words.languages),
    }
    for n, rule in enumerate(city.routing):
        if rule.to not in city.unit_ids:
            faults.add(
                ("routing", n, "to"),
                f"There is no unit “{rule.to}”.",
                _did_you_mean(rule.to, sorted(city.unit_ids)),
            )
        for condition, known in allowed.items():
            for value in getattr(rule.when, condition):
                if value not in known:
                    faults.add(
                        ("routing", n, "when", condition),
                        f"“{value}” is no {condition} we know.",
                        _did_you_mean(value, known),
                    )
        shadow = next((r for r in city.routing[:n] if covers(r.when, rule.when, areas)), None)
        if shadow is not None:
            faults.add(
                ("routing", n),
                f"The rule “{rule.id}” can never match: “{shadow.id}” before it takes everything.",
                "Move it up, or narrow the earlier one.",
            )
    _check_categories(city, words.incidents, faults)
    for n, unit in enumerate(city.units):
        for district in unit.desks:
            if district not in names:
                faults.add(
                    ("units", n, "desks", district),
                    f"“{district}” is no area we know.",
                    _did_you_mean(district, names),
                )


def _check_categories(city: City, incidents: Mapping[str, Any], faults: _Faults) -> None:
    for n, promise in enumerate(city.promises):
        for category in promise.category:
            if category not in incidents:
                faults.add(
                    ("promises", n, "category"),
                    f"“{category}” is no category we know.",
                    _did_you_mean(category, list(incidents)),
                )
    if all(promise.category or promise.urgent is not None for promise in city.promises):
        faults.add(
            ("promises",),
            "No answer time is promised for the rest.",
            "End with one that has hours alone.",
        )


def covers(earlier: When, later: When, areas: Sequence[Area]) -> bool:
    """Whether every case that `later` matches is taken by `earlier` already."""
    for condition in ("kind", "category", "language"):
        wide, narrow = getattr(earlier, condition), getattr(later, condition)
        if wide and (not narrow or not set(narrow) <= set(wide)):
            return False
    if earlier.area:
        inside = {a.name for a in areas if {a.name, a.district} & set(earlier.area)}
        wanted = {a.name for a in areas if {a.name, a.district} & set(later.area)}
        if not later.area or not wanted <= inside:
            return False
    if earlier.urgent is not None and earlier.urgent != later.urgent:
        return False
    return earlier.hours is None or earlier.hours == later.hours


def _check_places(city: City, areas: Sequence[Area], faults: _Faults) -> None:
    if not areas:
        return
    whole = unary_union([area.shape for area in areas])
    for n, station in enumerate(city.stations):
        if not whole.covers(ShapelyPoint(station.place.lon, station.place.lat)):
            what = f"The station “{station.id}” lies outside every area."
            if whole.covers(ShapelyPoint(station.place.lat, station.place.lon)):
                faults.add(("stations", n, "place"), what, "Longitude and latitude are swapped.")
            else:
                faults.add(("stations", n, "place"), what, "Check its longitude and latitude.")


