"""The Telegram door over a Bot API that refuses what Telegram refuses."""

from __future__ import annotations

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.conversations.rules import accepted
from backend.conversations.schemas import Button, Inbound, Outbound, Received
from bot.channels.contract import Blocked, Permanent, Retryable, Throttled
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.parts import data_for, parts, units
from tests.doubles.botapi import TOKEN, BotApi


class Accepted:
    """Takes messages in as the service does; fails when told to."""

    def __init__(self) -> None:
        self.messages: list[Inbound] = []
        self.broken = False

    async def __call__(self, inbound: Inbound) -> Received:
        if self.broken:
            raise ConnectionError
        self.messages.append(accepted(inbound))
        return Received(uuid.uuid4(), uuid.uuid4(), new=True)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as double:
        yield double
    await asyncio.sleep(0)
    gc.collect()  # a long poll that was cut off leaves its socket to the collector: have it now


@pytest.fixture
def taken() -> Accepted:
    return Accepted()


def door_to(api: BotApi, taken: Accepted, **more: Any) -> TelegramDoor:
    return TelegramDoor(
        token=TOKEN,
        accept=taken,
        languages=("en", "es"),
        emergency_number="112",
        api=api.url,
        **more,
    )


async def until(condition: Callable[[], object], seconds: float = 8) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def says(text: str, *buttons: Button, place: bool = False) -> Outbound:
    return Outbound(
        uuid.uuid4(), uuid.uuid4(), 1, "assistant", text, datetime.now(UTC), buttons, place
    )


LOCATION = {"longitude": 2.43, "latitude": 41.54}
CONTENT = [
    ("words", {"text": "me han robado"}, {"text": "me han robado"}),
    ("a start", {"text": "/start"}, {"choice": "start"}),
    ("a request for a person", {"text": "/person"}, {"choice": "human_handover"}),
    ("a place", {"location": LOCATION}, {"point": True}),
    (
        "a photo with words",
        {
            "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
            "caption": "mira",
        },
        {"other": "photo", "text": "mira"},
    ),
    (
        "a voice message",
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
        {"other": "voice"},
    ),
    (
        "a file",
        {"document": {"file_id": "a", "file_unique_id": "b"}},
        {"other": "file"},
    ),
]


@pytest.mark.parametrize(
    ("content", "wanted"), [row[1:] for row in CONTENT], ids=[row[0] for row in CONTENT]
)
async def test_everything_a_person_sends_is_taken_in(
    api: BotApi, taken: Accepted, content: dict[str, Any], wanted: dict[str, Any]
) -> None:
    async with door_to(api, taken).open():
        api.message(77, **content)
        await until(lambda: taken.messages)
    message = taken.messages[0]
    for name, value in wanted.items():
        assert (bool(message.point) if name == "point" else getattr(message, name)) == value
    assert (message.address, message.hint) == ("77", "es")


async def test_nothing_of_the_senders_identity_is_handed_on(api: BotApi, taken: Accepted) -> None:
    async with door_to(api, taken).open():
        api.writes(77, "hello")
        await until(lambda: taken.messages)
    assert "recognisable" not in repr(taken.messages)
    assert "Renowned" not in repr(taken.messages)


async def test_an_update_is_confirmed_only_when_it_is_stored(api: BotApi, taken: Accepted) -> None:
    taken.broken = True
    async with door_to(api, taken).open():
        api.writes(77, "do not lose me")
        await asyncio.sleep(1)
        assert (taken.messages, api.unconfirmed) == ([], 1)
        taken.broken = False
        await until(lambda: taken.messages)
        await until(lambda: api.unconfirmed == 0)


async def test_an_edited_message_corrects_the_earlier_one(api: BotApi, taken: Accepted) -> None:
    async with door_to(api, taken).open():
        api.writes(77, "in the market", message_id=5)
        api.edits(77, 5, "in the park")
        await until(lambda: len(taken.messages) == 2)
    first, second = taken.messages
    assert (second.edits, second.text) == ("5", "in the park")
    assert first.external_id != second.external_id


async def test_a_pressed_button_arrives_as_its_choice(api: BotApi, taken: Accepted) -> None:
    long = "case:" + "0" * 80
    door = door_to(api, taken)
    async with door.open():
        api.chats.add(77)
        await door.channel.send("77", says("Choose", Button("This one", long)))
        key = api.sent[0]["keyboard"]["inline_keyboard"][0][0]["callback_data"]
        api.presses(77, key)
        await until(lambda: taken.messages)
    assert taken.messages[0].choice == long


async def test_a_group_is_refused_politely_and_left(api: BotApi, taken: Accepted) -> None:
    async with door_to(api, taken).open():
        api.message(-500, kind="group", text="hello bot")
        await until(lambda: api.left)
    assert api.left == [-500]
    assert "112" in api.sent_to(-500)[0]
    assert taken.messages == []


async def test_an_empty_message_gets_a_clear_answer(api: BotApi, taken: Accepted) -> None:
    async with door_to(api, taken).open():
        api.writes(77, "\u0000 ")
        await until(lambda: api.sent_to(77))
    assert taken.messages == []


async def test_a_long_text_arrives_in_parts_with_the_buttons_on_the_last(
    api: BotApi, taken: Accepted
) -> None:
    door = door_to(api, taken)
    async with door.open():
        api.chats.add(77)
        await door.channel.send("77", says("A sentence. " * 600, Button("Yes", "yes")))
    assert len(api.sent) == 2
    assert [bool(message["keyboard"]) for message in api.sent] == [False, True]


