"""The queue: what waits for the officer's units, the gravest first."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from backend.conversations.service import conversation_of
from backend.handovers.models import ASKED, DANGER
from backend.handovers.service import ask
from backend.kit.clock import now
from backend.outbox.models import DEAD, OutboxMessage


async def hand_over(station: Any, words: str, unit: str, why: str, address: str) -> str:
    """A person writes and waits for an officer of a unit; the path of their conversation."""
    conversation_id = await station.writes(words, address)
    async with station.database.transaction() as session:
        await ask(session, await conversation_of(session, conversation_id), unit, why)
    return f"/console/conversations/{conversation_id}"


def version_of(html: str) -> str:
    return re.findall(r'data-version="([^"]*)"', html)[0]


async def test_urgent_cases_come_first_then_the_newest(station: Any, ada: Any) -> None:
    old = await station.case("one", station.mine)
    urgent = await station.case("two", station.mine, urgent=True)
    new = await station.case("three", station.mine)
    page = (await ada.get("/console/")).text
    places = [page.index(case.number) for case in (urgent, new, old)]
    assert places == sorted(places)
    assert ">Urgent<" in page


async def test_people_in_danger_wait_above_everyone_else_and_in_words(
    station: Any, ada: Any
) -> None:
    asked = await hand_over(station, "a person please", station.mine, ASKED, "first")
    danger = await hand_over(station, "he has a knife", station.mine, DANGER, "second")
    page = (await ada.get("/console/")).text
    assert page.index(danger) < page.index(asked)
    assert "Danger now" in page and "he has a knife" not in page


async def test_a_person_who_waits_for_another_unit_is_not_in_the_queue(
    station: Any, ada: Any, bob: Any
) -> None:
    path = await hand_over(station, "a person please", station.mine, ASKED, "first")
    assert path in (await ada.get("/console/")).text
    assert path not in (await bob.get("/console/")).text


async def test_the_queue_is_sent_again_only_when_something_has_changed(
    station: Any, ada: Any
) -> None:
    await station.case("one", station.mine)
    version = version_of((await ada.get("/console/")).text)
    same = await ada.get("/console/queue", params={"background": 1, "version": version})
    assert (same.status_code, same.text) == (204, "")
    new = await station.case("two", station.mine)
    fresh = await ada.get("/console/queue", params={"background": 1, "version": version})
    assert fresh.status_code == 200 and new.number in fresh.text
    assert "<html" not in fresh.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"category": "fraud"}, {"fraud"}),
        ({"category": "theft"}, {"theft"}),
        ({"state": "closed"}, set()),
        ({"state": ""}, {"fraud", "theft"}),
        ({"unit": "nowhere"}, set()),
        ({"page": "x", "done": "moved", "state": "open"}, {"fraud", "theft"}),
    ],
)
async def test_the_queue_shows_what_was_asked_for_and_so_does_its_refresh(
    station: Any, ada: Any, asked: dict[str, str], found: set[str]
) -> None:
    cases = [await station.case("x", station.mine, category=name) for name in ("fraud", "theft")]
    page = await ada.get("/console/", params=asked)
    again = re.findall(r'data-refresh="([^"]+)"', page.text)[0].replace("&amp;", "&")
    for html in (page.text, (await ada.get(again)).text):
        assert {case.category for case in cases if case.number in html} == found


async def test_a_case_is_found_by_a_part_of_its_number_and_no_wildcard_helps(
    station: Any, ada: Any
) -> None:
    case = await station.case("x", station.mine)
    part = case.number[3:].lower()
    assert case.number in (await ada.get("/console/", params={"number": part})).text
    for wild in ("%", "_", "' OR 1=1 --"):
        page = await ada.get("/console/", params={"number": wild})
        assert page.status_code == 200 and case.number not in page.text


async def test_pages_keep_what_was_asked_for(station: Any, ada: Any) -> None:
    for _ in range(26):
        await station.case("x", station.mine)
    page = (await ada.get("/console/", params={"category": "theft"})).text
    assert "26 cases" in page
    second = re.findall(r'href="(/console/\?[^"]*page=2[^"]*)"', page)[0].replace("&amp;", "&")
    assert "category=theft" in second
    shown = (await ada.get(second)).text
    assert len(re.findall(r'href="/console/cases/', shown)) == 1


async def test_a_citizens_new_words_after_an_answer_are_marked(station: Any, ada: Any) -> None:
    case = await station.case("x", station.mine)
    path = f"/console/cases/{case.id}"
    await ada.submit(path, f"{path}/write", what="question", words="Which colour?")
    assert "New message" not in (await ada.get("/console/")).text
    await station.writes("It is red")
    assert "New message" in (await ada.get("/console/")).text
    await ada.submit(path, f"{path}/write", what="reply", words="Thank you.")
    assert "New message" not in (await ada.get("/console/")).text


async def dead(station: Any, conversation_id: Any, failure: str = "Permanent") -> str:
    """A message that could not be delivered; the path that tries it again."""
    row = OutboxMessage(
        key=f"dead:{conversation_id}",
        channel="webchat",
        conversation_id=conversation_id,
        payload={"text": "secret receipt"},
        status=DEAD,
        failure=failure,
        created_at=now() - timedelta(days=2),
    )
    async with station.database.transaction() as session:
        session.add(row)
    return f"/console/dead-letters/{row.id}/retry"


async def test_what_was_not_delivered_is_listed_without_its_words_and_tried_again(
    station: Any, ada: Any
) -> None:
    case = await station.case("x", station.mine)
    again = await dead(station, case.conversation_id)
    page = (await ada.get("/console/dead-letters")).text
    assert again in page and "secret receipt" not in page
    assert "The service there does not take it." in page
    station.woken.clear()
    assert (await ada.submit("/console/", again)).status_code == 303
    assert station.woken
    assert again not in (await ada.get("/console/dead-letters")).text


async def test_what_another_unit_could_not_deliver_is_neither_seen_nor_tried(
    station: Any, ada: Any, bob: Any
) -> None:
    case = await station.case("x", station.mine)
    again = await dead(station, case.conversation_id)
    assert again not in (await bob.get("/console/dead-letters")).text
    assert (await bob.submit("/console/", again)).status_code == 404
    assert again in (await ada.get("/console/dead-letters")).text
