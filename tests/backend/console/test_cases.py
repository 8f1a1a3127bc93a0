"""A case at the console: who sees it, what is done to it, what its citizen gets to read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.audit.service import of_object
from backend.cases.models import Case, CaseUnit
from backend.conversations.service import thread
from backend.kit.clock import now

STOLEN = "They took my red bicycle from the market"


def acts_on(case: Case) -> str:
    return f"/console/cases/{case.id}"


async def told(station: Any, case: Case) -> str:
    """Everything the citizen has been told."""
    async with station.database.reading() as session:
        said = await thread(session, case.conversation_id)
    return "\n".join(message.body for message in said if message.author != "citizen")


async def test_an_officer_of_the_unit_reads_the_case_and_its_thread(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    page = await ada.get(acts_on(case))
    assert page.status_code == 200
    assert STOLEN in page.text and case.number in page.text
    assert "Nobody else is responsible." in page.text


async def test_for_another_unit_the_case_is_not_there(station: Any, bob: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    assert case.number not in (await bob.get("/console/?state=")).text
    pages = [acts_on(case), f"/console/conversations/{case.conversation_id}"]
    pages.append(f"{pages[1]}/thread")
    for page in pages:
        answer = await bob.get(page)
        assert answer.status_code == 404
        assert STOLEN not in answer.text and case.number not in answer.text


@pytest.mark.parametrize("act", ["write", "move", "state"])
async def test_for_another_unit_there_is_nothing_to_change(
    station: Any, bob: Any, act: str
) -> None:
    case = await station.case(STOLEN, station.mine)
    form = {"what": "reply", "words": "hi", "unit": station.theirs, "why": "x", "state": "closed"}
    answer = await bob.submit("/console/", f"{acts_on(case)}/{act}", **form)
    assert answer.status_code == 404


async def test_an_officer_without_a_unit_sees_nothing(station: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    boss = await station.officer("boss")
    assert case.number not in (await boss.get("/console/?state=")).text
    assert (await boss.get(acts_on(case))).status_code == 404
    await boss.aclose()


async def test_an_answer_reaches_the_citizen_and_wakes_the_courier(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    answer = await ada.submit(
        acts_on(case), f"{acts_on(case)}/write", what="reply", words="We have found it."
    )
    assert answer.status_code == 303
    assert station.woken
    assert "We have found it." in await told(station, case)
    assert "Sent to the citizen." in (await ada.get(answer.headers["location"])).text


async def test_an_internal_note_never_reaches_the_citizen(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="note", words="Known thief?")
    assert "Known thief?" not in await told(station, case)
    thread_page = await ada.get(f"/console/conversations/{case.conversation_id}/thread")
    assert thread_page.status_code == 200 and "Known thief?" not in thread_page.text
    page = (await ada.get(acts_on(case))).text
    assert "Known thief?" in page and "officers only" in page


@pytest.mark.parametrize("typed", ["   ", "long " * 1000])
async def test_what_cannot_be_sent_comes_back_with_what_was_typed(
    station: Any, ada: Any, typed: str
) -> None:
    case = await station.case(STOLEN, station.mine)
    answer = await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="reply", words=typed)
    assert answer.status_code == 422
    assert typed in answer.text and 'role="alert"' in answer.text


async def test_of_two_answers_at_once_the_second_is_shown_what_is_new_and_may_still_be_sent(
    station: Any, ada: Any
) -> None:
    case = await station.case(STOLEN, station.mine)
    eve = await station.officer("eve", station.mine)
    await ada.get(acts_on(case))
    version, csrf = await opened(eve, case)
    await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="reply", words="From Ada")
    form = {"csrf": csrf, "version": version, "what": "reply", "words": "From Eve"}
    stopped = await eve.post(f"{acts_on(case)}/write", data=form)
    assert stopped.status_code == 409
    assert "From Eve" in stopped.text and "From Ada" in stopped.text
    assert "From Eve" not in await told(station, case)
    form["version"] = hidden(stopped.text, "version")
    assert (await eve.post(f"{acts_on(case)}/write", data=form)).status_code == 303
    assert "From Ada" in await told(station, case) and "From Eve" in await told(station, case)
    await eve.aclose()


async def opened(browser: Any, case: Case) -> tuple[str, str]:
    html = (await browser.get(acts_on(case))).text
    return hidden(html, "version"), hidden(html, "csrf")


def hidden(html: str, name: str) -> str:
    return html.split(f'name="{name}" value="')[1].split('"')[0]


async def test_the_same_answer_sent_twice_reaches_the_citizen_once(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    version, csrf = await opened(ada, case)
    form = {"csrf": csrf, "version": version, "what": "reply", "words": "We have found it."}
    first = await ada.post(f"{acts_on(case)}/write", data=form)
    second = await ada.post(f"{acts_on(case)}/write", data=form)
    assert (first.status_code, second.status_code) == (303, 409)
    assert (await told(station, case)).count("We have found it.") == 1


async def test_a_moved_case_is_gone_for_the_old_unit_and_there_for_the_new_with_its_history(
    station: Any, ada: Any, bob: Any
) -> None:
    case = await station.case(STOLEN, station.mine)
    await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="note", words="Seen by Ada")
    answer = await ada.submit(
        acts_on(case), f"{acts_on(case)}/move", unit=station.theirs, why="It is theirs"
    )
    after = await ada.get(answer.headers["location"])
    assert after.status_code == 200 and "with the other unit now" in after.text
    assert (await ada.get(acts_on(case))).status_code == 404
    page = (await bob.get(acts_on(case))).text
    assert "Seen by Ada" in page and "It is theirs" in page
    assert "is now with" in await told(station, case)


async def test_a_case_does_not_move_without_a_reason(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    answer = await ada.submit(acts_on(case), f"{acts_on(case)}/move", unit=station.theirs, why=" ")
    assert answer.status_code == 422 and "Write why the case moves" in answer.text
    assert (await ada.get(acts_on(case))).status_code == 200


async def test_a_case_is_closed_with_an_outcome_that_the_citizen_is_told(
    station: Any, ada: Any
) -> None:
    case = await station.case(STOLEN, station.mine)
    refused = await ada.submit(
        acts_on(case), f"{acts_on(case)}/state", state="closed", words="Take care."
    )
    assert refused.status_code == 422 and "Take care." in refused.text
    before = (await ada.get(acts_on(case))).text
    assert "What you told us helped: the matter is solved." in before  # said beforehand
    await ada.submit(
        acts_on(case),
        f"{acts_on(case)}/state",
        state="closed",
        outcome="solved",
        words="Take care.",
    )
    said = await told(station, case)
    assert "the matter is solved" in said and "Take care." in said
    assert case.number not in (await ada.get("/console/")).text
    assert case.number in (await ada.get("/console/?state=closed")).text


async def test_every_opening_of_a_case_leaves_a_row_and_a_refresh_leaves_none(
    station: Any, ada: Any
) -> None:
    case = await station.case(STOLEN, station.mine)
    await ada.get(acts_on(case))
    await ada.get(acts_on(case))
    await ada.get(f"/console/conversations/{case.conversation_id}/thread?background=1")
    await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="note", words="x")
    async with station.database.reading() as session:
        acts = [row.act for row in await of_object(session, "case", case.id)]
    assert acts.count("case:read") == 3
    assert acts.count("case:note") == 1


async def test_a_late_answer_is_marked(station: Any, ada: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    async with station.database.transaction() as session:
        stored = await session.get_one(Case, case.id)
        stored.promised_at = now() - timedelta(minutes=1)
    for page in ("/console/", acts_on(case)):
        assert ">Late<" in (await ada.get(page)).text
    await ada.submit(acts_on(case), f"{acts_on(case)}/write", what="reply", words="Here we are.")
    for page in ("/console/", acts_on(case)):
        assert ">Late<" not in (await ada.get(page)).text


async def test_what_a_person_told_another_unit_in_the_same_thread_stays_with_that_unit(
    station: Any, ada: Any, bob: Any
) -> None:
    mine = await station.case(STOLEN, station.mine)
    theirs = await station.case("My husband hits me", station.theirs)
    assert mine.conversation_id == theirs.conversation_id
    page = (await ada.get(acts_on(mine))).text
    assert STOLEN in page and "My husband hits me" not in page and theirs.number not in page
    live = (await ada.get(f"/console/conversations/{mine.conversation_id}/thread")).text
    assert STOLEN in live and "My husband hits me" not in live
    other = (await bob.get(acts_on(theirs))).text
    assert "My husband hits me" in other and STOLEN not in other


async def test_when_two_units_share_a_case_both_read_it(station: Any, ada: Any, bob: Any) -> None:
    case = await station.case(STOLEN, station.mine)
    async with station.database.transaction() as session:
        session.add(CaseUnit(case_id=case.id, unit=station.theirs))
    for officer in (ada, bob):
        assert STOLEN in (await officer.get(acts_on(case))).text


async def test_words_of_a_citizen_are_never_taken_for_markup(station: Any, ada: Any) -> None:
    case = await station.case("<script>alert(1)</script>\nnext line", station.mine)
    page = (await ada.get(acts_on(case))).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>next line" in page


async def test_when_the_database_cannot_keep_an_answer_the_officer_is_not_told_it_was_sent(
    station: Any, ada: Any
) -> None:
    case = await station.case(STOLEN, station.mine)
    version, csrf = await opened(ada, case)
    station.woken.clear()

    def fails(session: Session) -> None:
        raise OSError("disk full")

    event.listen(Session, "before_commit", fails)
    try:
        form = {"csrf": csrf, "version": version, "what": "reply", "words": "We have found it."}
        answer = await ada.post(f"{acts_on(case)}/write", data=form)
    finally:
        event.remove(Session, "before_commit", fails)
    assert answer.status_code == 500
    assert not station.woken
    assert "We have found it." not in await told(station, case)
