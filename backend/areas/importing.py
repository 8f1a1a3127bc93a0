"""Turn any city's district file into a clean one: named, whole, in degrees, without overlaps.

The result is a FeatureCollection by RFC 7946 with the properties `name` and `district`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from backend.areas.geojson import (
    BrokenShape,
    Feature,
    Shape,
    check_degrees,
    decode,
    name_of,
    parts_of,
    read_features,
)
from backend.areas.rules import overlaps

GRID = 1e-7  # degrees, about a centimetre: finer digits are noise


class CannotImport(ValueError):
    """The file gives no areas; the text says why and what to do."""


@dataclass(frozen=True)
class Imported:
    """The clean areas, and in words everything that was done to get them."""

    areas: tuple[ImportedArea, ...]
    notes: tuple[str, ...]

    def text(self) -> str:
        """The GeoJSON text, a feature a line."""
        rows = ",\n".join(json.dumps(area.feature(), ensure_ascii=False) for area in self.areas)
        return '{"type": "FeatureCollection", "features": [\n' + rows + "\n]}\n"


@dataclass(frozen=True)
class ImportedArea:
    """One clean area."""

    name: str
    district: str | None
    shape: Shape

    def feature(self) -> dict[str, Any]:
        """The area as GeoJSON: outer rings run against the clock."""
        properties = {"name": self.name}
        if self.district:
            properties["district"] = self.district
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": mapping(_turned(self.shape)),
        }


def import_areas(raw: bytes, name: str, parent: str | None = None) -> Imported:
    """The clean areas of a file whose property `name` names them, `parent` their district.

    Raises `CannotImport`, and `BrokenFile` when it is no GeoJSON.
    """
    text = read_features(decode(raw))
    if not text.features:
        raise CannotImport("There is nothing in this file.")
    _check_properties(text.known_properties(), name, parent)
    if text.foreign_crs:
        raise CannotImport(_not_degrees(text.foreign_crs))
    notes = [f"Read {len(text.features)} shapes."]
    drawn = [_drawn(row, text.crs, name, parent, notes) for row in text.features]
    merged = _merged([area for area in drawn if area is not None], notes)
    apart = _apart(_named_once(merged, notes), notes)
    if not apart:
        raise CannotImport("No shape in this file can be used as an area. " + " ".join(notes[1:]))
    notes.append(f"Wrote {len(apart)} areas.")
    return Imported(tuple(apart), tuple(notes))


def _check_properties(known: Sequence[str], name: str, parent: str | None) -> None:
    for wanted in (name, parent):
        if wanted is None or wanted in known:
            continue
        if not known:
            raise CannotImport("The shapes in this file have no properties, so no names.")
        close = get_close_matches(wanted.lower(), [k.lower() for k in known], n=1)
        guess = next((k for k in known if close and k.lower() == close[0]), None)
        meant = f" Did you mean “{guess}”?" if guess else ""
        raise CannotImport(
            f"No shape has the property “{wanted}”.{meant} There are: {', '.join(known)}."
        )


def _not_degrees(crs: str | None) -> str:
    named = f"The file says it is in {crs}. " if crs else ""
    source = crs or "EPSG:25831 (use the number of your own map)"
    return (
        f"The coordinates are not degrees of longitude and latitude. {named}Convert it first: "
        f"ogr2ogr -s_srs {source} -t_srs EPSG:4326 clean.geojson YOUR_FILE"
    )


def _drawn(
    row: Feature, crs: str | None, name: str, parent: str | None, notes: list[str]
) -> ImportedArea | None:
    called = name_of(row.properties, name)
    if not called:
        notes.append(f"Line {row.line}: left out, it has no “{name}”.")
        return None
    try:
        parts = parts_of(row.geometry)
    except BrokenShape as error:
        notes.append(f"Line {row.line}: left out, {called} {error}.")
        return None
    try:
        check_degrees(parts, crs)
    except BrokenShape as error:
        if "latitude before" in str(error):
            instead = "Swap the two numbers of each corner and try again."
            raise CannotImport(f"Line {row.line}: {called} {error}. {instead}") from None
        raise CannotImport(f"Line {row.line}: {_not_degrees(crs)}") from None
    shape, repaired = _repaired(parts)
    if shape is None:
        notes.append(f"Line {row.line}: left out, {called} has no surface.")
        return None
    if repaired:
        notes.append(f"Line {row.line}: repaired {called}, {repaired}.")
    district = name_of(row.properties, parent) if parent else ""
    if parent and not district:
        notes.append(f"Line {row.line}: {called} has no “{parent}”; it stands as its own district.")
    return ImportedArea(called, district or (called if parent else None), shape)


def _repaired(parts: list[list[list[tuple[float, float]]]]) -> tuple[Shape | None, str]:
    """A whole shape of rings as they come, and what had to be repaired."""
    done = []
    closed = [[_closed(ring) for ring in rings] for rings in parts]
    if closed != parts:
        done.append("rings closed")
    usable = [[ring for ring in rings if len(ring) >= 4] for rings in closed]
    if usable != closed:
        done.append("rings of too few corners left out")
    polygons = [Polygon(rings[0], rings[1:]) for rings in usable if rings]
    if any(not polygon.is_valid for polygon in polygons):
        done.append("crossing lines untangled")
    whole = _surface(unary_union([shapely.make_valid(polygon) for polygon in polygons]))
    return (_surface(shapely.set_precision(whole, GRID)) if whole else None), ", ".join(done)


def _closed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _surface(shape: BaseGeometry) -> Shape | None:
    """The part of a geometry that has a surface; lines and points that a repair leaves are gone."""
    if isinstance(shape, Polygon | MultiPolygon):
        return None if shape.is_empty else shape
    parts = getattr(shape, "geoms", ())
    inner = [part for part in parts if isinstance(part, Polygon | MultiPolygon)]
    return _surface(unary_union(inner)) if inner else None


def _merged(areas: Sequence[ImportedArea], notes: list[str]) -> list[ImportedArea]:
    """Shapes of one name in one district become one area."""
    together: dict[tuple[str, str | None], list[ImportedArea]] = {}
    for area in areas:
        together.setdefault((area.name, area.district), []).append(area)
    merged = []
    for (name, district), parts in together.items():
        shape = _surface(unary_union([part.shape for part in parts]))
        if shape is not None:
            merged.append(ImportedArea(name, district, shape))
        if len(parts) > 1:
            notes.append(f"Merged {len(parts)} shapes called {name}.")
    return merged


def _named_once(areas: Sequence[ImportedArea], notes: list[str]) -> list[ImportedArea]:
    """Areas of one name in several districts carry the district in their name."""
    districts = {area.district for area in areas}
    taken: dict[str, int] = {}
    for area in areas:
        taken[area.name] = taken.get(area.name, 0) + 1
    named = []
    for area in areas:
        clashes = taken[area.name] > 1 or (area.name in districts and area.district != area.name)
        if clashes and area.district != area.name:
            name = f"{area.name} ({area.district})"
            notes.append(f"Renamed {area.name} to {name}: the name stands for something else too.")
            named.append(ImportedArea(name, area.district, area.shape))
        else:
            named.append(area)
    return named


def _apart(areas: Sequence[ImportedArea], notes: list[str]) -> list[ImportedArea]:
    """Where areas overlap, the first in the file keeps the place."""
    shapes: list[Shape | None] = [area.shape for area in areas]
    first, second = STRtree([area.shape for area in areas]).query(
        [area.shape for area in areas], predicate="intersects"
    )
    for n, m in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        one, other = shapes[n], shapes[m]
        if n >= m or one is None or other is None or not overlaps(one, other):
            continue
        shapes[m] = _surface(shapely.set_precision(other.difference(one), GRID))
        if shapes[m] is None:
            notes.append(f"Left out {areas[m].name}: it lies inside {areas[n].name}.")
        else:
            notes.append(f"Cut {areas[m].name} where it overlapped {areas[n].name}.")
    return [
        ImportedArea(area.name, area.district, shape)
        for area, shape in zip(areas, shapes, strict=True)
        if shape is not None
    ]


def _turned(shape: Shape) -> Shape:
    """The same surface written one way only: the same areas always give the same text."""
    normal = shape.normalize()
    if isinstance(normal, Polygon):
        return orient(normal, 1.0)
    parts = normal.geoms if isinstance(normal, MultiPolygon) else ()
    return MultiPolygon([orient(part, 1.0) for part in parts])
