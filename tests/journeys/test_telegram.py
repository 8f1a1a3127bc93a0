"""The same conversation on Telegram."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.journeys.conftest import RECEIPT, Officer, Running, Telegram

pytestmark = [pytest.mark.assistant, pytest.mark.timeout(300)]

FIRST = {
    "ca": "ahir al vespre em van robar la bici davant l'estació de Vilamar",
    "es": "ayer por la tarde me robaron el móvil del bolso en el mercado",
    "en": "my phone was stolen from my bag yesterday afternoon at the market square",
    "fr": "hier soir on m'a volé mon vélo devant la gare de Vilamar",
    "ar": "سرقوا هاتفي أمس مساء في محطة القطار",
}


class Person:
    """Someone in a private chat with the bot."""

    def __init__(self, telegram: Telegram, chat: int) -> None:
        self.api, self.chat = telegram.api, chat

    @property
    def heard(self) -> list[str]:
        return self.api.sent_to(self.chat)

    @property
    def keys(self) -> list[str]:
        """The data of the buttons under the last message."""
        last = [m for m in self.api.sent if m["chat_id"] == self.chat][-1]
        rows = last["keyboard"].get("inline_keyboard", [])
        return [key["callback_data"] for row in rows for key in row]

    async def quiet(self, before: int) -> list[str]:
        """What was said since, once it is quiet."""
        async with asyncio.timeout(30):
            while len(self.heard) <= before:
                await asyncio.sleep(0.05)
            count = -1
            while count != len(self.heard):
                count = len(self.heard)
                await asyncio.sleep(1.5)
        return self.heard[before:]

    async def writes(self, text: str) -> list[str]:
        before = len(self.heard)
        self.api.writes(self.chat, text)
        return await self.quiet(before)

    async def presses(self, data: str) -> list[str]:
        before = len(self.heard)
        self.api.presses(self.chat, data)
        return await self.quiet(before)


@pytest.mark.parametrize("language", FIRST)
async def test_a_report_on_telegram_reaches_an_officer_and_the_answer_comes_back(
    running: Running, telegram: Telegram, officer: Officer, language: str
) -> None:
    person = Person(telegram, 7000 + list(FIRST).index(language))
    told = await person.writes(FIRST[language])
    assert f"{running.url.rpartition(':')[2]}/chat" in "\n".join(told)  # the safer door is named
    for _ in range(8):
        if "confirm" in person.keys:
            break
        wanted = next((key for key in ("no", "skip") if key in person.keys), None)
        await (person.presses(wanted) if wanted else person.writes("skip"))
    told = await person.presses("confirm")
    assert RECEIPT.search("\n".join(told))
    number = re.findall(r"\d\d-[0-9A-Z]{6}", "\n".join(told))[0]
    page = await officer.find(number)
    before = len(person.heard)
    await officer.post(page, f"{page}/write", what="reply", words=f"Hola {language}")
    assert f"Hola {language}" in await person.quiet(before)


async def test_nothing_of_the_senders_identity_is_stored_or_logged(
    running: Running, telegram: Telegram
) -> None:
    await Person(telegram, 7100).writes("hello, can I ask you something?")
    stored = b"".join(path.read_bytes() for path in running.home.glob("sereno.db*"))
    for secret in ("very_recognisable", "Unmistakable", "Renowned", "7100"):
        assert secret not in running.logs()
        if not secret.isdigit():
            assert secret.encode() not in stored


async def test_an_edited_message_corrects_the_report(running: Running, telegram: Telegram) -> None:
    person = Person(telegram, 7200)
    before = len(person.heard)
    sent = telegram.api.writes(person.chat, "ayer me robaron el bolso en el mercado")
    await person.quiet(before)
    before = len(person.heard)
    number = sent["message"]["message_id"]
    telegram.api.edits(person.chat, number, "ayer me robaron la mochila en la catedral")
    await person.quiet(before)
    for _ in range(8):
        if "confirm" in person.keys:
            break
        wanted = next((key for key in ("no", "skip") if key in person.keys), None)
        await (person.presses(wanted) if wanted else person.writes("saltar"))
    assert "mochila" in person.heard[-1]
    assert "bolso" not in person.heard[-1]
