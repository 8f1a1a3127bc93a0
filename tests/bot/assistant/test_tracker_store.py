"""The dialogue's memory is at the backend, short, and never breaks a form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.tracker_store import REMEMBERED_TURNS, DialogueStore, shortened
from tests.bot.assistant.conftest import BackendDouble

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [report]
slots:
  where: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  gone: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms:
  report_form: {required_slots: [where]}
actions: [action_report]
""")
HEADERS = {"Authorization": "Bearer secret"}


@pytest.fixture
async def store_and_backend() -> AsyncIterator[tuple[DialogueStore, BackendDouble]]:
    double = BackendDouble()
    server = TestServer(double.application())
    await server.start_server()
    store = DialogueStore(
        DOMAIN, host=str(server.make_url("/assistant/dialogues")), headers=HEADERS
    )
    yield store, double
    await store._http().close()
    await server.close()


def _talked(turns: int, form_from: int = -1) -> DialogueStateTracker:
    tracker = DialogueStateTracker.from_events("someone", [], DOMAIN.slots, domain=DOMAIN)
    tracker.update(ActionExecuted("action_session_start"), DOMAIN)
    for turn in range(turns):
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        parsed = {"intent_ranking": [{"name": "report", "confidence": 1.0}], "category": "theft"}
        intent = {"name": "report", "confidence": 1.0}
        tracker.update(UserUttered(f"turn {turn}", intent, parse_data=parsed), DOMAIN)
        if turn == form_from:
            tracker.update(ActionExecuted("report_form"), DOMAIN)
            tracker.update(ActiveLoop("report_form"), DOMAIN)
            tracker.update(SlotSet("gone", "set and unset"), DOMAIN)
            tracker.update(SlotSet("requested_slot", "where"), DOMAIN)
        elif turn == form_from + 1:
            tracker.update(SlotSet("gone", None), DOMAIN)
        tracker.update(BotUttered(f"answer {turn}"), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)
    return tracker


def _rebuilt(events: list[dict[str, Any]]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(
        "someone", deserialise_events(events), DOMAIN.slots, domain=DOMAIN
    )


async def test_a_dialogue_comes_back_as_it_was_kept(
    store_and_backend: tuple[DialogueStore, BackendDouble],
) -> None:
    store, _ = store_and_backend
    talked = _talked(3, form_from=1)

    await store.save(talked)
    found = await store.retrieve("someone")

    assert found is not None
    assert found.active_loop_name == "report_form"
    assert found.current_slot_values() == talked.current_slot_values()
    assert found.latest_message is not None
    assert found.latest_message.text == "turn 2"
    assert found.latest_message.parse_data["category"] == "theft"


async def test_an_unknown_dialogue_is_a_new_one(
    store_and_backend: tuple[DialogueStore, BackendDouble],
) -> None:
    store, _ = store_and_backend

    assert await store.retrieve("stranger") is None


async def test_an_ended_dialogue_is_gone(
    store_and_backend: tuple[DialogueStore, BackendDouble],
) -> None:
    store, _ = store_and_backend
    await store.save(_talked(1))

    await store.delete("someone")

    assert await store.retrieve("someone") is None


async def test_a_failing_backend_is_an_error_and_not_an_empty_dialogue(
    store_and_backend: tuple[DialogueStore, BackendDouble],
) -> None:
    store, double = store_and_backend
    double.dialogues_fail = True

    with pytest.raises(aiohttp.ClientResponseError):
        await store.retrieve("someone")
    with pytest.raises(aiohttp.ClientResponseError):
        await store.save(_talked(1))


async def test_a_sender_cannot_reach_another_address(
    store_and_backend: tuple[DialogueStore, BackendDouble],
) -> None:
    store, double = store_and_backend
    double.dialogues["victim"] = []

    assert await store.retrieve("x/../victim") is None


def test_the_store_does_not_exist_without_address_and_secret() -> None:
    with pytest.raises(ValueError, match="address and its secret"):
        DialogueStore(DOMAIN, host="http://127.0.0.1:1")


@pytest.mark.parametrize("form_from", [0, 5, 30, 98])
def test_shortening_never_breaks_an_open_form(form_from: int) -> None:
    whole = _talked(100, form_from)

    short = _rebuilt(shortened([event.as_dict() for event in whole.events]))

    assert short.active_loop_name == "report_form"
    assert short.get_slot("requested_slot") == "where"
    assert short.current_slot_values() == whole.current_slot_values()
    assert short.latest_action_name == whole.latest_action_name


def test_shortening_forgets_old_words_and_keeps_the_last_turns() -> None:
    short = shortened([event.as_dict() for event in _talked(100).events])

    words = [event["text"] for event in short if event["event"] == "user"]
    assert words == [f"turn {turn}" for turn in range(100 - REMEMBERED_TURNS, 100)]


def test_shortening_what_is_short_already_changes_nothing_that_holds() -> None:
    once = shortened([event.as_dict() for event in _talked(100, form_from=3).events])
    again = shortened(once)

    assert again == once
