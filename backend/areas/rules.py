"""Where a point lies, by an index over the city's own polygons; and the map drawn from them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import cos, isfinite, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from backend.kit.catalogues import N_, Catalogue

OVERLAP = 1e-5  # degrees, about a metre: areas that share a thinner strip only touch
MAP_WIDTH = 600.0  # drawing units; the page scales the map
MAP_DETAIL = 1.0  # drawing units: corners closer than this are not drawn
MAP_TITLE = N_("Map of {city}")
MAP_AREA = N_("The place is in {area}.")
MAP_OUTSIDE = N_("The place lies outside every area on the map.")
MAP_NO_PLACE = N_("No place was given.")


@dataclass(frozen=True)
class Area:
    """A named polygon (a neighbourhood) and the district it lies in, if the city says so."""

    id: str
    name: str
    district: str | None
    shape: Polygon | MultiPolygon

    @property
    def label(self) -> str:
        """The name as people say it, with its district."""
        if self.district in (None, self.name):
            return self.name
        return f"{self.name} ({self.district})"


class AreaIndex:
    """Finds the area of a point; a point on a border belongs to the first area of the file."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas = tuple(areas)
        self._tree = STRtree([area.shape for area in self.areas])
        whole = {
            name: Area(name, name, name, outline)
            for name, outline in self.districts().items()
            if isinstance(outline, Polygon | MultiPolygon)
        }
        self._by_id = {**whole, **{area.id: area for area in self.areas}}

    def by_id(self, area_id: str | None) -> Area | None:
        """The neighbourhood with this id (its name), else the district of this name."""
        if not area_id:
            return None
        return self._by_id.get(area_id) or self._district_areas.get(area_id)

    def by_name(self, name: str) -> Area | None:
        """The neighbourhood or district of this name, whatever its case and accents."""
        return self._by_folded_name.get(_folded(name))

    def locate(self, lon: float, lat: float) -> Area | None:
        """The area a point lies in, or None outside them all."""
        if not (isfinite(lon) and isfinite(lat)):
            return None
        hits = self._tree.query(Point(lon, lat), predicate="intersects")
        return self.areas[int(min(hits))] if len(hits) else None

    def locate_many(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place in `areas` of each row (lon, lat), -1 outside; for many points at once."""
        found = np.full(len(points), len(self.areas), dtype=np.int64)
        finite = np.flatnonzero(np.isfinite(points).all(axis=1))
        rows, hits = self._tree.query(shapely.points(points[finite]), predicate="intersects")
        np.minimum.at(found, finite[rows], hits)
        found[found == len(self.areas)] = -1
        return found

    def districts(self) -> dict[str, BaseGeometry]:
        """The outline of each district, in the order of the file."""
        return {name: area.shape for name, area in self._district_areas.items()}

    def outline(self) -> Outline:
        """The areas and districts simplified and drawn, ready for a map; made once."""
        return self._outline

    @cached_property
    def _outline(self) -> Outline:
        return Outline.of(self)

    @cached_property
    def _district_areas(self) -> dict[str, Area]:
        parts: dict[str, list[Polygon | MultiPolygon]] = {}
        for area in self.areas:
            parts.setdefault(area.district or area.name, []).append(area.shape)
        return {name: Area(name, name, name, _joined(shapes)) for name, shapes in parts.items()}

    @cached_property
    def _by_folded_name(self) -> dict[str, Area]:
        everything = [*self._district_areas.values(), *self.areas]
        return {_folded(area.name): area for area in everything}


def overlaps(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two shapes share more than a strip a metre wide along their border."""
    shared = one.intersection(other)
    return bool(shared.area > OVERLAP * max(shared.length / 2, OVERLAP))


def _joined(shapes: Sequence[Polygon | MultiPolygon]) -> Polygon | MultiPolygon:
    whole = unary_union(shapes)
    return whole if isinstance(whole, Polygon | MultiPolygon) else MultiPolygon()


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


@dataclass(frozen=True)
class Drawn:
    """An area or a district as an SVG path, with the point where its name is written."""

    id: str
    label: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Outline:
    """A city's areas in drawing units: north is up, the west end is x = 0."""

    view: View
    areas: tuple[Drawn, ...]
    districts: tuple[Drawn, ...]

    @staticmethod
    def of(index: AreaIndex) -> Outline:
        """Draw the areas of an index, with the borders between them kept shared."""
        view = View.of(index)
        plain = shapely.coverage_simplify([a.shape for a in index.areas], MAP_DETAIL / view.scale)
        merged: dict[str, list[BaseGeometry]] = {}
        for area, shape in zip(index.areas, plain, strict=True):
            merged.setdefault(area.district or area.name, []).append(shape)
        return Outline(
            view,
            tuple(
                view.drawn(area.id, area.label, shape)
                for area, shape in zip(index.areas, plain, strict=True)
            ),
            tuple(view.drawn(name, name, unary_union(s)) for name, s in merged.items()),
        )


def map_words(
    city: str,
    words: Catalogue,
    index: AreaIndex,
    point: tuple[float, float] | None,
    area_id: str | None,
) -> tuple[str, str]:
    """The map's title and its description in the reader's language, for `svg_map`."""
    area = index.by_id(area_id) or (index.locate(*point) if point else None)
    title = words.text(MAP_TITLE, city=city)
    if area is not None:
        return title, words.text(MAP_AREA, area=area.label)
    return title, words.text(MAP_OUTSIDE if point else MAP_NO_PLACE)


def svg_map(
    index: AreaIndex,
    title: str,
    point: tuple[float, float] | None,
    area_id: str | None,
    description: str = "",
    key: str = "map",
) -> str:
    """The city's areas as SVG markup, the case's area marked and its point (lon, lat) pinned.

    Drawn from the city's own file: nothing is fetched from outside. The markup carries classes
    only (map, area, marked, district, name, pin); the page's style sheet colours it. `title` and
    `description` are for those who do not see the map: take them from `map_words`. `key` begins
    the ids, for a page with more than one map. A point off the map gets no pin.
    """
    outline = index.outline()
    view = outline.view
    marked = _marked(index, point, area_id)
    parts = [
        '<svg class="map" xmlns="http://www.w3.org/2000/svg" role="img"',
        f' aria-labelledby="{escape(key)}-title"',
        f' aria-describedby="{escape(key)}-desc"' if description else "",
        f' viewBox="0 0 {view.width:.0f} {view.height:.0f}">',
        f'<title id="{escape(key)}-title">{escape(title)}</title>',
        f'<desc id="{escape(key)}-desc">{escape(description)}</desc>' if description else "",
    ]
    for area in outline.areas:
        style = "area marked" if area.id in marked else "area"
        parts.append(f'<path class="{style}" d="{area.path}">{_hover(area.label)}</path>')
    for district in outline.districts:
        parts.append(f'<path class="district" fill="none" d="{district.path}"/>')
    for district in outline.districts:
        parts.append(
            f'<text class="name" text-anchor="middle" x="{district.x:.1f}" y="{district.y:.1f}">'
            f"{escape(district.label)}</text>"
        )
    if point is not None and view.shows(*point):
        x, y = view.xy(*point)
        parts.append(f'<circle class="pin" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
    parts.append("</svg>")
    return "".join(parts)


def _hover(label: str) -> str:
    return f"<title>{escape(label)}</title>"


def _marked(
    index: AreaIndex, point: tuple[float, float] | None, area_id: str | None
) -> frozenset[str]:
    """The ids of the areas to mark: one neighbourhood, or all of a district."""
    area = index.by_id(area_id) or (index.locate(*point) if point else None)
    if area is None:
        return frozenset()
    if area in index.areas:
        return frozenset({area.id})
    return frozenset(a.id for a in index.areas if a.district == area.name)


@dataclass(frozen=True)
class View:
    """Degrees to drawing units: an equirectangular picture, true at the city's latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    @staticmethod
    def of(index: AreaIndex) -> View:
        """The view that shows every area of an index."""
        if not index.areas:
            return View(0.0, 0.0, 1.0, 1.0, MAP_WIDTH, 1.0)
        boxes = np.array([area.shape.bounds for area in index.areas])
        west, south = float(boxes[:, 0].min()), float(boxes[:, 1].min())
        east, north = float(boxes[:, 2].max()), float(boxes[:, 3].max())
        squeeze = cos(radians((south + north) / 2))
        scale = MAP_WIDTH / max((east - west) * squeeze, 1e-9)
        return View(west, north, scale, squeeze, MAP_WIDTH, max((north - south) * scale, 1.0))

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """A point in drawing units."""
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale

    def shows(self, lon: float, lat: float) -> bool:
        """Whether a point is on the drawing."""
        x, y = self.xy(lon, lat)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def drawn(self, id_: str, label: str, shape: BaseGeometry) -> Drawn:
        """A shape as a path, its name on a point inside it."""
        inside = shape.representative_point()
        x, y = self.xy(inside.x, inside.y)
        return Drawn(id_, label, self.path(shape), x, y)

    def path(self, shape: BaseGeometry) -> str:
        """The SVG path data of a polygon or polygons, holes included."""
        polygons = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
        rings = [
            ring
            for polygon in polygons
            if isinstance(polygon, Polygon)
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        return "".join(self._ring(list(ring.coords)) for ring in rings)

    def _ring(self, coordinates: Sequence[tuple[float, ...]]) -> str:
        drawn = (self.xy(position[0], position[1]) for position in coordinates)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + "Z"
