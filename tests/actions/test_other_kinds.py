"""Everything people write that is no report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from actions.contract import Desk
from backend.cases.models import Case, CaseEntry
from backend.handovers.models import Handover
from backend.outbox.models import OutboxMessage
from backend.taxonomy.rules import taxonomy

if TYPE_CHECKING:
    from tests.actions.conftest import Person

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")


async def reported(person: Person, desk: Desk) -> tuple[Case, str]:
    """A report that was sent, and its receipt."""
    await person.say("they broke my window", category="vandalism")
    await person.say("stop")
    await person.press("confirm")
    async with desk.database.reading() as session:
        case = (await session.scalars(select(Case))).one()
        sent = [row.payload["text"] for row in await session.scalars(select(OutboxMessage))]
    return case, next(found.group() for text in sent if (found := RECEIPT.search(text)))


async def entries(desk: Desk) -> list[CaseEntry]:
    async with desk.database.reading() as session:
        return list(await session.scalars(select(CaseEntry).order_by(CaseEntry.id)))


async def test_news_of_a_report_come_with_its_number_and_a_way_to_take_it_back(
    person: Person, desk: Desk
) -> None:
    case, _ = await reported(person, desk)
    told = await person.say("any news?", kind="case_followup")
    assert case.number in told
    assert f"withdraw:{case.id}" in person.buttons


async def test_something_to_add_goes_into_the_case(person: Person, desk: Desk) -> None:
    case, _ = await reported(person, desk)
    told = await person.say("I forgot: the man had a scar on his chin", kind="case_followup")
    assert "added" in told
    assert case.number in told
    assert (await entries(desk))[-1].body == "I forgot: the man had a scar on his chin"


@pytest.mark.parametrize(
    "question", ["when will you tell me something?", "متى سيصلني رد منكم؟؟؟؟؟؟؟"]
)
async def test_a_question_is_not_added_to_the_case(
    person: Person, desk: Desk, question: str
) -> None:
    await reported(person, desk)
    before = len(await entries(desk))
    await person.say(question, kind="case_followup")
    assert len(await entries(desk)) == before


async def test_a_report_is_taken_back_only_after_a_second_yes(person: Person, desk: Desk) -> None:
    case, _ = await reported(person, desk)
    await person.press(f"withdraw:{case.id}")
    assert "withdrawn" not in {entry.what for entry in await entries(desk)}
    told = await person.press(f"gone:{case.id}")
    assert "taken back" in told
    assert (await entries(desk))[-1].what == "withdrawn"


async def test_without_a_report_the_receipt_is_asked_for(person: Person) -> None:
    assert "receipt" in await person.say("how is my case going", kind="case_followup")


async def test_a_receipt_shows_its_case_to_a_stranger_and_lets_them_change_nothing(
    person: Person, stranger: Person, desk: Desk
) -> None:
    case, receipt = await reported(person, desk)
    told = await stranger.say("here it is", kind="case_followup", receipt=receipt)
    assert case.number in told
    assert stranger.buttons == ["human_handover"]
    await stranger.press(f"gone:{case.id}")
    assert "withdrawn" not in {entry.what for entry in await entries(desk)}
    assert case.number not in await stranger.say("and now?", kind="case_followup")


async def test_a_wrong_receipt_is_said_to_be_wrong(stranger: Person) -> None:
    told = await stranger.say("x", kind="case_followup", receipt="0000-0000-0000-0000")
    assert "no report" in told


async def test_a_person_who_is_asked_for_is_called_once(person: Person, desk: Desk) -> None:
    for _ in range(2):
        told = await person.say("I want to talk to someone", kind="human_handover")
        assert told == "utter_person_called"
    async with desk.database.reading() as session:
        (waiting,) = await session.scalars(select(Handover))
    assert waiting.unit == desk.city.fallback


async def test_who_has_a_report_is_handed_to_the_unit_that_has_it(
    person: Person, desk: Desk
) -> None:
    case, _ = await reported(person, desk)
    await person.press("human_handover")
    async with desk.database.reading() as session:
        (waiting,) = await session.scalars(select(Handover))
    assert waiting.unit == case.unit


async def test_an_opinion_is_kept_once_as_feedback(person: Person, desk: Desk) -> None:
    await person.say("the officer at the harbour was very kind", kind="feedback")
    assert await person.again() == "utter_feedback_kept"
    async with desk.database.reading() as session:
        (case,) = await session.scalars(select(Case))
    assert case.kind == "feedback"
    assert case.fields["what"] == ["the officer at the harbour was very kind"]


@pytest.mark.parametrize(
    "kind", ["feedback", "alert_subscription", "human_handover", "information_request"]
)
async def test_in_doubt_nothing_is_done_and_the_person_is_asked(
    person: Person, desk: Desk, kind: str
) -> None:
    told = await person.say("mmm the thing there", kind=kind, sure=0.3, second="report")
    assert "not sure" in told
    assert "report" in person.buttons
    async with desk.database.reading() as session:
        assert list(await session.scalars(select(Case))) == []
        assert list(await session.scalars(select(Handover))) == []


async def test_nonsense_that_may_be_a_report_is_asked_about(person: Person, desk: Desk) -> None:
    await person.say("my door is all wrong", kind="out_of_scope", sure=0.6, second="report")
    assert "report" in person.buttons
    await person.press("report")
    await person.say("stop")
    await person.press("confirm")
    async with desk.database.reading() as session:
        (case,) = await session.scalars(select(Case))
    assert case.fields["what"] == ["my door is all wrong"]


@pytest.mark.parametrize("topic", sorted(taxonomy().topics))
async def test_every_topic_has_an_answer_and_a_way_on(person: Person, topic: str) -> None:
    told = await person.press(f"topic:{topic}")
    assert len(told.removesuffix("utter_answered").strip()) > 40
    assert told.endswith("utter_answered")


async def test_a_question_of_no_clear_topic_offers_the_topics(person: Person) -> None:
    await person.say("can I ask", kind="information_request", category_sure=0.2, category="other")
    assert "topic:station_info" in person.buttons


async def test_the_nearest_station_comes_first(person: Person, desk: Desk) -> None:
    for station in desk.city.stations:
        place = [station.place.lon, station.place.lat]
        told = await person.say("", kind="out_of_scope", point=place)
        listed = [line for line in told.splitlines() if line.startswith("•")]
        assert len(listed) == len(desk.city.stations)
        assert station.address in listed[0]


async def test_the_station_nearest_to_a_district_comes_first(person: Person) -> None:
    told = await person.say(
        "where is the police station nearest to Platja Nord?",
        kind="information_request",
        category="station_info",
    )
    assert "Platja Nord" in told.splitlines()[1]


async def test_nobody_is_sent_away_on_a_mere_guess(person: Person) -> None:
    told = await person.say("سرقوا حقيبتي", kind="out_of_scope", sure=0.5, second="smalltalk")
    assert told != "utter_out_of_scope"
    assert "report" in person.buttons


async def test_words_taken_for_nonsense_are_kept_when_they_tell_of_a_time(
    person: Person, desk: Desk
) -> None:
    told = await person.say("they emptied it an hour ago", kind="out_of_scope", sure=0.95)
    assert told == "utter_out_of_scope"
    await person.press("report")
    await person.say("stop")
    await person.press("confirm")
    async with desk.database.reading() as session:
        (case,) = await session.scalars(select(Case))
    assert case.fields["what"] == ["they emptied it an hour ago"]


async def test_privacy_is_explained_with_the_citys_own_days(person: Person, desk: Desk) -> None:
    told = await person.press("topic:rights_and_privacy")
    assert str(desk.city.retention_days) in told


async def test_every_help_line_is_listed_for_victims(person: Person, desk: Desk) -> None:
    told = await person.press("topic:victim_support")
    assert all(line.number in told for line in desk.city.help_lines)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hello", "utter_menu"),
        ("no thanks", "utter_goodbye"),
        ("what can you do", "utter_what_i_can_do"),
    ],
)
async def test_small_talk_gets_a_short_answer(person: Person, text: str, answer: str) -> None:
    assert await person.say(text, kind="smalltalk") == answer


async def test_what_is_not_for_the_police_is_said_kindly_with_the_menu(person: Person) -> None:
    told = await person.say("a pizza please", kind="out_of_scope", sure=0.95)
    assert told == "utter_out_of_scope"


async def test_alerts_are_honestly_not_offered(person: Person) -> None:
    assert await person.press("alert_subscription") == "utter_no_alerts_yet"


@pytest.mark.parametrize("choice", ["skip", "confirm", "change:where", "place:nowhere"])
async def test_an_old_button_of_a_report_says_it_is_too_late(person: Person, choice: str) -> None:
    assert await person.press(choice) == "utter_too_late"


@pytest.mark.parametrize("choice", ["withdraw:not-an-id", "gone:", "topic:none", "x" * 500, "{a}"])
async def test_a_choice_nobody_offered_does_no_harm(person: Person, choice: str) -> None:
    assert await person.press(choice)


async def test_the_languages_of_the_city_are_offered(person: Person, desk: Desk) -> None:
    await person.press("choose_language")
    assert person.buttons == [f"language:{tag}" for tag in desk.city.languages]
