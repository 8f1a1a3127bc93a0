"""A console with two units, a case at one of them, and browsers for officers and strangers."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.cases.models import Case
from backend.cases.service import Placed, Told, open_case
from backend.city.schemas import City
from backend.console.endpoints import console_router
from backend.console.refusals import refusal
from backend.conversations.schemas import Inbound
from backend.conversations.service import conversation_of, receive, say
from backend.kit.db import Database
from backend.kit.errors import SerenoError
from backend.kit.ids import new_id
from backend.officers import service
from backend.settings import Settings

PASSWORD = "a long enough one"
LANGUAGES = ("en", "es", "ca", "fr", "ar")


class Browser(httpx.AsyncClient):
    """A browser at the console; it follows no redirect by itself."""

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/console/sign-in", data={"username": name, "password": password})

    async def submit(self, page: str, path: str, **form: str) -> httpx.Response:
        """Send a form of a page, with the hidden fields it carries."""
        html = (await self.get(page)).text
        hidden = {
            name: found.group(1)
            for name in ("csrf", "version", "key")
            if (found := re.search(rf'name="{name}" value="([^"]*)"', html))
        }
        return await self.post(path, data={**hidden, **form})


@dataclass
class Station:
    """A console under test; `mine` and `theirs` are two units."""

    database: Database
    city: City
    app: FastAPI
    mine: str
    theirs: str
    woken: list[bool] = field(default_factory=list)

    def browser(self) -> Browser:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return Browser(transport=transport, base_url="http://console.test")

    async def officer(self, name: str, *units: str) -> Browser:
        async with self.database.transaction() as session:
            await service.create(
                session, self.city, username=name, name=name.title(), password=PASSWORD, units=units
            )
        browser = self.browser()
        assert (await browser.sign_in(name)).status_code == 303
        return browser

    async def writes(self, words: str, address: str = "someone") -> uuid.UUID:
        """A citizen writes; the conversation."""
        number = str(new_id())
        inbound = Inbound(channel="webchat", address=address, external_id=number, text=words)
        async with self.database.transaction() as session:
            return (await receive(session, inbound, city_languages=LANGUAGES)).conversation_id

    async def case(self, words: str, unit: str, **more: object) -> Case:
        """A citizen tells something, and it becomes a case of a unit."""
        conversation_id = await self.writes(words)
        placed = Placed(unit, None, (), None, "Nobody else is responsible.", {}, None, False)
        told = {
            "opened_by": str(new_id()),
            "conversation_id": conversation_id,
            "kind": "report",
            "category": "theft",
            "urgent": False,
            "finished": True,
            "language": "en",
            "fields": {"what": [words]},
            "promised_hours": 24.0,
        } | more
        async with self.database.transaction() as session:
            opened = await open_case(session, Told(**told), placed)  # type: ignore[arg-type]
            conversation = await conversation_of(session, conversation_id)
            number = opened.case.number
            await say(
                session,
                conversation,
                f"Thank you. Your report is {number}.",
                key=f"case:{opened.case.id}:thanks",
                author="service",
                case_id=opened.case.id,
            )
            return opened.case


@pytest.fixture
async def station(sqlite: Database, vilamar: City, tmp_path: Path) -> Station:
    """A console on an empty database."""
    app = FastAPI()
    settings = Settings(home=tmp_path)
    first, second = (unit.id for unit in vilamar.units[:2])
    made = Station(sqlite, vilamar, app, first, second)
    app.include_router(console_router(sqlite, vilamar, settings, lambda: made.woken.append(True)))
    app.add_exception_handler(SerenoError, refusal(sqlite, vilamar, settings))
    return made


@pytest.fixture
async def ada(station: Station) -> AsyncIterator[Browser]:
    """An officer of the unit `mine`, signed in."""
    browser = await station.officer("ada", station.mine)
    yield browser
    await browser.aclose()


@pytest.fixture
async def bob(station: Station) -> AsyncIterator[Browser]:
    """An officer of the unit `theirs`, signed in."""
    browser = await station.officer("bob", station.theirs)
    yield browser
    await browser.aclose()


@pytest.fixture
async def stranger(station: Station) -> AsyncIterator[Browser]:
    """Someone who has not signed in."""
    async with station.browser() as browser:
        yield browser
