"""Read any city's district file: GeoJSON (RFC 7946), and what passes for it in the wild."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

Ring = list[tuple[float, float]]
Shape = Polygon | MultiPolygon

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_LISTS = {"features", "geometries"}
_DEGREES = re.compile(r"(CRS84|EPSG:+(?:[\d.]*:)?(4326|4258|4979))$", re.IGNORECASE)
_EPSG = re.compile(r"EPSG:+(?:[\d.]*:)?(\d+)$", re.IGNORECASE)


class BrokenFile(ValueError):
    """The text is no GeoJSON at all; `line` says where it ends being one."""

    def __init__(self, what: str, instead: str, line: int = 1) -> None:
        super().__init__(f"{what} {instead}")
        self.what, self.instead, self.line = what, instead, line


class BrokenShape(ValueError):
    """One geometry is no area; the text says why, in words that follow its name."""


@dataclass(frozen=True)
class Feature:
    """One feature as it stands in the file, and the line it begins on."""

    line: int
    properties: dict[str, Any]
    geometry: Any


@dataclass(frozen=True)
class AreasText:
    """The features of a file and the reference system it names, if it names one."""

    features: tuple[Feature, ...]
    crs: str | None

    @property
    def foreign_crs(self) -> str | None:
        """The named reference system when it is not degrees of longitude and latitude."""
        return self.crs if self.crs and not _DEGREES.search(self.crs) else None

    def known_properties(self) -> list[str]:
        """The names of all properties, in the order they first appear."""
        return list(dict.fromkeys(str(key) for row in self.features for key in row.properties))


def decode(raw: bytes) -> str:
    """The text of a file's bytes, whatever byte order mark it wears; raises `BrokenFile`."""
    marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return raw.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenFile("The file is not UTF-8 text.", "Save it as UTF-8.") from None


def read_features(text: str) -> AreasText:
    """The features of a FeatureCollection, a Feature, a geometry or a list of either.

    Raises `BrokenFile`.
    """
    try:
        found, crs = _members(text)
    except json.JSONDecodeError as error:
        raise BrokenFile("This is not JSON.", "Check the commas.", error.lineno) from None
    except (RecursionError, ValueError):
        raise BrokenFile("This cannot be read as JSON.", "Export the file again.") from None
    features = tuple(
        _feature(value, text.count("\n", 0, at) + 1) for at, value in found if value is not None
    )
    return AreasText(features, crs)


def _members(text: str) -> tuple[list[tuple[int, Any]], str | None]:
    """Each feature or geometry with its offset, and the named reference system."""
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        return list(_elements(text, start)), None
    found: list[tuple[int, Any]] | None = None
    crs: str | None = None
    for key, at in _keys(text, start):
        if key in _LISTS and text[at : at + 1] == "[":
            found = list(_elements(text, at))
        elif key == "crs":
            crs = _crs_name(_DECODER.raw_decode(text, at)[0])
    if found is None:
        found = [(start, _DECODER.raw_decode(text, start)[0])]
    return found, crs


def _keys(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The keys of the object at `start`, each with the offset of its value."""
    if text[start : start + 1] != "{":
        raise json.JSONDecodeError("no object", text, min(start, len(text)))
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":" or not isinstance(key, str):
            raise json.JSONDecodeError("no colon", text, at)
        at = _skip(text, at + 1)
        yield key, at
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        at = _after_comma(text, at, "}")


def _elements(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """The elements of the array at `start`, each with its offset."""
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        begin = at
        value, at = _DECODER.raw_decode(text, at)
        yield begin, value
        at = _after_comma(text, _skip(text, at), "]")


def _after_comma(text: str, at: int, end: str) -> int:
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] == end:
        return at
    raise json.JSONDecodeError("no comma", text, min(at, len(text)))


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _crs_name(crs: Any) -> str | None:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return None
    epsg = _EPSG.search(name)
    return f"EPSG:{epsg[1]}" if epsg else name[-40:]


def _feature(value: Any, line: int) -> Feature:
    if isinstance(value, dict) and "geometry" in value:
        properties = value.get("properties")
        return Feature(line, properties if isinstance(properties, dict) else {}, value["geometry"])
    return Feature(line, {}, value)


def name_of(properties: dict[str, Any], key: str) -> str:
    """A property as a name: numbers as written (3.0 is 3), one space between words, "" if none."""
    value = properties.get(key)
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(word for word in str(value).split() if word.isprintable())


def parts_of(geometry: Any) -> list[list[Ring]]:
    """The polygons of a geometry, each a list of rings, heights left out.

    Raises `BrokenShape` for anything that is no Polygon, MultiPolygon or collection of them.
    """
    if not isinstance(geometry, dict):
        raise BrokenShape("has no geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        inner = [part for part in geometry["geometries"] if _is_area(part)]
        return [part for one in inner for part in parts_of(one)] or _no("holds no polygon")
    if kind not in ("Polygon", "MultiPolygon"):
        return _no("is no polygon")
    drawn = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(drawn, list) or not any(drawn):
        return _no("is empty")
    return [_rings(part) for part in drawn if part]


def _is_area(geometry: Any) -> bool:
    kinds = ("Polygon", "MultiPolygon", "GeometryCollection")
    return isinstance(geometry, dict) and geometry.get("type") in kinds


def _no(why: str) -> list[list[Ring]]:
    raise BrokenShape(why)


def _rings(part: Any) -> list[Ring]:
    if not isinstance(part, list) or not all(isinstance(ring, list) for ring in part):
        raise BrokenShape("has coordinates that are no rings")
    return [[_position(position) for position in ring] for ring in part if ring]


def _position(position: Any) -> tuple[float, float]:
    try:
        lon, lat = float(position[0]), float(position[1])
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise BrokenShape("has a corner that is no pair of numbers") from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise BrokenShape("has a corner that is no pair of numbers")
    return lon, lat


def check_degrees(parts: list[list[Ring]], crs: str | None) -> None:
    """Raises `BrokenShape` when a corner cannot be longitude and latitude in degrees."""
    corners = [corner for part in parts for ring in part for corner in ring]
    if all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in corners):
        return
    if all(abs(lon) <= 90 and abs(lat) <= 180 for lon, lat in corners):
        raise BrokenShape("has latitude before longitude")
    where = f" but in {crs}" if crs else ""
    raise BrokenShape(f"is not in degrees of longitude and latitude{where}")


def check_rings(parts: list[list[Ring]]) -> None:
    """Raises `BrokenShape` for a ring that is too short or does not end where it began."""
    for ring in (ring for part in parts for ring in part):
        if ring[0] != ring[-1]:
            raise BrokenShape("has a ring that does not end where it began")
        if len(ring) < 4:
            raise BrokenShape("has a ring of fewer than four corners")


def shape_of(parts: list[list[Ring]]) -> Shape:
    """The polygon or polygons of rings that are closed."""
    polygons = [Polygon(rings[0], rings[1:]) for rings in parts if rings]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
