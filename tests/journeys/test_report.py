"""A report from the first words to the officer's answer, in each language that is on."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from backend.taxonomy.rules import taxonomy
from tests.journeys.conftest import RECEIPT, Citizen, Officer, Running

pytestmark = [pytest.mark.assistant, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Story:
    """What one person writes and what must be made of it."""

    language: str
    first: str
    category: str
    who: str
    reply: str


STORIES = [
    Story(
        "ca",
        "ahir al vespre em van robar la bici davant l'estació de Vilamar",
        "Theft",
        "un noi alt amb una dessuadora vermella",
        "Bon dia, hem trobat una bicicleta com la seva.",
    ),
    Story(
        "es",
        "ayer por la tarde me robaron el móvil del bolso en el mercado",
        "Theft",
        "dos chicos con gorra",
        "Hola, ¿de qué color era el móvil?",
    ),
    Story(
        "en",
        "my phone was stolen from my bag yesterday afternoon at the market square",
        "Theft",
        "two boys with caps",
        "Hello, what colour was your phone?",
    ),
    Story(
        "fr",
        "hier soir on m'a volé mon vélo devant la gare de Vilamar",
        "Theft",
        "un homme grand avec une veste bleue",
        "Bonjour, avez-vous la facture du vélo ?",
    ),
    Story(
        "ar",
        "سرقوا هاتفي أمس مساء في محطة القطار",
        "Theft",
        "شابان يرتديان قبعة سوداء",
        "مرحبا، ما هو لون الهاتف؟",
    ),
]


async def to_the_summary(citizen: Citizen, story: Story) -> str:
    """Answer whatever is asked until the report is read back."""
    await citizen.say(story.first)
    for _ in range(8):
        if "confirm" in citizen.choices:
            return str(citizen.heard[-1]["text"])
        if "no" in citizen.choices and "yes" in citizen.choices:
            await citizen.say(choice="no" if "skip" in citizen.choices else "yes", text="-")
        elif citizen.choices == ["skip", "back"]:
            await citizen.say(story.who)
        else:
            await citizen.say(choice="skip", text="-")
    raise AssertionError(citizen.heard[-1])


@pytest.mark.parametrize("story", STORIES, ids=[story.language for story in STORIES])
async def test_a_report_reaches_an_officer_and_the_answer_comes_back(
    running: Running, citizen: Citizen, officer: Officer, story: Story
) -> None:
    summary = await to_the_summary(citizen, story)
    assert story.who in summary
    assert citizen.heard[-1]["language"] == story.language
    assert citizen.heard[-1]["direction"] == taxonomy().languages[story.language].direction
    told = await citizen.say(choice="confirm", text="-")
    assert RECEIPT.search("\n".join(told))
    number = next(iter(re.findall(r"26-[0-9A-Z]{6}|\d\d-[0-9A-Z]{6}", told[0])))
    page = await officer.find(number)
    shown = (await officer.http.get(page)).text
    assert story.who in shown
    assert story.category in shown
    assert citizen.receipt not in shown
    answered = await officer.post(page, f"{page}/write", what="reply", words=story.reply)
    assert answered.status_code == 200
    await citizen.listen(lambda: citizen.heard[-1]["text"] == story.reply)
    assert citizen.heard[-1]["author"] == "officer"
    assert story.first not in running.logs()


async def test_the_first_answer_says_that_a_machine_of_the_police_answers(
    citizen: Citizen,
) -> None:
    told = await citizen.say("hello, good morning to you")
    assert any("machine" in text and "180" in text for text in told)


async def test_danger_is_answered_with_the_emergency_number_first(citizen: Citizen) -> None:
    told = await citizen.say("ajuda, té un ganivet i m'està pegant ara mateix!!")
    assert told[0].startswith("112")


async def test_the_control_room_sees_a_dangerous_conversation(
    citizen: Citizen, running: Running
) -> None:
    await citizen.say("socorro, mi marido me está pegando con un cuchillo ahora")
    control = Officer(running.url)
    await control.sign_in("control_room", running.passwords["control_room"])
    page = (await control.http.get("/console/")).text
    await control.http.aclose()
    assert "Danger now" in page


async def test_a_receipt_opens_the_case_from_another_device(
    citizen: Citizen, running: Running
) -> None:
    await to_the_summary(citizen, STORIES[1])
    await citizen.say(choice="confirm", text="-")
    elsewhere = Citizen(running.url)
    await elsewhere.come("es")
    told = await elsewhere.say(f"mi recibo es {citizen.receipt}")
    await elsewhere.go()
    number = re.findall(r"\d\d-[0-9A-Z]{6}", "\n".join(m["text"] for m in citizen.heard))[0]
    assert any(number in text for text in told)


async def test_an_officer_takes_over_and_the_assistant_is_silent(
    citizen: Citizen, officer: Officer
) -> None:
    await citizen.say("quiero hablar con una persona por favor")
    queue = (await officer.http.get("/console/")).text
    path = re.findall(r'href="(/console/conversations/[^"]+)"', queue)[-1]
    await officer.post(path, f"{path}/take")
    await citizen.listen(lambda: "officer" in citizen.heard[-1]["text"] or True, 5)
    before = len(citizen.heard)
    await citizen.send(type="say", id="silence-please", text="hola, ¿hay alguien?")
    await citizen.listen(lambda: False, 4)
    assert len(citizen.heard) == before
    html = (await officer.http.get(path)).text
    key = re.findall(r'name="key" value="([^"]+)"', html)[0]
    await officer.post(path, f"{path}/reply", words="Sí, dígame.", key=key)
    await citizen.listen(lambda: citizen.heard[-1]["text"] == "Sí, dígame.")
    assert citizen.heard[-1]["author"] == "officer"
    await officer.post(path, f"{path}/give-back")
    told = await citizen.say("gracias, ¿dónde está la comisaría?")
    assert citizen.heard[-1]["author"] == "assistant" or told


async def test_a_message_sent_twice_counts_once(citizen: Citizen) -> None:
    first = await citizen.say("hola, buenos días, ¿qué puedes hacer?", id="the-same-one")
    before = len(citizen.heard)
    await citizen.send(type="say", id="the-same-one", text="hola, buenos días, ¿qué puedes hacer?")
    await citizen.listen(lambda: False, 3)
    assert first
    assert len(citizen.heard) == before


async def test_what_came_while_the_connection_was_lost_is_there_afterwards(
    citizen: Citizen, officer: Officer
) -> None:
    await to_the_summary(citizen, STORIES[0])
    told = await citizen.say(choice="confirm", text="-")
    number = re.findall(r"\d\d-[0-9A-Z]{6}", told[0])[0]
    await citizen.go()
    page = await officer.find(number)
    await officer.post(page, f"{page}/write", what="reply", words="Mentre no hi era.")
    await citizen.come()
    await citizen.listen(lambda: citizen.heard[-1]["text"] == "Mentre no hi era.")
    assert [m["text"] for m in citizen.heard].count("Mentre no hi era.") == 1


BAD = {
    "ten thousand characters": "a" * 10_000,
    "only emoji": "😱🔥🚨",
    "right-to-left marks": "\u202e\u200f hello \u202c",
    "null bytes": "he\x00llo\x00",
    "a script tag": "<script>alert(1)</script>",
    "a command": '/restart /report{"x": 1}',
    "braces": "{place} {number} %s {0}",
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
async def test_strange_words_get_an_answer(citizen: Citizen, words: str) -> None:
    assert await citizen.say(words)


@pytest.mark.parametrize("words", ["", "   ", "a" * 10_001])
async def test_what_cannot_be_taken_gets_a_clear_error(citizen: Citizen, words: str) -> None:
    await citizen.send(type="say", id="refused-1", text=words)
    await citizen.listen(lambda: bool(citizen.errors), 5)
    assert citizen.errors[-1]["id"] == "refused-1"
    assert citizen.errors[-1]["text"]
    assert await citizen.say("hello there")
