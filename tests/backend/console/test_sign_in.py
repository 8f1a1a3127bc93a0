"""The door of the console."""

from __future__ import annotations

from typing import Any

import pytest

from backend.console.door import Door
from backend.officers.rules import FREE_FAILURES
from backend.settings import Settings

STRANGE = "00000000-0000-7000-8000-000000000000"
PAGES = [
    "/console/",
    "/console/queue",
    "/console/dead-letters",
    f"/console/cases/{STRANGE}",
    f"/console/conversations/{STRANGE}",
    f"/console/conversations/{STRANGE}/thread",
]
FORMS = [
    "/console/sign-out",
    "/console/language",
    f"/console/dead-letters/{STRANGE}/retry",
    f"/console/cases/{STRANGE}/write",
    f"/console/cases/{STRANGE}/move",
    f"/console/cases/{STRANGE}/state",
    f"/console/conversations/{STRANGE}/take",
    f"/console/conversations/{STRANGE}/give-back",
    f"/console/conversations/{STRANGE}/settle",
    f"/console/conversations/{STRANGE}/reply",
]
FILLED = {"what": "note", "words": "x", "state": "closed", "tag": "es", "key": STRANGE}


@pytest.mark.parametrize("page", PAGES)
async def test_a_stranger_is_shown_the_way_to_sign_in(stranger: Any, page: str) -> None:
    answer = await stranger.get(page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


@pytest.mark.parametrize("form", FORMS)
async def test_a_stranger_changes_nothing(stranger: Any, form: str) -> None:
    answer = await stranger.post(form, data={**FILLED, "csrf": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_without_the_token_of_the_session_is_refused(ada: Any, form: str) -> None:
    assert (await ada.post(form, data=FILLED)).status_code == 403
    assert (await ada.post(form, data={**FILLED, "csrf": "guessed"})).status_code == 403


@pytest.mark.parametrize(
    "sent_from",
    [
        {"origin": "https://elsewhere.test"},
        {"origin": "null"},
        {"referer": "https://elsewhere.test/console/"},
        {"origin": "http://[broken"},
        {"sec-fetch-site": "cross-site"},
    ],
)
async def test_a_form_from_another_site_is_refused_even_with_the_right_password(
    ada: Any, sent_from: dict[str, str]
) -> None:
    filled = {"username": "ada", "password": "a long enough one"}
    answer = await ada.post("/console/sign-in", data=filled, headers=sent_from)
    assert answer.status_code == 403


async def test_an_unknown_name_and_a_wrong_password_read_the_same(ada: Any, stranger: Any) -> None:
    known = await stranger.sign_in("ada", "not her password")
    unknown = await stranger.sign_in("eve", "not her password")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("ada", "eve") == unknown.text
    assert "not her password" not in known.text


async def test_too_many_tries_must_wait_even_with_the_right_password(
    ada: Any, stranger: Any
) -> None:
    for _ in range(FREE_FAILURES):
        assert (await stranger.sign_in("ada", "not her password")).status_code == 401
    answer = await stranger.sign_in("ada")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Please wait 1 minute" in answer.text
    assert (await ada.get("/console/")).status_code == 200  # who is inside stays inside


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    ada: Any, stranger: Any
) -> None:
    cookie = (await stranger.sign_in("ada")).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie


async def test_behind_https_the_cookie_is_bound_to_this_host(station: Any) -> None:
    from fastapi import Response

    door = Door(station.database, station.city, Settings(cookie_secure=True))
    response = Response()
    door.give_cookie(response, "token")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-") and "Secure" in cookie and "Domain" not in cookie


async def test_signing_out_ends_the_session_for_good(ada: Any) -> None:
    kept = dict(ada.cookies)
    answer = await ada.submit("/console/", "/console/sign-out")
    assert "cache" in answer.headers["clear-site-data"]
    ada.cookies.update(kept)
    assert (await ada.get("/console/")).status_code == 303


async def test_a_page_that_refreshes_itself_leads_to_sign_in_when_the_session_is_over(
    stranger: Any,
) -> None:
    answer = await stranger.get("/console/queue?background=1", headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"] == "/console/sign-in"


async def test_every_page_is_shut_to_frames_scripts_of_others_and_caches(ada: Any) -> None:
    for page in ("/console/", "/console/sign-in", "/console/dead-letters"):
        answer = await ada.get(page)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "<style" not in answer.text and "onclick" not in answer.text
        assert "<script>" not in answer.text


async def test_the_console_speaks_the_language_its_officer_chose(ada: Any) -> None:
    assert 'lang="en"' in (await ada.get("/console/")).text
    await ada.submit("/console/", "/console/language", tag="ca")
    assert 'lang="ca"' in (await ada.get("/console/")).text
    await ada.submit("/console/", "/console/language", tag="xx")
    assert 'lang="ca"' in (await ada.get("/console/")).text


async def test_the_files_of_the_pages_are_there_and_kept(stranger: Any) -> None:
    import re

    html = (await stranger.get("/console/sign-in")).text
    files = re.findall(r'"(/console/static/[^"]+)"', html)
    assert len(files) == 3
    for file in files:
        answer = await stranger.get(file)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert (await stranger.get("/console/static/x/door.py")).status_code == 404
