"""A conversation at the console: taken, answered, given back."""

from __future__ import annotations

from typing import Any

import pytest

from backend.conversations.service import conversation_of, thread
from backend.handovers.models import ASKED, UNDELIVERED
from backend.handovers.service import ask
from backend.kit.ids import new_id


@pytest.fixture
async def waits(station: Any) -> str:
    """A person who waits for an officer of the unit `mine`: the path of the conversation."""
    conversation_id = await station.writes("I want a person")
    async with station.database.transaction() as session:
        await ask(session, await conversation_of(session, conversation_id), station.mine, ASKED)
    return f"/console/conversations/{conversation_id}"


async def told(station: Any, path: str) -> list[str]:
    import uuid

    async with station.database.reading() as session:
        said = await thread(session, uuid.UUID(path[-36:]))
    return [message.body for message in said if message.author != "citizen"]


async def test_taking_answering_and_giving_back_is_told_to_the_person(
    station: Any, ada: Any, waits: str
) -> None:
    assert "I want a person" in (await ada.get(waits)).text
    await ada.submit(waits, f"{waits}/take")
    await ada.submit(waits, f"{waits}/reply", words="Hello, how can I help?")
    await ada.submit(waits, f"{waits}/give-back")
    said = await told(station, waits)
    assert len(said) == 3
    assert "with an officer" in said[0]
    assert said[1] == "Hello, how can I help?"
    assert "assistant answers you again" in said[2]
    assert waits not in (await ada.get("/console/")).text


async def test_nobody_writes_into_a_conversation_they_have_not_taken(
    station: Any, ada: Any, waits: str
) -> None:
    form = {"key": str(new_id()), "words": "typed already"}
    answer = await ada.submit(waits, f"{waits}/reply", **form)
    assert answer.status_code == 409
    assert await told(station, waits) == []


async def test_a_conversation_is_taken_by_one_officer_alone(
    station: Any, ada: Any, waits: str
) -> None:
    eve = await station.officer("eve", station.mine)
    await eve.get(waits)
    await ada.submit(waits, f"{waits}/take")
    answer = await eve.submit(waits, f"{waits}/take")
    assert answer.status_code == 409
    assert "Another officer has just taken this conversation." in answer.text
    await eve.aclose()


async def test_an_answer_pressed_twice_is_sent_once(station: Any, ada: Any, waits: str) -> None:
    await ada.submit(waits, f"{waits}/take")
    key = str(new_id())
    for _ in range(2):
        await ada.submit(waits, f"{waits}/reply", words="Hello", key=key)
    assert (await told(station, waits)).count("Hello") == 1


@pytest.mark.parametrize("typed", [" ", "long " * 1000])
async def test_what_cannot_be_sent_comes_back_to_its_writer(
    station: Any, ada: Any, waits: str, typed: str
) -> None:
    await ada.submit(waits, f"{waits}/take")
    answer = await ada.submit(waits, f"{waits}/reply", words=typed)
    assert answer.status_code == 422
    assert f">{typed}</textarea>" in answer.text


@pytest.mark.parametrize("act", ["take", "reply", "give-back", "settle"])
async def test_for_another_unit_there_is_no_such_conversation(
    station: Any, bob: Any, waits: str, act: str
) -> None:
    answer = await bob.submit("/console/", f"{waits}/{act}", words="x", key=str(new_id()))
    assert answer.status_code == 404
    assert (await bob.get(waits)).status_code == 404


async def test_what_needs_nobody_is_taken_off_the_queue_and_the_person_hears_nothing(
    station: Any, ada: Any, waits: str
) -> None:
    await ada.submit(waits, f"{waits}/settle")
    assert waits not in (await ada.get("/console/")).text
    assert await told(station, waits) == []


async def test_a_live_thread_gets_what_is_new_and_nothing_twice(
    station: Any, ada: Any, waits: str
) -> None:
    first = await ada.get(f"{waits}/thread", params={"seen": "0"})
    assert "I want a person" in first.text
    assert (await ada.get(f"{waits}/thread", params={"seen": "1"})).status_code == 204
    await station.writes("Are you there?")
    fresh = (await ada.get(f"{waits}/thread", params={"seen": "1"})).text
    assert "Are you there?" in fresh and "I want a person" not in fresh
    for odd in ("x", "-1", "²", "9" * 400):
        assert (await ada.get(f"{waits}/thread", params={"seen": odd})).status_code == 200


async def test_the_page_of_a_waiting_person_leads_to_their_case(station: Any, ada: Any) -> None:
    case = await station.case("They took my bicycle", station.mine)
    async with station.database.transaction() as session:
        conversation = await conversation_of(session, case.conversation_id)
        await ask(session, conversation, station.mine, UNDELIVERED)
    page = (await ada.get(f"/console/conversations/{case.conversation_id}")).text
    assert f'href="/console/cases/{case.id}"' in page and case.number in page


async def test_a_conversation_taken_from_its_case_leads_back_to_the_case_and_nowhere_else(
    station: Any, ada: Any
) -> None:
    case = await station.case("They took my bicycle", station.mine)
    path = f"/console/conversations/{case.conversation_id}"
    answer = await ada.submit(path, f"{path}/take", back=str(case.id))
    assert answer.headers["location"] == f"/console/cases/{case.id}"
    answer = await ada.submit(path, f"{path}/take", back="https://elsewhere.test")
    assert answer.headers["location"] == path
