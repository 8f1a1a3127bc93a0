"""A report from the first words to the receipt, and the ways it can go astray."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import select, update

from actions.contract import Desk
from backend.cases.models import Case
from backend.intake.models import Draft
from backend.intake.tasks import send_silent_drafts
from backend.kit.clock import now
from backend.outbox.models import OutboxMessage
from backend.settings import ROOT

if TYPE_CHECKING:
    from tests.actions.conftest import Person

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
BIKE: dict[str, Any] = {
    "text": "m'acaben de robar la bici davant l'estació de Vilamar",
    "category": "theft",
}


async def cases(desk: Desk) -> list[Case]:
    async with desk.database.reading() as session:
        return list(await session.scalars(select(Case)))


async def to_the_summary(person: Person) -> str:
    person.language = "ca"
    await person.say(**BIKE)
    await person.say("no")
    await person.say("un noi alt amb dessuadora vermella")
    return await person.say("sí")


async def test_a_first_message_that_tells_much_is_only_asked_what_is_missing(
    person: Person,
) -> None:
    person.language = "ca"
    assert await person.say(**BIKE) == "utter_ask_report_form_hurt"


async def test_the_report_is_read_back_in_the_persons_language(person: Person) -> None:
    summary = await to_the_summary(person)
    assert summary.startswith("utter_summary")
    for said in ("estació", "un noi alt amb dessuadora vermella", "m'acaben de robar la bici"):
        assert said in summary
    assert "not said" not in summary


async def test_a_confirmed_report_becomes_one_case_with_everything_in_it(
    person: Person, desk: Desk
) -> None:
    await to_the_summary(person)
    await person.press("confirm")
    (case,) = await cases(desk)
    assert (case.kind, case.category, case.finished) == ("report", "theft", True)
    assert case.fields["hurt"] is False
    assert case.fields["contact"] is True
    assert case.fields["when"]["start"].startswith("2026-11-23")


async def test_who_sends_a_report_is_told_number_receipt_deadline_and_what_it_is_not(
    person: Person, desk: Desk
) -> None:
    await to_the_summary(person)
    await person.press("confirm")
    (case,) = await cases(desk)
    thanks, receipt, after = [message.body for message in await person.heard()]
    assert case.number in thanks
    assert not RECEIPT.search(receipt)
    assert desk.city.formal_complaint["en"] in after
    async with desk.database.reading() as session:
        sent = [row.payload["text"] for row in await session.scalars(select(OutboxMessage))]
    assert sum(bool(RECEIPT.search(text)) for text in sent) == 1


async def test_who_is_beaten_at_home_is_given_the_help_line(person: Person) -> None:
    await person.say("my husband hit me last night", category="domestic_violence")
    await person.say("stop")
    await person.press("confirm")
    assert "016" in (await person.heard())[-1].body


async def test_the_same_confirmation_twice_opens_one_case(person: Person, desk: Desk) -> None:
    await to_the_summary(person)
    await person.press("confirm")
    assert await person.again() == "utter_already_sent"
    assert len(await cases(desk)) == 1


async def test_a_message_worked_on_twice_counts_once(person: Person) -> None:
    await person.say("they broke my window", category="vandalism")
    await person.say("at the harbour of nowhere in particular")
    assert await person.again() == "utter_ask_report_form_when"


async def test_a_line_can_be_changed_before_sending(person: Person) -> None:
    await to_the_summary(person)
    assert await person.press("change") == "utter_ask_report_form_change"
    asked = await person.say("el lloc", kind="smalltalk")
    assert "share_place" in person.buttons
    summary = await person.say("al mercat del port vell")
    assert asked
    assert "al mercat del port vell" in summary
    assert "davant l'estació" in summary  # what happened is still told in the person's words


async def test_what_happened_can_be_written_anew(person: Person) -> None:
    await to_the_summary(person)
    await person.press("change:what")
    assert "category:theft" in person.buttons
    summary = await person.say("m'han trencat el vidre del cotxe", category="vehicle_crime")
    assert "m'han trencat el vidre del cotxe" in summary
    assert "robar la bici" not in summary


async def test_a_wrong_category_can_be_put_right_with_a_button(person: Person, desk: Desk) -> None:
    await to_the_summary(person)
    await person.press("change:what")
    await person.press("category:other")
    await person.press("confirm")
    (case,) = await cases(desk)
    assert case.category == "other"
    assert case.fields["what"] == [BIKE["text"]]


async def test_a_district_can_be_chosen_from_the_list(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism")
    district = next(iter(desk.city.index.districts()))
    assert f"place:{district}" in person.buttons
    await person.press(f"place:{district}")
    await person.say("stop")
    await person.press("confirm")
    (case,) = await cases(desk)
    assert case.fields["where"]["words"] == district


async def test_the_place_of_the_phone_is_an_answer(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism")
    station = desk.city.stations[0].place
    shared = await person.say("", kind="out_of_scope", point=[station.lon, station.lat])
    assert shared == "utter_ask_report_form_when"
    await person.say("stop")
    await person.press("confirm")
    (case,) = await cases(desk)
    assert case.area_id


async def test_forget_it_erases_the_report(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism")
    assert await person.say("forget it", kind="smalltalk") == "utter_dropped"
    assert await cases(desk) == []
    async with desk.database.reading() as session:
        assert await session.scalar(select(Draft)) is None


async def test_goodbye_in_the_middle_asks_before_anything_is_lost(person: Person) -> None:
    await person.say("they broke my window", category="vandalism")
    assert await person.say("bye", kind="smalltalk") == "utter_ask_report_form_leaving"
    assert "share_place" not in person.buttons
    await person.press("skip")
    assert "share_place" in person.buttons


async def test_a_bare_wish_to_report_leaves_the_category_open(person: Person, desk: Desk) -> None:
    await person.say("I want to report something", category="other", category_sure=0.95)
    await person.say("they broke my window", category="vandalism", category_sure=0.4)
    await person.say("stop")
    await person.press("confirm")
    assert [case.category for case in await cases(desk)] == ["vandalism"]


async def test_a_shared_place_puts_no_word_into_the_report(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism")
    await person.say("", kind="out_of_scope", point=[2.43, 41.53])
    for _ in range(4):
        summary = await person.press("skip")
    assert "out_of_scope" not in summary


async def test_the_looks_of_a_man_raise_no_alarm(person: Person, desk: Desk) -> None:
    person.language = "ca"
    await person.say(**BIKE, urgency=0.0)
    await person.say("no", urgency=0.9)
    await person.say("un noi alt, dessuadora vermella", urgency=0.9)
    await person.say("sí")
    await person.press("confirm")
    assert [case.urgent for case in await cases(desk)] == [False]


async def test_danger_in_the_middle_makes_the_report_urgent(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism", urgency=0.0)
    await person.say("help he has a knife and he is hitting me now", urgency=0.0)
    await person.say("stop")
    await person.press("confirm")
    assert [case.urgent for case in await cases(desk)] == [True]


async def test_the_name_of_a_line_at_the_summary_opens_it(person: Person) -> None:
    await to_the_summary(person)
    assert await person.say("l'hora", kind="smalltalk") == "utter_ask_report_form_when"


async def test_a_place_nobody_can_find_is_asked_about_in_the_persons_words(
    person: Person,
) -> None:
    told = await person.say("they broke my window in front of my school", category="vandalism")
    assert "school" in told
    assert "where is that" in told


async def test_a_question_in_the_middle_is_answered_and_the_report_goes_on(
    person: Person, desk: Desk
) -> None:
    person.language = "ca"
    await person.say(**BIKE)
    told = await person.say(
        "a quina hora obre la comissaria?", kind="information_request", category="station_info"
    )
    assert desk.city.stations[0].address in told
    assert told.endswith("utter_ask_report_form_hurt")


async def test_words_nobody_was_sure_about_are_kept_until_the_person_says_what_they_are(
    person: Person, desk: Desk
) -> None:
    await person.say("the thing with the neighbour again", sure=0.3, second="case_followup")
    assert person.buttons == ["report", "case_followup", "human_handover"]
    assert await cases(desk) == []
    await person.press("report")
    await person.say("stop")
    await person.press("confirm")
    (case,) = await cases(desk)
    assert case.fields["what"] == ["the thing with the neighbour again"]


async def test_the_report_button_long_after_a_doubt_starts_with_nothing(person: Person) -> None:
    await person.say("the thing again", sure=0.3)
    await person.say("hello", kind="smalltalk")
    told = await person.press("report")
    assert told.startswith("What happened?")


async def test_a_silent_report_is_sent_as_it_is_and_marked(person: Person, desk: Desk) -> None:
    await person.say("they broke my window", category="vandalism")
    silence, woken = timedelta(minutes=30), []
    assert await send_silent_drafts(desk.database, desk.city, silence, lambda: None) == 0
    async with desk.database.transaction() as session:
        await session.execute(update(Draft).values(updated_at=now() - timedelta(minutes=31)))
    sent = await send_silent_drafts(desk.database, desk.city, silence, lambda: woken.append(1))
    (case,) = await cases(desk)
    assert (sent, case.finished, len(woken)) == (1, False, 1)
    assert case.fields["what"] == ["they broke my window"]
    assert case.number in (await person.heard())[0].body


async def test_a_report_that_says_nothing_is_not_sent(person: Person, desk: Desk) -> None:
    await person.press("report")
    async with desk.database.transaction() as session:
        await session.execute(update(Draft).values(updated_at=now() - timedelta(hours=1)))
    silence = timedelta(minutes=30)
    assert await send_silent_drafts(desk.database, desk.city, silence, lambda: None) == 0
    assert await cases(desk) == []


async def test_a_tip_is_kept_as_a_tip_and_nobody_asks_who_is_hurt(
    person: Person, desk: Desk
) -> None:
    told = await person.say(
        "I saw the missing girl of your poster at Vilamar station ten minutes ago",
        kind="tip",
        category="missing_person",
    )
    assert told == "utter_ask_report_form_who"
    await person.say("stop")
    await person.press("confirm")
    assert [case.kind for case in await cases(desk)] == ["tip"]


async def test_a_very_long_story_is_kept_whole_and_read_back_short(
    person: Person, desk: Desk
) -> None:
    story = "they shouted at us and " * 300
    await person.say(story, category="harassment")
    for _ in range(5):
        told = await person.press("skip")
    assert len(told) < 2_000
    await person.press("confirm")
    (case,) = await cases(desk)
    assert case.fields["what"] == [story.strip()]


async def test_every_question_the_form_can_ask_has_words() -> None:
    domain: dict[str, Any] = {"responses": {}, "actions": [], "forms": {}}
    for path in sorted((ROOT / "bot" / "assistant" / "domain").glob("*.yml")):
        for name, value in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if name in ("responses", "forms"):
                domain[name].update(value)
            elif name == "actions":
                domain[name] += value
    for slot in domain["forms"]["report_form"]["required_slots"]:
        known = {*domain["responses"], *domain["actions"]}
        assert {f"utter_ask_report_form_{slot}", f"action_ask_report_form_{slot}"} & known
    used = set(re.findall(r'"(utter_\w+)"', _sources()))
    unclear = {f"utter_unclear_{question}" for question in QUESTIONS}
    assert used | unclear <= set(domain["responses"])


def _sources() -> str:
    files = [*(ROOT / "actions").glob("*.py"), ROOT / "backend" / "intake" / "rules.py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


QUESTIONS = ("what", "where", "when", "hurt", "who", "contact")


def test_every_action_of_the_domain_is_there(executor: Any) -> None:
    listed: set[str] = set()
    for path in (ROOT / "bot" / "assistant" / "domain").glob("*.yml"):
        listed |= set(yaml.safe_load(path.read_text(encoding="utf-8")).get("actions") or ())
    registered = {name for name in executor.actions if name.startswith(("action_", "validate_"))}
    assert listed - {"action_withdraw"} <= registered
