"""Where a point lies, and the map."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.ops import unary_union

from backend.areas.rules import Area, AreaIndex, map_words, overlaps, svg_map
from backend.city.schemas import City
from backend.kit.catalogues import catalogue

SVG = "{http://www.w3.org/2000/svg}"
WEST = Area("West", "West", "Town", box(0, 0, 1, 1))
EAST = Area("East", "East", "Town", box(1, 0, 2, 1))
HILL = Area(
    "Hill",
    "Hill",
    "Hills",
    Polygon([(3, 0), (5, 0), (5, 2), (3, 2)], [[(3.5, 0.5), (4.5, 0.5), (4.5, 1.5), (3.5, 1.5)]]),
)
TOWN = AreaIndex([WEST, EAST, HILL])
DEGREES = st.floats(-1, 6, allow_nan=False)


def test_a_point_lies_in_its_area() -> None:
    assert TOWN.locate(0.5, 0.5) is WEST
    assert TOWN.locate(1.5, 0.5) is EAST


def test_a_point_on_a_border_belongs_to_the_first_area_of_the_file() -> None:
    assert TOWN.locate(1.0, 0.5) is WEST
    assert AreaIndex([EAST, WEST]).locate(1.0, 0.5) is EAST


def test_a_point_in_a_hole_lies_nowhere() -> None:
    assert TOWN.locate(4.0, 1.0) is None


@pytest.mark.parametrize("lon", [math.nan, math.inf, -math.inf])
def test_a_point_that_is_no_number_lies_nowhere(lon: float) -> None:
    assert TOWN.locate(lon, 0.5) is None
    assert TOWN.locate_many(np.array([[lon, 0.5], [0.5, 0.5]])).tolist() == [-1, 0]


@given(st.lists(st.tuples(DEGREES, DEGREES), max_size=30))
def test_many_points_lie_where_each_alone_does(points: list[tuple[float, float]]) -> None:
    many = TOWN.locate_many(np.array(points, dtype=np.float64).reshape(-1, 2)).tolist()
    alone = [TOWN.locate(*point) for point in points]
    assert [TOWN.areas[n] if n >= 0 else None for n in many] == alone


@given(st.floats(2.385, 2.458), st.floats(41.515, 41.575))
def test_a_point_of_vilamar_is_in_one_area_exactly_when_it_is_in_the_city(
    vilamar: City, lon: float, lat: float
) -> None:
    inside = [area for area in vilamar.index.areas if area.shape.covers(Point(lon, lat))]
    assert vilamar.index.locate(lon, lat) == (inside[0] if inside else None)


def test_vilamar_has_no_gap_between_its_areas(vilamar: City) -> None:
    whole = unary_union([area.shape for area in vilamar.index.areas])
    assert isinstance(whole, Polygon)
    assert not whole.interiors


def test_each_district_of_vilamar_has_two_to_four_neighbourhoods_in_one_piece(
    vilamar: City,
) -> None:
    for name, shape in vilamar.index.districts().items():
        inside = [area for area in vilamar.index.areas if area.district == name]
        assert 2 <= len(inside) <= 4, name
        assert isinstance(shape, Polygon), name


def test_a_district_can_be_asked_for_by_its_name() -> None:
    town = TOWN.by_id("Town")
    assert town is not None
    assert town.shape.equals(box(0, 0, 2, 1))


def test_a_name_is_found_without_its_capitals_and_accents(vilamar: City) -> None:
    found = vilamar.index.by_name("  estacio ")
    assert found is not None
    assert found.name == "Estació"
    assert vilamar.index.by_name("Atlantis") is None


def test_areas_that_share_a_border_only_do_not_overlap() -> None:
    assert not overlaps(WEST.shape, EAST.shape)
    assert not overlaps(WEST.shape, box(1 - 1e-7, 0, 2, 1))
    assert overlaps(WEST.shape, box(0.999, 0, 2, 1))
    assert overlaps(WEST.shape, box(0.9, 0.9, 0.9002, 0.9002))


def test_the_map_marks_the_area_and_pins_the_point() -> None:
    drawn = ET.fromstring(svg_map(TOWN, "Map", (0.5, 0.5), None))
    marked = [path for path in drawn.iter(f"{SVG}path") if path.get("class") == "area marked"]
    assert [path.findtext(f"{SVG}title") for path in marked] == ["West (Town)"]
    pin = drawn.find(f"{SVG}circle")
    assert pin is not None
    assert (pin.get("cx"), pin.get("cy")) == ("60.0", "180.0")


def test_the_map_marks_all_of_a_district() -> None:
    drawn = ET.fromstring(svg_map(TOWN, "Map", None, "Town"))
    marked = [path for path in drawn.iter(f"{SVG}path") if path.get("class") == "area marked"]
    assert len(marked) == 2
    assert drawn.find(f"{SVG}circle") is None


def test_a_point_off_the_map_gets_no_pin() -> None:
    assert "circle" not in svg_map(TOWN, "Map", (50.0, 50.0), None)


def test_the_map_has_a_title_and_a_description_for_those_who_do_not_see_it(
    vilamar: City,
) -> None:
    point = (2.4222, 41.5408)
    title, description = map_words("Vilamar", catalogue("en"), vilamar.index, point, None)
    drawn = ET.fromstring(svg_map(vilamar.index, title, point, None, description))
    assert drawn.get("role") == "img"
    named = {element.get("id"): element.text for element in drawn}
    assert named[drawn.get("aria-labelledby")] == "Map of Vilamar"
    assert named[drawn.get("aria-describedby")] == "The place is in Catedral (Nucli Antic)."


@pytest.mark.parametrize(
    ("point", "said"),
    [(None, "No place was given."), ((0.0, 0.0), "The place lies outside every area on the map.")],
)
def test_the_map_says_when_there_is_no_place_on_it(
    vilamar: City, point: tuple[float, float] | None, said: str
) -> None:
    assert map_words("Vilamar", catalogue("en"), vilamar.index, point, None)[1] == said


def test_names_on_the_map_are_never_markup() -> None:
    nasty = Area("<script>", '<script>alert("1")</script>', "a & b", box(0, 0, 1, 1))
    markup = svg_map(AreaIndex([nasty]), "<b>", None, "<script>", "&", key='"x')
    assert "<script>" not in markup
    assert ET.fromstring(markup).findtext(f"{SVG}title") == "<b>"


def test_the_map_draws_holes_and_parts() -> None:
    apart = Area("A", "A", None, MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]))
    paths = ET.fromstring(svg_map(AreaIndex([apart]), "Map", None, None)).iter(f"{SVG}path")
    assert (next(paths).get("d") or "").count("Z") == 2
    paths = ET.fromstring(svg_map(AreaIndex([HILL]), "Map", None, None)).iter(f"{SVG}path")
    assert (next(paths).get("d") or "").count("Z") == 2


def test_the_map_of_a_city_keeps_borders_shared_and_is_small(vilamar: City) -> None:
    outline = vilamar.index.outline()
    assert outline is vilamar.index.outline()
    assert len(svg_map(vilamar.index, "Map", None, None)) < 20_000
