"""Where a case goes, and why."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from backend.areas.rules import Area, AreaIndex
from backend.city.schemas import City
from backend.routing.rules import Facts, route, route_many
from backend.taxonomy.rules import taxonomy

CATHEDRAL = (2.4222, 41.5408)
AT_SEA = (2.47, 41.50)
MADRID = ZoneInfo("Europe/Madrid")

some_facts = st.builds(
    Facts,
    category=st.sampled_from([*taxonomy().incidents, *taxonomy().topics, "", "nonsense"]),
    kind=st.sampled_from([*taxonomy().kinds, "nonsense"]),
    point=st.none() | st.tuples(st.floats(), st.floats())
    | st.tuples(st.floats(2.385, 2.458), st.floats(41.515, 41.575)),
    area_id=st.none() | st.sampled_from(["Port", "Catedral", "Atlantis", ""]),
    urgent=st.booleans(),
    language=st.sampled_from(["en", "ca", "ar", "nl", ""]),
    at=st.none() | st.datetimes(timezones=st.just(MADRID)),
)  # fmt: skip


def with_rules(*rules: dict[str, object], **more: object) -> City:
    """A small town with two districts and these rules."""
    named = [{"because": {"en": f"Because of {r['id']}."}, **r} for r in rules]
    units = [
        {"id": unit, "name": {"en": unit.title()}}
        for unit in ("patrol", "desk", "night", "fallback", "control")
    ]
    city = City.model_validate(
        {
            "name": "Town", "country": "ES", "time_zone": "Europe/Madrid", "languages": ["en"],
            "emergency_number": "112", "areas": {"file": "x", "name": "x"}, "units": units,
            "routing": named, "fallback": "fallback", "control_room": "control",
            "promises": [{"hours": 1}], "retention_days": 1, "formal_complaint": {"en": "No."},
            **more,
        }
    )  # fmt: skip
    west, east = Area("A", "A", "West", box(0, 0, 1, 1)), Area("B", "B", "East", box(1, 0, 2, 1))
    return city.placed(AreaIndex([west, east]))


@given(some_facts)
def test_any_case_gets_exactly_one_unit_of_the_city(vilamar: City, facts: Facts) -> None:
    decision = route(vilamar, facts)
    assert decision.unit in vilamar.unit_ids
    assert decision.unit not in decision.also
    assert decision.reason_in("es")
    assert decision.fallback is (decision.rule is None)


@given(st.lists(some_facts, max_size=8))
def test_many_cases_go_where_each_alone_does(vilamar: City, many: list[Facts]) -> None:
    assert route_many(vilamar, many) == [route(vilamar, facts) for facts in many]


@pytest.mark.parametrize(
    ("category", "unit"),
    [
        ("theft", "local_police"),
        ("burglary", "local_police"),
        ("domestic_violence", "gender_violence"),
        ("hate_crime", "hate_crime"),
        ("missing_person", "missing_persons"),
        ("fraud", "cybercrime"),
        ("cybercrime", "cybercrime"),
        ("traffic", "traffic"),
        ("drugs", "investigation"),
    ],
)
def test_in_vilamar_each_kind_of_incident_goes_to_its_unit(
    vilamar: City, category: str, unit: str
) -> None:
    assert route(vilamar, Facts(category, point=CATHEDRAL)).unit == unit


def test_a_theft_goes_to_the_desk_of_its_district(vilamar: City) -> None:
    decision = route(vilamar, Facts("theft", point=CATHEDRAL))
    assert (decision.unit, decision.desk) == ("local_police", "Nucli Antic")
    assert decision.area is not None
    assert decision.area.name == "Catedral"


def test_a_place_may_be_a_district_by_name(vilamar: City) -> None:
    decision = route(vilamar, Facts("theft", area_id="Platja Nord"))
    assert (decision.unit, decision.desk) == ("local_police", "Platja Nord")


def test_a_named_area_wins_over_the_point(vilamar: City) -> None:
    decision = route(vilamar, Facts("theft", area_id="Port", point=CATHEDRAL))
    assert decision.desk == "Port"


def test_an_area_nobody_knows_leaves_the_point(vilamar: City) -> None:
    decision = route(vilamar, Facts("theft", area_id="Atlantis", point=CATHEDRAL))
    assert decision.desk == "Nucli Antic"


def test_an_urgent_case_is_shown_to_the_control_room_too(vilamar: City) -> None:
    decision = route(vilamar, Facts("domestic_violence", urgent=True))
    assert (decision.unit, decision.also) == ("gender_violence", ("control_room",))


def test_an_urgent_case_of_the_control_room_is_shown_once(vilamar: City) -> None:
    decision = route(vilamar, Facts("assault", urgent=True))
    assert (decision.unit, decision.also) == ("control_room", ())


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts("theft"), "no place was given"),
        (Facts("theft", point=AT_SEA), "outside every area"),
        (Facts("theft", point=(float("nan"), 1.0)), "outside every area"),
    ],
)
def test_a_case_without_a_rule_goes_to_the_fallback_and_says_why(
    vilamar: City, facts: Facts, said: str
) -> None:
    decision = route(vilamar, facts)
    assert (decision.unit, decision.fallback) == ("community_police", True)
    assert said in decision.reason_in("en")


def test_a_case_in_the_city_that_no_rule_fits_says_so() -> None:
    decision = route(with_rules(), Facts("theft", point=(0.5, 0.5)))
    assert (decision.unit, decision.fallback) == ("fallback", True)
    assert decision.reason_in("en").startswith("No rule fits this case")


def test_the_first_rule_that_fits_decides() -> None:
    town = with_rules(
        {"id": "one", "when": {"category": ["theft"]}, "to": "patrol"},
        {"id": "two", "when": {}, "to": "desk"},
    )
    assert route(town, Facts("theft")).rule == "one"
    assert route(town, Facts("fraud")).rule == "two"


def test_rules_of_one_rank_that_disagree_send_the_case_to_the_fallback() -> None:
    town = with_rules(
        {"id": "by_theft", "rank": 1, "when": {"category": ["theft"]}, "to": "patrol"},
        {"id": "by_west", "rank": 1, "when": {"area": ["West"]}, "to": "desk"},
    )
    decision = route(town, Facts("theft", point=(0.5, 0.5)))
    assert (decision.unit, decision.rule) == ("fallback", None)
    assert decision.reason_in("en").startswith("The rules by_theft and by_west both fit")
    assert route(town, Facts("theft", point=(1.5, 0.5))).unit == "patrol"
    assert route(town, Facts("fraud", point=(0.5, 0.5))).unit == "desk"


def test_rules_of_one_rank_that_agree_decide() -> None:
    town = with_rules(
        {"id": "by_theft", "rank": 1, "when": {"category": ["theft"]}, "to": "patrol"},
        {"id": "by_west", "rank": 1, "when": {"area": ["West"]}, "to": "patrol"},
    )
    assert route(town, Facts("theft", point=(0.5, 0.5))).rule == "by_theft"


def test_a_rule_may_ask_for_a_language_and_an_urgency() -> None:
    when = {"language": ["ca"], "urgent": False}
    town = with_rules({"id": "one", "when": when, "to": "patrol"})
    assert route(town, Facts("theft", language="ca")).rule == "one"
    assert route(town, Facts("theft", language="es")).rule is None
    assert route(town, Facts("theft", language="ca", urgent=True)).rule is None


@pytest.mark.parametrize(
    ("at", "unit"),
    [
        (datetime(2026, 11, 23, 21, 30, tzinfo=ZoneInfo("UTC")), "night"),  # 22:30 in the city
        (datetime(2026, 11, 23, 20, 30, tzinfo=ZoneInfo("UTC")), "fallback"),
        (datetime(2026, 7, 23, 20, 30, tzinfo=ZoneInfo("UTC")), "night"),  # summer time
        (None, "fallback"),
    ],
)
def test_the_hours_of_a_rule_are_the_citys_own(at: datetime | None, unit: str) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    hours = {"days": days, "opens": "22:00", "closes": "06:00"}
    town = with_rules({"id": "late", "when": {"hours": hours}, "to": "night"})
    assert route(town, Facts("theft", at=at)).unit == unit


def test_a_point_on_the_border_of_two_areas_goes_to_the_first_every_time() -> None:
    town = with_rules(
        {"id": "west", "when": {"area": ["West"]}, "to": "patrol"},
        {"id": "east", "when": {"area": ["East"]}, "to": "desk"},
    )
    border = Facts("theft", point=(1.0, 0.5))
    assert {decision.unit for decision in route_many(town, [border] * 50)} == {"patrol"}


def test_the_reason_names_the_district_in_the_readers_language(vilamar: City) -> None:
    decision = route(vilamar, Facts("theft", point=CATHEDRAL))
    assert decision.reason_in("es").startswith("Ha pasado en Nucli Antic:")
    assert decision.reason_in("zh").startswith("事情发生在Nucli Antic")


def test_the_reason_can_be_kept_in_each_language_of_the_city(vilamar: City) -> None:
    by_rule = route(vilamar, Facts("theft", point=CATHEDRAL)).reasons(vilamar.languages)
    assert list(by_rule) == list(vilamar.languages)
    assert by_rule["fr"].startswith("Cela s'est passé à Nucli Antic")
    by_none = route(vilamar, Facts("theft")).reasons(vilamar.languages)
    assert all(by_none.values())
