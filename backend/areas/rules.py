"""Where a point lies, by an index over the city's own polygons; and the map drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

MAP_WIDTH = 600.0


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
        return f"{self.name} ({self.district})" if self.district else self.name


class AreaIndex:
    """Finds the area of a point; a point on a border belongs to the first area of the file."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas = tuple(areas)
        self._tree = STRtree([area.shape for area in self.areas])
        self._by_id = {area.id: area for area in self.areas}

    def by_id(self, area_id: str | None) -> Area | None:
        """The area with this id."""
        return self._by_id.get(area_id) if area_id else None

    def locate(self, lon: float, lat: float) -> Area | None:
        """The area a point lies in, or None outside them all."""
        hits = self._tree.query(Point(lon, lat), predicate="intersects")
        return self.areas[int(min(hits))] if len(hits) else None

    def locate_many(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place in `areas` of each row (lon, lat), -1 outside; for many points at once."""
        found = np.full(len(points), len(self.areas), dtype=np.int64)
        geometries = [Point(lon, lat) for lon, lat in points]
        rows, hits = self._tree.query(geometries, predicate="intersects")
        np.minimum.at(found, rows, hits)
        found[found == len(self.areas)] = -1
        return found

    def districts(self) -> dict[str, BaseGeometry]:
        """The outline of each district, in the order of the file."""
        parts: dict[str, list[BaseGeometry]] = {}
        for area in self.areas:
            parts.setdefault(area.district or area.name, []).append(area.shape)
        return {name: unary_union(shapes) for name, shapes in parts.items()}


def svg_map(
    index: AreaIndex, title: str, point: tuple[float, float] | None, area_id: str | None
) -> str:
    """The city's areas as SVG markup, the case's area marked and its point pinned.

    Drawn from the city's own file: nothing is fetched from outside. The markup carries classes
    only; the page's style sheet colours it.
    """
    view = _View.of(index)
    marked = index.by_id(area_id)
    parts = [
        f'<svg class="map" role="img" viewBox="0 0 {view.width:.0f} {view.height:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
    ]
    for area in index.areas:
        style = "area marked" if marked is not None and area.id == marked.id else "area"
        parts.append(
            f'<path class="{style}" d="{view.path(area.shape)}">'
            f"<title>{escape(area.label)}</title></path>"
        )
    for name, outline in index.districts().items():
        parts.append(f'<path class="district" d="{view.path(outline)}"/>')
        x, y = view.xy(*outline.representative_point().coords[0][:2])
        parts.append(f'<text class="name" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    if point is not None:
        x, y = view.xy(*point)
        if 0 <= x <= view.width and 0 <= y <= view.height:
            parts.append(f'<circle class="pin" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
    parts.append("</svg>")
    return "".join(parts)


@dataclass(frozen=True)
class _View:
    """Degrees to drawing units: an equirectangular picture, true at the city's latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    @staticmethod
    def of(index: AreaIndex) -> _View:
        boxes = np.array([area.shape.bounds for area in index.areas])
        west, south = boxes[:, 0].min(), boxes[:, 1].min()
        east, north = boxes[:, 2].max(), boxes[:, 3].max()
        squeeze = cos(radians((south + north) / 2))
        scale = MAP_WIDTH / max((east - west) * squeeze, 1e-9)
        return _View(west, north, scale, squeeze, MAP_WIDTH, max((north - south) * scale, 1.0))

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale

    def path(self, shape: BaseGeometry) -> str:
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
