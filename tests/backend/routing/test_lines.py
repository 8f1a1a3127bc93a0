"""Cases as JSON lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.city.schemas import City
from backend.routing.lines import LONGEST_LINE, route_line


def answer(city: City, row: Any) -> dict[str, Any]:
    raw = row if isinstance(row, bytes) else json.dumps(row).encode()
    answered: dict[str, Any] = json.loads(route_line(city, raw, 7))
    return answered


def test_a_line_comes_back_with_its_unit_and_why(vilamar: City) -> None:
    row = {"category": "theft", "lon": 2.4222, "lat": 41.5408, "language": "ca", "id": 5}
    answered = answer(vilamar, row)
    assert answered["id"] == 5
    assert (answered["unit"], answered["desk"]) == ("local_police", "Nucli Antic")
    assert (answered["area"], answered["district"]) == ("Catedral", "Nucli Antic")
    assert answered["reason"].startswith("Ha passat a Nucli Antic")


def test_an_area_is_known_by_name_in_any_case(vilamar: City) -> None:
    assert answer(vilamar, {"category": "theft", "area": "estacio"})["area"] == "Estació"
    assert answer(vilamar, {"category": "theft", "area": "PORT"})["desk"] == "Port"


def test_a_line_without_a_category_is_fine_for_what_has_none(vilamar: City) -> None:
    assert answer(vilamar, {"kind": "feedback"})["unit"] == "community_police"
    asked = {"kind": "information_request", "category": "documents"}
    assert answer(vilamar, asked)["fallback"] is True


def test_a_language_of_another_city_is_answered_in_english(vilamar: City) -> None:
    answered = answer(vilamar, {"category": "traffic", "language": "nl"})
    assert answered["reason"] == "What happens on the road goes to Traffic."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"nonsense", "not JSON"),
        (b"", "not JSON"),
        (b"[]", "no object"),
        (b"\x80", "not UTF-8"),
        (b"[" * 50_000, "not JSON"),
        (b'{"category": "' + b"x" * LONGEST_LINE + b'"}', "longer than"),
        ({}, "“category” is missing"),
        ({"category": "thef"}, "Did you mean “theft”?"),
        ({"category": 5}, "“category” is not one we know"),
        ({"category": "theft", "kind": "reprot"}, "Did you mean “report”?"),
        ({"category": "documents"}, "“category” is not one we know"),
        ({"category": "theft", "lon": 2.4}, "“lon” and “lat” must be degrees"),
        ({"category": "theft", "lon": "2.4", "lat": 41}, "“lon” and “lat” must be degrees"),
        ({"category": "theft", "lon": 41, "lat": 241}, "“lon” and “lat” must be degrees"),
        ({"category": "theft", "lon": True, "lat": 1}, "“lon” and “lat” must be degrees"),
        ({"category": "theft", "lon": float("nan"), "lat": 1}, "“lon” and “lat” must be degrees"),
        ({"category": "theft", "area": "Prot"}, "Did you mean “Port”?"),
        ({"category": "theft", "area": 3}, "“area” is not one of the city"),
        ({"category": "theft", "urgent": "yes"}, "“urgent” must be true or false"),
        ({"category": "theft", "language": 3}, "“language” must be a tag"),
        ({"category": "theft", "at": "yesterday"}, "“at” must be a moment"),
        ({"category": "theft", "at": 5}, "“at” must be a moment"),
        ({"category": "theft", "at": "0001-01-01T00:00+14:00"}, "“at” must be a moment"),
    ],
)
def test_a_broken_line_says_what_to_write_instead(vilamar: City, row: Any, said: str) -> None:
    answered = answer(vilamar, row)
    assert answered["line"] == 7
    assert said in answered["error"]
    assert set(answered) == {"line", "error"}


def test_what_a_broken_line_held_is_not_repeated(vilamar: City) -> None:
    assert "Maria" not in route_line(vilamar, b'{"category": "Maria was here"}', 1)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_give_one_line_of_json(vilamar: City, raw: bytes) -> None:
    answered = route_line(vilamar, raw, 1)
    assert "\n" not in answered
    assert isinstance(json.loads(answered), dict)


@given(
    st.dictionaries(
        st.sampled_from(["category", "kind", "lon", "lat", "area", "urgent", "language", "at"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
        | st.sampled_from(["theft", "report", "Port", "2026-01-01"]) | st.lists(st.integers()),
    )
)  # fmt: skip
def test_any_row_gives_a_unit_or_an_error(vilamar: City, row: dict[str, Any]) -> None:
    answered = answer(vilamar, row)
    assert answered.get("unit") in vilamar.unit_ids or answered["error"]
