"""Any city's district file becomes a clean one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box, mapping, shape

from backend.areas.geojson import BrokenFile, read_features
from backend.areas.importing import CannotImport, Imported, import_areas
from backend.areas.rules import overlaps
from backend.settings import ROOT

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def polygon(ring: list[list[float]], *holes: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring, *holes]}


def feature(name: object, geometry: Any, **more: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"NOM": name, **more}, "geometry": geometry}


def imported(*features: dict[str, Any], parent: str | None = None, **more: Any) -> Imported:
    raw = json.dumps({"type": "FeatureCollection", "features": features, **more})
    return import_areas(raw.encode(), "NOM", parent)


def test_what_is_written_is_clean_geojson() -> None:
    clockwise = feature("Port", polygon(SQUARE[::-1]), OBJECTID=7)
    written = json.loads(imported(clockwise).text())
    assert written["type"] == "FeatureCollection"
    (area,) = written["features"]
    assert area["properties"] == {"name": "Port"}
    assert shape(area["geometry"]).exterior.is_ccw


def test_what_is_written_can_be_imported_again_with_nothing_left_to_do() -> None:
    first = imported(feature("A", polygon(SQUARE)), feature("B", mapping(box(0.5, 0, 2, 1))))
    again = import_areas(first.text().encode(), "name")
    assert again.notes == ("Read 2 shapes.", "Wrote 2 areas.")
    assert again.text() == first.text()


def test_vilamar_comes_through_unchanged() -> None:
    raw = (ROOT / "deploy" / "vilamar" / "areas.geojson").read_bytes()
    result = import_areas(raw, "nom", "districte")
    assert result.notes == ("Read 20 shapes.", "Wrote 20 areas.")


@pytest.mark.parametrize(
    ("value", "name"),
    [(3, "3"), (3.0, "3"), ("  El   Far\n", "El Far"), ("Sant\u00a0Pere", "Sant Pere")],
)
def test_a_name_may_be_a_number_or_badly_spaced(value: object, name: str) -> None:
    assert [area.name for area in imported(feature(value, polygon(SQUARE))).areas] == [name]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_no_harm(mark: str) -> None:
    raw = json.dumps(feature("Raïmat", polygon(SQUARE)), ensure_ascii=False).encode(mark)
    assert [area.name for area in import_areas(raw, "NOM").areas] == ["Raïmat"]


def test_heights_are_left_out() -> None:
    high = polygon([[*corner, 12.5] for corner in SQUARE])
    assert imported(feature("A", high)).areas[0].shape.equals(box(0, 0, 1, 1))


def test_holes_and_parts_are_kept() -> None:
    hole: list[list[float]] = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]]
    parts = {
        "type": "MultiPolygon",
        "coordinates": [[SQUARE, hole], [[[5, 5], [6, 5], [6, 6], [5, 5]]]],
    }
    area = imported(feature("A", parts)).areas[0]
    assert area.shape.area == pytest.approx(1 - 0.04 + 0.5)


def test_a_ring_that_is_not_closed_is_closed_and_reported() -> None:
    result = imported(feature("A", polygon(SQUARE[:-1])))
    assert result.areas[0].shape.equals(box(0, 0, 1, 1))
    assert "Line 1: repaired A, rings closed." in result.notes


def test_a_ring_that_crosses_itself_is_untangled_and_reported() -> None:
    bow = polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]])
    result = imported(feature("A", bow))
    assert result.areas[0].shape.is_valid
    assert result.areas[0].shape.area == pytest.approx(0.5)
    assert any("crossing lines untangled" in note for note in result.notes)


def test_shapes_of_one_name_are_merged_and_reported() -> None:
    result = imported(feature("A", polygon(SQUARE)), feature("A", mapping(box(1, 0, 2, 1))))
    assert [area.shape.area for area in result.areas] == [pytest.approx(2)]
    assert "Merged 2 shapes called A." in result.notes


def test_one_name_in_two_districts_stays_two_areas_with_names_of_their_own() -> None:
    result = imported(
        feature("Centre", polygon(SQUARE), D="North"),
        feature("Centre", mapping(box(3, 0, 4, 1)), D="South"),
        parent="D",
    )
    assert [area.name for area in result.areas] == ["Centre (North)", "Centre (South)"]


def test_where_two_areas_overlap_the_first_keeps_the_place() -> None:
    result = imported(feature("A", polygon(SQUARE)), feature("B", mapping(box(0.5, 0, 2, 1))))
    one, other = (area.shape for area in result.areas)
    assert one.area == pytest.approx(1)
    assert other.area == pytest.approx(1)
    assert not overlaps(one, other)
    assert "Cut B where it overlapped A." in result.notes


def test_what_is_no_area_is_left_out_and_reported() -> None:
    point = {"type": "Point", "coordinates": [0, 0]}
    result = imported(
        feature("A", polygon(SQUARE)),
        feature("B", point),
        feature("C", None),
        feature(None, polygon(SQUARE)),
        feature("D", polygon([[2, 2], [3, 3], [2, 2]])),
        feature("E", {"type": "Polygon", "coordinates": []}),
    )
    assert [area.name for area in result.areas] == ["A"]
    for said in (
        "B is no polygon",
        "C has no geometry",
        "it has no “NOM”",
        "D has no surface",
        "E is empty",
    ):
        assert any(said in note for note in result.notes), said


@pytest.mark.parametrize(
    "text",
    [
        [polygon(SQUARE)],
        {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
        polygon(SQUARE),
    ],
)
def test_bare_geometries_say_that_they_have_no_names(text: Any) -> None:
    with pytest.raises(CannotImport, match="no properties, so no names"):
        import_areas(json.dumps(text).encode(), "NOM")


def test_a_list_of_features_is_read_like_a_collection() -> None:
    raw = json.dumps([feature("A", polygon(SQUARE)), None]).encode()
    assert [area.name for area in import_areas(raw, "NOM").areas] == ["A"]


def test_a_wrong_property_name_lists_those_there_are() -> None:
    with pytest.raises(CannotImport, match=r"Did you mean “NOM”\? There are: NOM, OBJECTID\."):
        import_areas(json.dumps(feature("A", polygon(SQUARE), OBJECTID=1)).encode(), "nom")


def test_metres_are_refused_with_the_system_the_file_names() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25831"}}
    with pytest.raises(CannotImport, match="EPSG:25831"):
        imported(feature("A", mapping(box(431000, 4581000, 432000, 4582000))), crs=crs)


def test_metres_are_refused_when_the_file_names_no_system() -> None:
    with pytest.raises(CannotImport, match="not degrees of longitude and latitude"):
        imported(feature("A", mapping(box(431000, 4581000, 432000, 4582000))))


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4258"]
)
def test_a_file_may_name_a_system_of_degrees(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert imported(feature("A", polygon(SQUARE)), crs=crs).areas


def test_latitude_before_longitude_is_refused_when_it_shows() -> None:
    with pytest.raises(CannotImport, match="latitude before longitude"):
        imported(feature("A", mapping(box(40, 120, 41, 121))))


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"", 1),
        (b"nonsense", 1),
        (b'{"type": "FeatureCollection",\n"features": [{]}', 2),
        (b'{"features": [1 2]}', 1),
        (b'{"features" [1]}', 1),
        (b'{"features": [', 1),
        (b"[" * 100_000, 1),
        (b"\x80\x81", 1),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(BrokenFile) as refused:
        import_areas(raw, "NOM")
    assert refused.value.line == line


def test_each_feature_knows_its_line(tmp_path: Path) -> None:
    text = '{"type": "FeatureCollection",\n "features": [\n{"geometry": null},\n\n{"geometry": null}\n]}'
    assert [row.line for row in read_features(text).features] == [3, 5]


@pytest.mark.parametrize(
    "coordinates",
    [
        None,
        5,
        "x",
        {},
        [5],
        [[5]],
        [[[0]]],
        [[["a", "b"]]],
        [[[0, 0], None]],
        [[[float("nan"), 0]]],
    ],
)
def test_nonsense_for_coordinates_is_left_out(coordinates: Any) -> None:
    odd = {"type": "Polygon", "coordinates": coordinates}
    result = imported(feature("A", polygon(SQUARE)), feature("B", odd))
    assert [area.name for area in result.areas] == ["A"]