async def test_a_part_that_arrived_is_not_sent_again(api: BotApi, taken: Accepted) -> None:
    door = door_to(api, taken)
    message = says("A sentence. " * 600)
    async with door.open():
        api.chats.add(77)
        send = door.channel._send_one

        async def second_fails(address: str, text: str, last: Outbound | None) -> None:
            if last is not None and not api.failures and len(api.sent) == 1:
                door.channel._send_one = send  # type: ignore[method-assign]
                raise Retryable("cut")
            await send(address, text, last)

        door.channel._send_one = second_fails  # type: ignore[method-assign]
        with pytest.raises(Retryable):
            await door.channel.send("77", message)
        await door.channel.send("77", message)
    assert len(api.sent) == 2


REFUSALS = [
    ("too many requests", 429, {"retry_after": 7}, Throttled),
    ("blocked by the person", 403, {}, Blocked),
    ("an unknown chat", 400, {}, Permanent),
    ("Telegram in trouble", 502, {}, Retryable),
]


@pytest.mark.parametrize(
    ("status", "parameters", "wanted"),
    [row[1:] for row in REFUSALS],
    ids=[row[0] for row in REFUSALS],
)
async def test_every_refusal_says_what_to_do_next(
    api: BotApi, taken: Accepted, status: int, parameters: dict[str, Any], wanted: type[Exception]
) -> None:
    door = door_to(api, taken)
    async with door.open():
        api.chats.add(77)
        api.fails(status, "refused", **parameters)
        with pytest.raises(wanted) as refusal:
            await door.channel.send("77", says("secret words"))
    assert "secret" not in str(refusal.value)
    if isinstance(refusal.value, Throttled):
        assert refusal.value.retry_after == 7


async def test_a_place_is_asked_for_with_telegrams_own_keyboard(
    api: BotApi, taken: Accepted
) -> None:
    door = door_to(api, taken)
    async with door.open():
        api.chats.add(77)
        await door.channel.send("77", says("Where?", Button("Skip", "skip"), place=True))
    rows = api.sent[0]["keyboard"]["keyboard"]
    assert rows[0][0]["request_location"] is True
    assert rows[1][0]["text"] == "Skip"


async def test_the_webhook_takes_only_what_shows_the_secret(api: BotApi, taken: Accepted) -> None:
    door = door_to(
        api, taken, webhook_url="https://example.org/telegram/webhook", webhook_secret="s3cret-one"
    )
    app = FastAPI()
    app.include_router(door.router())
    update = api.writes(77, "hello")
    transport = httpx.ASGITransport(app)
    async with (
        door.application,
        httpx.AsyncClient(transport=transport, base_url="http://here") as http,
    ):
        for shown, status in (("", 401), ("wrong", 401), ("s3cret-one", 200)):
            answer = await http.post(
                "/telegram/webhook",
                json=update,
                headers={"X-Telegram-Bot-Api-Secret-Token": shown},
            )
            assert answer.status_code == status
    assert [message.text for message in taken.messages] == ["hello"]


def test_a_webhook_without_a_secret_does_not_start() -> None:
    with pytest.raises(ValueError, match="SECRET"):
        TelegramDoor(
            token=TOKEN,
            accept=Accepted(),
            languages=("en",),
            emergency_number="112",
            webhook_url="https://example.org",
        )


async def test_the_token_is_in_no_log(
    api: BotApi, taken: Accepted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with door_to(api, taken).open():
        api.writes(77, "words of mine")
        await until(lambda: taken.messages)
    assert TOKEN not in caplog.text
    assert "words of mine" not in caplog.text


@pytest.mark.parametrize("text", ["a" * 9000, "😱" * 5000, "word " * 3000, "پ" * 4097])
def test_parts_fit_and_lose_no_letter(text: str) -> None:
    cut = parts(text)
    assert all(units(part) <= 4096 for part in cut)
    assert "".join(cut).replace(" ", "") == text.replace(" ", "")


def test_a_choice_too_long_for_a_button_gets_a_short_name() -> None:
    assert len(data_for("x" * 100).encode()) <= 64
    assert data_for("short") == "short"


class Hears:
    """A transcriber that hears what a test says."""

    listens = True

    def __init__(self, words: str | None) -> None:
        self.words = words
        self.sounds: list[bytes] = []

    async def transcribe(self, sound: bytes) -> str | None:
        self.sounds.append(sound)
        return self.words


VOICE = {"voice": {"file_id": "v1", "file_unique_id": "b", "duration": 3, "file_size": 5}}


async def test_a_voice_message_comes_as_its_words_when_somebody_listens(
    api: BotApi, taken: Accepted
) -> None:
    ears = Hears("me han robado la bici")
    api.files["v1"] = b"sound"
    async with door_to(api, taken, transcriber=ears).open():
        api.message(77, **VOICE)
        await until(lambda: len(taken.messages) == 2)
    first, second = taken.messages
    assert (first.other, first.text) == ("listening", "")
    assert (second.other, second.text) == (None, "me han robado la bici")
    assert first.external_id != second.external_id
    assert ears.sounds == [b"sound"]


async def test_a_voice_message_that_cannot_be_heard_asks_for_typing(
    api: BotApi, taken: Accepted
) -> None:
    async with door_to(api, taken, transcriber=Hears(None)).open():
        api.message(77, **VOICE)
        await until(lambda: len(taken.messages) == 2)
    assert [message.other for message in taken.messages] == ["listening", "voice"]
