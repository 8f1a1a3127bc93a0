"""Read a city file and say everything that is wrong with it at once, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from shapely import STRtree
from shapely.geometry import Point as ShapelyPoint
from shapely.ops import unary_union
from shapely.validation import explain_validity

from backend.areas.geojson import (
    AreasText,
    BrokenFile,
    BrokenShape,
    Feature,
    Shape,
    check_degrees,
    check_rings,
    decode,
    name_of,
    parts_of,
    read_features,
    shape_of,
)
from backend.areas.rules import Area, AreaIndex, overlaps
from backend.city.errors import CityFaults
from backend.city.reading import Faults, Steps, did_you_mean, parse, shaped
from backend.city.schemas import City, Place, Texts
from backend.city.unreachable import Unreachable, unreachable
from backend.taxonomy.rules import taxonomy

# What a help line may be for, besides the categories of the taxonomy.
TOPICS = ("child", "gender_violence", "suicide", "victims", "elderly", "hate", "online")


def load_city(path: Path) -> City:
    """The city of a file, ready to route; raises `CityFaults` with every fault at once."""
    raw = parse(path)
    faults = Faults(path, raw)
    city, broken = shaped(raw, faults)
    areas: list[Area] = []
    if city is not None:
        areas = _areas(path, city, faults) if "areas" not in broken else []
        _check_place_in_the_world(city, faults)
        _check_languages(city, faults)
        if "languages" not in broken:
            _check_texts(city, faults)
        _check_help_lines(city, faults)
        _check_ids(city, faults)
        if "units" not in broken:
            _check_units(city, raw, broken, faults)
        _check_rules(city, areas, faults)
        _check_promises(city, raw, broken, faults)
        _check_places(city, areas, faults)
    if faults.found or city is None:
        raise CityFaults(faults.in_order())
    return city.placed(AreaIndex(areas))


def _areas(path: Path, city: City, faults: Faults) -> list[Area]:
    """The polygons of the areas file; broken and overlapping ones are faults."""
    source = path.parent / city.areas.file
    try:
        text = read_features(decode(source.read_bytes()))
    except OSError:
        faults.add(
            ("areas", "file"),
            f"There is no areas file {city.areas.file}.",
            "Make one with: sereno areas import YOUR.geojson --name PROPERTY",
        )
        return []
    except BrokenFile as error:
        faults.elsewhere(source.name, error.line, "", error.what, error.instead)
        return []
    if not _names_are_there(text, city, faults):
        return []
    rows = [(row, _area(row, text.crs, city, source.name, faults)) for row in text.features]
    drawn = [(row.line, area) for row, area in rows if area is not None]
    _check_names(drawn, source.name, faults)
    _check_overlaps(drawn, source.name, faults)
    return [area for _, area in drawn]


def _names_are_there(text: AreasText, city: City, faults: Faults) -> bool:
    """Whether the file has areas, and the properties that name them."""
    if not text.features:
        what = f"There is no area in {city.areas.file}."
        faults.add(("areas", "file"), what, "Draw one at least.")
        return False
    known = text.known_properties()
    for key, wanted in (("name", city.areas.name), ("district", city.areas.district)):
        if wanted is not None and wanted not in known:
            what = f"No area has a property “{wanted}”."
            faults.add(("areas", key), what, did_you_mean(wanted, known))
    return city.areas.name in known


def _area(row: Feature, crs: str | None, city: City, file: str, faults: Faults) -> Area | None:
    """One area of the file, or None and a fault."""
    name = name_of(row.properties, city.areas.name)
    where = f"The area {name}" if name else "An area"
    if not name:
        what = f"{where} has no “{city.areas.name}”."
        faults.elsewhere(file, row.line, "", what, "Name it, or take it out.")
        return None
    try:
        shape = _whole_shape(row, crs)
    except BrokenShape as error:
        instead = "Repair it with: sereno areas import."
        faults.elsewhere(file, row.line, name, f"{where} {error}.", instead)
        return None
    district = name_of(row.properties, city.areas.district) if city.areas.district else ""
    if city.areas.district and not district:
        what = f"{where} has no “{city.areas.district}”."
        faults.elsewhere(file, row.line, name, what, "Say which district it lies in.")
    return Area(name, name, district or None, shape)


def _whole_shape(row: Feature, crs: str | None) -> Shape:
    """The polygons of a feature; raises `BrokenShape` unless they are whole and in degrees."""
    parts = parts_of(row.geometry)
    check_degrees(parts, crs)
    check_rings(parts)
    shape = shape_of(parts)
    if not shape.is_valid:
        raise BrokenShape(f"is broken: {explain_validity(shape).lower()}")
    if shape.is_empty or shape.area == 0:
        raise BrokenShape("is empty")
    return shape


def _check_names(drawn: Sequence[tuple[int, Area]], file: str, faults: Faults) -> None:
    seen: set[str] = set()
    homes = {area.district: area for _, area in drawn}
    for line, area in drawn:
        if area.name in seen:
            what = f"Two areas are called {area.name}."
            faults.elsewhere(file, line, area.name, what, "Give each a name of its own.")
        elif area.name in homes and area.district != area.name:
            what = f"{area.name} is a district and an area of another district."
            faults.elsewhere(file, line, area.name, what, "Give each a name of its own.")
        seen.add(area.name)


def _check_overlaps(drawn: Sequence[tuple[int, Area]], file: str, faults: Faults) -> None:
    shapes = [area.shape for _, area in drawn]
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    for n, m in zip(one.tolist(), other.tolist(), strict=True):
        if n < m and overlaps(shapes[n], shapes[m]):
            line, area = drawn[m]
            what = f"{drawn[n][1].name} and {area.name} overlap."
            faults.elsewhere(file, line, area.name, what, "A place must lie in one area only.")


def _check_place_in_the_world(city: City, faults: Faults) -> None:
    if city.time_zone not in available_timezones():
        what = f"There is no time zone “{city.time_zone}”."
        known = sorted(available_timezones())
        faults.add(("time_zone",), what, did_you_mean(city.time_zone, known))
    territories = Locale("en").territories
    if city.country not in territories or city.country in ("ZZ", "EU", "EZ", "UN", "XA", "XB"):
        what = f"There is no country “{city.country}”."
        faults.add(("country",), what, "Use the two capital letters of ISO 3166: ES.")


def _check_languages(city: City, faults: Faults) -> None:
    words = taxonomy()
    known = list(words.languages)
    for n, tag in enumerate(city.languages):
        if tag not in known:
            _unknown(("languages", n), tag, "language of the service", known, faults)
        elif not words.languages[tag].on:
            spoken = ", ".join(language.tag for language in words.spoken)
            faults.add(("languages", n), f"“{tag}” is not complete yet.", f"Use: {spoken}.")
        if tag in city.languages[:n]:
            faults.add(("languages", n), f"“{tag}” stands twice.", "Take one out.")
    for n, unit in enumerate(city.units):
        for tag in unit.languages:
            if tag not in known:
                _unknown(("units", n, "languages"), tag, "language of the service", known, faults)


def _unknown(at: Steps, word: str, noun: str, known: Sequence[str], faults: Faults) -> None:
    faults.add(at, f"“{word}” is no {noun}.", did_you_mean(word, known))


def _check_texts(city: City, faults: Faults) -> None:
    tags = list(taxonomy().languages)
    for at, texts in _texts(city):
        missing = [tag for tag in city.languages if not texts.get(tag, "").strip()]
        if missing:
            faults.add(at, f"No words in: {', '.join(missing)}.", "Write them in each language.")
        for tag in texts:
            if tag not in tags:
                _unknown((*at, tag), tag, "language of the service", tags, faults)


def _texts(city: City) -> Iterator[tuple[Steps, Texts]]:
    """Every text of the file that people read, and where it stands."""
    yield ("formal_complaint",), city.formal_complaint
    for n, unit in enumerate(city.units):
        yield ("units", n, "name"), unit.name
        for area, name in unit.desks.items():
            yield ("units", n, "desks", area), name
    for n, rule in enumerate(city.routing):
        yield ("routing", n, "because"), rule.because
    for n, line in enumerate(city.help_lines):
        yield ("help_lines", n, "label"), line.label
        if line.hours is not None:
            yield ("help_lines", n, "hours"), line.hours
    for n, station in enumerate(city.stations):
        yield ("stations", n, "hours"), station.hours


def _check_help_lines(city: City, faults: Faults) -> None:
    known = [*TOPICS, *taxonomy().incidents]
    for n, line in enumerate(city.help_lines):
        for topic in line.topics:
            if topic not in known:
                _unknown(("help_lines", n, "topics"), topic, "topic", known, faults)


def _check_ids(city: City, faults: Faults) -> None:
    for part in ("units", "stations", "help_lines", "routing", "landmarks"):
        seen: set[str] = set()
        for n, row in enumerate(getattr(city, part)):
            if row.id in seen:
                faults.add((part, n, "id"), f"“{row.id}” stands twice.", "Give each its own id.")
            seen.add(row.id)


def _named_in(raw: Mapping[str, Any], part: str, key: str) -> list[str]:
    """What a key says in every row of a list, also in rows that could not be read whole."""
    rows = raw.get(part)
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return []
    return [str(row[key]) for row in rows if isinstance(row, Mapping) and key in row]


def _check_units(
    city: City, raw: Mapping[str, Any], broken: frozenset[str], faults: Faults
) -> None:
    ids = _named_in(raw, "units", "id")
    roles = {"fallback": city.fallback, "control_room": city.control_room}
    for key, named in roles.items():
        if key not in broken and named not in ids:
            faults.add((key,), f"There is no unit “{named}”.", did_you_mean(named, ids))
    for part, key in (("routing", "to"), ("stations", "unit")):
        for n, row in enumerate(getattr(city, part)):
            named = getattr(row, key)
            if named is not None and named not in ids:
                what = f"There is no unit “{named}”."
                faults.add((part, n, key), what, did_you_mean(named, ids))
    if broken & {"routing", "fallback", "control_room"}:
        return
    routed = {*_named_in(raw, "routing", "to"), *roles.values()}
    for n, unit in enumerate(city.units):
        if unit.id not in routed:
            what = f"Nothing is ever sent to “{unit.id}”."
            faults.add(("units", n, "id"), what, "Add a routing rule, or take the unit out.")


def _check_rules(city: City, areas: Sequence[Area], faults: Faults) -> None:
    words = taxonomy()
    names = sorted({area.name for area in areas} | {a.district for a in areas if a.district})
    known: dict[str, Sequence[str]] = {
        "kind": list(words.kinds),
        "category": list(dict.fromkeys((*words.incidents, *words.topics))),
        "language": list(words.languages),
    }
    if areas:
        known["area"] = names
    before = len(faults.found)
    for n, rule in enumerate(city.routing):
        for condition, allowed in known.items():
            for word in getattr(rule.when, condition):
                if word not in allowed:
                    _unknown(("routing", n, "when", condition), word, condition, allowed, faults)
        _check_fields(("routing", n, "because"), rule.because, bool(rule.when.area), faults)
    for n, unit in enumerate(city.units):
        for area in unit.desks:
            if areas and area not in names:
                _unknown(("units", n, "desks", area), area, "area", names, faults)
    ids = [rule.id for rule in city.routing]
    # An unknown word or a doubled id would make rules look dead that are only misspelt.
    if len(faults.found) == before and areas and len(set(ids)) == len(ids):
        for dead in unreachable(city.routing, areas):
            faults.add(("routing", ids.index(dead.rule.id)), *_dead_words(dead))


def _check_fields(at: Steps, texts: Texts, has_areas: bool, faults: Faults) -> None:
    allowed = ["area", "district"] if has_areas else []
    for tag, text in texts.items():
        try:
            fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            faults.add((*at, tag), "A { or } stands alone.", "Write {area} or {district}.")
            continue
        for name in fields:
            if name not in allowed:
                instead = (
                    did_you_mean(name, allowed)
                    if allowed
                    else "Fields may stand in rules with areas only."
                )
                faults.add((*at, tag), f"“{{{name}}}” is no field of this text.", instead)


def _dead_words(dead: Unreachable) -> tuple[str, str]:
    before = ", ".join(f"“{rule}”" for rule in dead.by)
    what = f"The rule “{dead.rule.id}” can never match: "
    match dead.why:
        case "contradiction":
            return what + "its conditions exclude each other.", "Take one of them out."
        case "conflict":
            return what + f"{before} of its rank fits the same cases.", "Narrow one of them."
    what += f"{before} before it takes all its cases."
    return what, "Move it up, or narrow the earlier one."


def _check_promises(
    city: City, raw: Mapping[str, Any], broken: frozenset[str], faults: Faults
) -> None:
    incidents = list(taxonomy().incidents)
    units = _named_in(raw, "units", "id")
    for n, promise in enumerate(city.promises):
        for category in promise.category:
            if category not in incidents:
                _unknown(("promises", n, "category"), category, "category", incidents, faults)
        for unit in promise.unit:
            if unit not in units:
                _unknown(("promises", n, "unit"), unit, "unit", units, faults)
    rest = [p for p in city.promises if not p.category and not p.unit]
    always = any(p.urgent is None for p in rest) or {p.urgent for p in rest} == {True, False}
    if not always and "promises" not in broken:
        what = "No answer time is promised for the rest."
        faults.add(("promises",), what, "End with one that has hours alone.")


def _check_places(city: City, areas: Sequence[Area], faults: Faults) -> None:
    """Stations must lie in the city; a landmark may lie outside, but not by swapped degrees."""
    if not areas:
        return
    whole = unary_union([area.shape for area in areas])
    places: list[tuple[Steps, str, Place]] = [
        (("stations", n, "place"), station.id, station.place)
        for n, station in enumerate(city.stations)
    ]
    places += [
        (("landmarks", n, "place"), landmark.id, landmark.place)
        for n, landmark in enumerate(city.landmarks)
        if landmark.place is not None
    ]
    for at, id_, place in places:
        if whole.covers(ShapelyPoint(place.lon, place.lat)):
            continue
        what = f"“{id_}” lies outside every area."
        if whole.covers(ShapelyPoint(place.lat, place.lon)):
            faults.add(at, what, "Longitude and latitude are swapped.")
        elif at[0] == "stations":
            faults.add(at, what, "Check its longitude and latitude.")
