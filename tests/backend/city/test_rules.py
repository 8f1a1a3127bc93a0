"""A city file says everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from backend.city.errors import CityFaults, Fault
from backend.city.rules import load_city
from backend.city.schemas import City, Hours
from backend.city.service import gazetteer_of
from backend.places.rules import find_place
from backend.settings import ROOT
from backend.taxonomy.rules import Taxonomy, taxonomy

VILAMAR = ROOT / "deploy" / "vilamar"
Change = Callable[[str], str]


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[..., list[Fault]]:
    """The faults of Vilamar after some words of its files were changed."""

    def read(*changes: tuple[str, str], areas: tuple[tuple[str, str], ...] = ()) -> list[Fault]:
        for file, wanted in (("city.yml", changes), ("areas.geojson", areas)):
            text = (VILAMAR / file).read_text(encoding="utf-8")
            for old, new in wanted:
                assert old in text, old
                text = text.replace(old, new, 1)
            (tmp_path / file).write_text(text, encoding="utf-8")
        try:
            load_city(tmp_path / "city.yml")
        except CityFaults as faults:
            return list(faults.faults)
        return []

    return read


def line_of(words: str, file: str = "city.yml") -> int:
    text = (VILAMAR / file).read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


def test_vilamar_is_whole(vilamar: City) -> None:
    assert (len(vilamar.units), len(vilamar.index.districts())) == (9, 6)


def test_vilamar_speaks_every_language_of_the_product(vilamar: City) -> None:
    tags = set(taxonomy().languages)
    for texts in (
        vilamar.formal_complaint,
        *(unit.name for unit in vilamar.units),
        *(desk for unit in vilamar.units for desk in unit.desks.values()),
        *(rule.because for rule in vilamar.routing),
        *(line.label for line in vilamar.help_lines),
        *(line.hours for line in vilamar.help_lines if line.hours),
        *(station.hours for station in vilamar.stations),
    ):
        assert set(texts) == tags


def test_vilamar_sends_something_to_each_of_its_units(
    vilamar: City, faults_of: Callable[..., list[Fault]]
) -> None:
    assert faults_of() == []


ONE_FAULT: list[tuple[str, str, str, str]] = [
    # what is written, what stands there instead, what is said, what to do
    ("category: [traffic]", "category: [trafic]", "“trafic” is no category.", "Did you mean “traffic”?"),
    ("kind: [tip]", "kind: [tips]", "“tips” is no kind.", "Did you mean “tip”?"),
    ("to: hate_crime", "to: hatecrime", "There is no unit “hatecrime”.", "Did you mean “hate_crime”?"),
    ("unit: local_police", "unit: local_polis", "There is no unit “local_polis”.", "Did you mean “local_police”?"),
    ("fallback: community_police", "fallback: comunity", "There is no unit “comunity”.", "Did you mean “community_police”?"),
    ("languages: [en, es,", "languages: [en, xx, es,", "“xx” is no language of the service.", "Known are: en, es"),
    ("languages: [en, es,", "languages: [en, en, es,", "“en” stands twice.", "Take one out."),
    ("time_zone: Europe/Madrid", "time_zone: Europe/Madird", "There is no time zone “Europe/Madird”.", "Did you mean “Europe/Madrid”?"),
    ("country: ES", "country: XQ", "There is no country “XQ”.", "ISO 3166"),
    ("country: ES", "country: Spain", "“country” is not written as it must be.", "ISO 3166"),
    ('emergency_number: "112"', "emergency_number: 112", "“emergency_number” must be text.", "quotes"),
    ("retention_days: 180\n", "", "“retention_days” is missing.", "Add retention_days"),
    ("retention_days: 180", "retention_days: 0", "“retention_days” is too small.", "from 0 up"),
    ("retention_days: 180", "retention_days: long", "“retention_days” must be a number.", "digits"),
    ("retention_days: 180", "retention_days: 180\nretention_day: 3", "“retention_day” is not a word of this file.", "Did you mean “retention_days”?"),
    ("fallback: community_police\n", "", "“fallback” is missing.", "Add fallback"),
    ('  number: "024"\n', "", "“number” is missing.", "Add number"),
    ('  number: "024"', '  number: "call us"', "“number” is not written as it must be.", "digits"),
    ("topics: [suicide]", "topics: [suicid]", "“suicid” is no topic.", "Did you mean “suicide”?"),
    ("- {hours: 72}\n", "", "No answer time is promised for the rest.", "hours alone"),
    ("- {hours: 72}", "- {hours: 72, unit: [trafic]}\n- {hours: 72}", "“trafic” is no unit.", "Did you mean “traffic”?"),
    ("- {hours: 72}", "- {hours: 5, category: [noise]}\n- {hours: 72}", "“noise” is no category.", "Known are"),
    ("{lon: 2.4034, lat: 41.5259}", "{lat: 2.4034, lon: 41.5259}", "“port” lies outside every area.", "swapped"),
    ("{lon: 2.4034, lat: 41.5259}", "{lon: 2.9, lat: 41.5259}", "“port” lies outside every area.", "Check its longitude"),
    ("{lon: 2.4329, lat: 41.5445}", "{lat: 2.4329, lon: 41.5445}", "“station” lies outside every area.", "swapped"),
    ("{lon: 2.4034, lat: 41.5259}", "{lon: 2.4034, lat: 141}", "“lat” is too large.", "90"),
    ("- id: gender_violence\n  number", "- id: suicide\n  number", "“suicide” stands twice.", "its own id"),
    ('    fr: "Unité des crimes de haine"\n', "", "No words in: fr.", "each language"),
    ('    fr: "Unité des crimes de haine"\n', '    fr: " "\n', "No words in: fr.", "each language"),
    ('    fr: "Unité des crimes de haine"\n', '    fr: "Unité"\n    cat: "Unitat"\n', "“cat” is no language of the service.", "Did you mean “ca”?"),
    ("happened in {district}:", "happened in {distrikt}:", "“{distrikt}” is no field of this text.", "Did you mean “district”?"),
    ("happened in {district}:", "happened in {district:", "A { or } stands alone.", "Write {area}"),
    ("What happens on the road", "What happens in {area}", "“{area}” is no field of this text.", "rules with areas only"),
    ("area: [Port, Nucli Antic", "area: [Porto, Port, Nucli Antic", "“Porto” is no area.", "Did you mean “Port”?"),
    ("    Les Hortes: {en", "    Hortes: {en", "“Hortes” is no area.", "Did you mean “Les Hortes”?"),
    ("  kind: investigation", "  kind: detectives", "“kind” has a word we do not know.", "'local'"),
    ('opens: "08:00"', 'opens: "8 o\'clock"', "“opens” must be a time of day.", "08:30"),
    ("days: [mon, tue", "days: [monday, tue", "has a word we do not know", "'mon'"),
    ("kind: [tip]", "kind: []", "“kind” is empty.", "take the key out"),
    ("urgent: true}\n  to", "urgent: perhaps}\n  to", "“urgent” must be yes or no.", "true or false"),
    ("kind: [tip]", "kind: tip", "“kind” must be a list.", "[one, two]"),
    ("- id: traffic\n  kind", "- id: Traffic\n  kind", "“id” is not written as it must be.", "small letter"),
    ("name: nom", "name: nome", "No area has a property “nome”.", "Did you mean “nom”?"),
    ("district: districte", "district: district", "No area has a property “district”.", "Did you mean “districte”?"),
    ("file: areas.geojson", "file: nowhere.geojson", "There is no areas file nowhere.geojson.", "sereno areas import"),
    ("category: [robbery, weapons", "kind: [feedback], category: [robbery, weapons", "The rule “grave” can never match: its conditions exclude each other.", "Take one"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "instead"), ONE_FAULT)
def test_a_fault_says_what_is_wrong_and_what_to_write_instead(
    faults_of: Callable[..., list[Fault]], old: str, new: str, what: str, instead: str
) -> None:
    found = [fault for fault in faults_of((old, new)) if what in fault.what]
    assert found, [str(fault) for fault in faults_of((old, new))]
    assert instead in found[0].instead


def test_a_language_that_is_not_complete_is_not_offered(
    faults_of: Callable[..., list[Fault]],
    monkeypatch: pytest.MonkeyPatch,
    urdu_unfinished: Taxonomy,
) -> None:
    monkeypatch.setattr("backend.city.rules.taxonomy", lambda: urdu_unfinished)
    (fault,) = faults_of()
    assert fault.what == "“ur” is not complete yet."
    assert "Use: en, es, ca, fr," in fault.instead


def test_a_fault_is_the_only_one_when_nothing_else_is_wrong(
    faults_of: Callable[..., list[Fault]],
) -> None:
    alone = (
        "“retention_day” is not",
        "“fr” is",
        "There is no time zone",
        "“retention_days” is",
        "must be text",
    )
    for old, new, what, _ in ONE_FAULT:
        if what.startswith(alone):
            assert len(faults_of((old, new))) == 1, what


def test_a_fault_gives_its_line_and_the_way_to_its_key(
    faults_of: Callable[..., list[Fault]],
) -> None:
    (fault,) = faults_of(("category: [traffic]", "category: [trafic]"))
    assert (fault.file, fault.line) == ("city.yml", line_of("category: [traffic]"))
    assert fault.path == "routing.4.when.category"
    assert str(fault).startswith(f"city.yml:{fault.line}: “trafic” is no category.")


def test_every_fault_is_said_at_once_in_the_order_of_the_lines(
    faults_of: Callable[..., list[Fault]],
) -> None:
    found = faults_of(
        ("country: ES", "country: Spain"),
        ('emergency_number: "112"', "emergency_number: 112"),
        ("retention_days: 180", "retention: 180"),
        ('  number: "024"\n', ""),
        ("{lon: 2.4034, lat: 41.5259}", "{lon: 2.9, lat: 41.5259}"),
        ("category: [traffic]", "category: [trafic]"),
        areas=(('"nom": "Mercat"', '"nom": "Catedral"'),),
    )
    said = [fault.what for fault in found]
    assert said == [
        "“retention_days” is missing.",
        "“country” is not written as it must be.",
        "“emergency_number” must be text.",
        "“retention” is not a word of this file.",
        "“number” is missing.",
        "“port” lies outside every area.",
        "“trafic” is no category.",
        "Two areas are called Catedral.",
    ]


def test_a_row_that_cannot_be_read_does_not_shift_the_lines_after_it(
    faults_of: Callable[..., list[Fault]],
) -> None:
    found = faults_of(
        ('  number: "016"\n', ""), ("topics: [online, cybercrime", "topics: [onlime, cybercrime")
    )
    assert [fault.line for fault in found][-1] == line_of("topics: [online") - 1
    assert found[-1].path == "help_lines.4.topics"


def test_a_unit_that_cannot_be_read_is_still_a_unit_for_the_rules(
    faults_of: Callable[..., list[Fault]],
) -> None:
    found = faults_of(("  kind: investigation", "  kind: detectives"))
    assert len(found) == 1


def test_a_unit_that_gets_nothing_is_said(faults_of: Callable[..., list[Fault]]) -> None:
    (fault,) = faults_of(("to: hate_crime", "to: investigation"))
    assert fault.what == "Nothing is ever sent to “hate_crime”."
    assert fault.line == line_of("- id: hate_crime")


def test_a_rule_behind_one_that_takes_all_its_cases_is_said(
    faults_of: Callable[..., list[Fault]],
) -> None:
    (fault,) = faults_of(
        ("when: {category: [hate_crime]}", "when: {category: [domestic_violence]}")
    )
    assert "“hate” can never match: “violence_at_home” before it takes all its cases" in fault.what


def test_a_rule_behind_several_that_together_take_its_cases_is_said(
    faults_of: Callable[..., list[Fault]],
) -> None:
    urgent = "when: {category: [domestic_violence, sexual_violence]}"
    calm = "when: {category: [hate_crime]}"
    found = faults_of((urgent, "when: {urgent: true}"), (calm, "when: {urgent: false}"))
    said = next(fault.what for fault in found if "“missing” can" in fault.what)
    assert "“violence_at_home”, “hate” before it take" in said.replace("takes", "take")


def test_rules_of_one_rank_that_always_disagree_are_said(
    faults_of: Callable[..., list[Fault]],
) -> None:
    found = faults_of(
        (
            "- id: hate\n  when: {category: [hate_crime]}",
            "- id: hate\n  rank: 1\n  when: {category: [traffic]}",
        ),
        ("- id: roads\n", "- id: roads\n  rank: 1\n"),
    )
    said = [fault.what for fault in found]
    assert any("“hate” can never match: “roads” of its rank fits the same cases" in s for s in said)


AREA_FAULTS = [
    ('"nom": "Mercat", ', "", "An area has no “nom”."),
    ('"nom": "Mercat"', '"nom": "Catedral"', "Two areas are called Catedral."),
    ('"nom": "Mercat"', '"nom": "Platja Nord"', "Platja Nord is a district and an area of another district."),
    ('"nom": "Mercat", "districte": "Nucli Antic"', '"nom": "Mercat"', "The area Mercat has no “districte”."),
    ('"type": "Polygon"', '"type": "LineString"', "The area Moll Vell is no polygon."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what"), AREA_FAULTS)
def test_a_fault_in_the_areas_gives_the_line_of_the_area(
    faults_of: Callable[..., list[Fault]], old: str, new: str, what: str
) -> None:
    fault = next(fault for fault in faults_of(areas=((old, new),)) if fault.what == what)
    assert fault.file == "areas.geojson"
    text = (VILAMAR / "areas.geojson").read_text(encoding="utf-8")
    lines = [n for n, line in enumerate(text.split("\n"), 1) if "Feature" in line and n > 1]
    assert fault.line in lines


SHAPES = [
    ([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]], "is broken: self-intersection"),
    ([[0, 0], [1, 0], [1, 1], [0, 1]], "has a ring that does not end where it began"),
    ([[0, 0], [1, 0], [0, 0]], "has a ring of fewer than four corners"),
    ([], "is empty"),
    ([[431000, 4581000], [432000, 4581000], [432000, 4582000], [431000, 4581000]], "is not in degrees"),
    ([[41.5, 102.4], [41.6, 102.4], [41.6, 102.5], [41.5, 102.4]], "has latitude before longitude"),
    ([["a", 1], [1, 0], [0, 1], ["a", 1]], "has a corner that is no pair of numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("ring", "why"), SHAPES)
def test_a_broken_shape_is_said(
    faults_of: Callable[..., list[Fault]], ring: list[object], why: str
) -> None:
    text = (VILAMAR / "areas.geojson").read_text(encoding="utf-8")
    first = re.search(r'"coordinates": (\[\[.*?\]\])\}', text)
    assert first is not None
    drawn = json.dumps([ring] if ring else [])
    found = faults_of(areas=((first[1], drawn),))
    assert any(f"The area Moll Vell {why}" in fault.what for fault in found)


def test_areas_that_overlap_are_said(faults_of: Callable[..., list[Fault]]) -> None:
    text = (VILAMAR / "areas.geojson").read_text(encoding="utf-8")
    shapes = re.findall(r'"coordinates": (\[\[.*?\]\])\}', text)
    found = faults_of(areas=((shapes[1], shapes[0]),))
    assert [fault.what for fault in found if "overlap" in fault.what] == [
        "Moll Vell and Drassanes overlap."
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "The file is empty or no mapping."),
        ("- a\n- b\n", "The file is empty or no mapping."),
        ("name: [a\nb: c: d\n", "This is not YAML"),
        ("name: a\nname: b\n", "This is not YAML"),
        ("a: &a [*a]\n", "“a” is not a word of this file."),
        ("{}", "“name” is missing."),
    ],
)
def test_a_file_that_is_no_city_at_all_is_said(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "city.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CityFaults, match=re.escape(what)):
        load_city(tmp_path / "city.yml")


@pytest.mark.parametrize("raw", [b"\x80", b"name: \x00"])
def test_bytes_that_are_no_text_are_said(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "city.yml").write_bytes(raw)
    with pytest.raises(CityFaults):
        load_city(tmp_path / "city.yml")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CityFaults, match="cannot be read"):
        load_city(tmp_path / "nowhere.yml")


def test_the_first_promise_that_fits_counts(vilamar: City) -> None:
    assert vilamar.promised_hours("theft", urgent=True) == 1
    assert vilamar.promised_hours("missing_person", urgent=False) == 4
    assert vilamar.promised_hours("theft", urgent=False) == 72


def test_hours_past_midnight_belong_to_the_day_they_began() -> None:
    night = Hours.model_validate({"days": ["fri"], "opens": "22:00", "closes": "06:00"})
    assert night.covers(datetime(2026, 11, 27, 23))  # a Friday
    assert night.covers(datetime(2026, 11, 28, 5, 59))
    assert not night.covers(datetime(2026, 11, 28, 6))
    assert not night.covers(datetime(2026, 11, 27, 5))


def test_a_unit_with_hours_is_staffed_in_them_only(vilamar: City) -> None:
    community = vilamar.unit_by_id["community_police"]
    assert community.staffed(datetime(2026, 11, 23, 9))
    assert not community.staffed(datetime(2026, 11, 22, 9))  # a Sunday
    assert vilamar.unit_by_id["control_room"].staffed(datetime(2026, 11, 22, 3))


def test_a_unit_and_a_desk_have_a_name_in_each_language(vilamar: City) -> None:
    assert vilamar.unit_name("traffic", "fr") == "Circulation"
    assert vilamar.desk_name("local_police", "Port", "ca") == "Taula de Port"
    assert vilamar.desk_name("local_police", "Gone", "ca") == "Gone"


@pytest.mark.parametrize(
    ("said", "language", "found"),
    [
        ("m'han robat davant de l'hospital", "ca", "landmark:hospital"),
        ("en la estación de autobuses", "es", "landmark:bus_station"),
        ("it was at the fish quay", "en", "landmark:fish_quay"),
        ("près de la gare routière", "fr", "landmark:bus_station"),
        ("قرب محطة القطار", "ar", "landmark:station"),
    ],
)
def test_a_place_of_vilamar_is_found_by_its_name_in_each_language(
    vilamar: City, said: str, language: str, found: str
) -> None:
    guess = find_place(said, language, gazetteer_of(vilamar))
    assert guess is not None
    assert guess.entry is not None
    assert guess.entry.id == found


def test_a_district_is_a_place_that_a_case_can_be_routed_by(vilamar: City) -> None:
    guess = find_place("en el barrio de Les Hortes", "es", gazetteer_of(vilamar))
    assert guess is not None
    assert guess.entry is not None
    assert vilamar.index.by_id(guess.entry.area_id) is not None


def test_every_place_of_vilamar_lies_in_it(vilamar: City) -> None:
    assert len(vilamar.landmarks) >= 40
    for landmark in vilamar.landmarks:
        assert landmark.place is not None
        assert vilamar.index.locate(landmark.place.lon, landmark.place.lat), landmark.id


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("they ran far from here", "en"),
        ("el cotxe portava el far dret trencat", "ca"),
        ("le tribunal m'a dit d'attendre", "fr"),
        ("me too", "en"),
    ],
)
def test_an_everyday_word_is_no_place_of_vilamar(vilamar: City, said: str, language: str) -> None:
    guess = find_place(said, language, gazetteer_of(vilamar))
    assert guess is None or guess.entry is None
