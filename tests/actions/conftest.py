"""A person at the desk: their messages run the actions as the assistant would."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from actions import all_actions
from actions.contract import Desk
from backend.city.schemas import City
from backend.conversations.models import Message
from backend.conversations.schemas import Inbound
from backend.conversations.service import receipt_hash, receive, thread
from backend.kit.db import Database
from backend.settings import ROOT

NOW = datetime.fromisoformat("2026-11-23T18:00:00+01:00")
RULES = {
    "information_request": "action_answer_question",
    "case_followup": "action_case_followup",
    "alert_subscription": "action_subscribe",
    "human_handover": "action_hand_over",
    "feedback": "action_feedback",
    "smalltalk": "action_smalltalk",
    "out_of_scope": "action_out_of_scope",
    "choice": "action_choose",
}
KINDS = {*RULES, "report", "tip"} - {"choice"}


@dataclass
class Person:
    """A conversation, with the part of the assistant that follows the form played by hand."""

    database: Database
    executor: ActionExecutor
    conversation_id: uuid.UUID
    language: str = "en"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    form: bool = False
    replies: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, text: str, kind: str = "report", sure: float = 0.9, **more: Any) -> str:
        """A typed message, understood as `kind`; returns all that was answered, as one text."""
        receipt = more.pop("receipt", None)
        text = text or kind  # as the assistant writes down a message without words
        guess = (more.get("category", ""), more.pop("category_sure", 0.9))
        parsed = {
            "text": text,
            "intent": {"name": kind, "confidence": sure},
            "intent_ranking": [
                {"name": kind, "confidence": sure},
                {"name": more.pop("second", "out_of_scope"), "confidence": round(1 - sure, 3)},
            ],
            "category": guess[0],
            "category_ranking": [list(guess)] if guess[0] else [],
            "urgency": more.get("urgency", 0.0),
        }
        notes = {"point": more.get("point")}
        if receipt:
            notes["receipt_hash"] = receipt_hash(receipt.replace("-", ""))
        return await self._turn(parsed, notes)

    async def press(self, choice: str) -> str:
        """A pressed button."""
        kind = choice if choice in KINDS else "choice"
        parsed = {"text": "", "intent": {"name": kind, "confidence": 1.0}}
        return await self._turn(parsed, {"choice": choice})

    async def again(self) -> str:
        """The last message once more, as after a crash: from where the dialogue stood before it."""
        self.slots, self.form, self.events = self._before
        return await self._play(self._last)

    @property
    def buttons(self) -> list[str]:
        """The choices offered last."""
        return [button["payload"] for button in (self.replies[-1].get("buttons") or [])]

    async def heard(self) -> list[Message]:
        """What the service itself said in the thread."""
        async with self.database.reading() as session:
            told = await thread(session, self.conversation_id)
        return [message for message in told if message.author != "citizen"]

    async def _turn(self, parsed: dict[str, Any], notes: dict[str, Any]) -> str:
        self._before = (dict(self.slots), self.form, list(self.events))
        known = {"inbound": str(uuid.uuid4()), "language": self.language, "now": NOW.isoformat()}
        metadata = {**known, **{name: value for name, value in notes.items() if value is not None}}
        self._last = {**parsed, "metadata": metadata}
        return await self._play(self._last)

    async def _play(self, message: dict[str, Any]) -> str:
        self.replies = []
        self.events.append(
            {
                "event": "user",
                "text": message["text"],
                "parse_data": message,
                "metadata": message["metadata"],
            }
        )
        kind = message["intent"]["name"]
        if not self.form and kind in RULES:
            await self._act(RULES[kind], message)
        else:
            self.form = True
            await self._act("validate_report_form", message)
            ask = self.slots.get("requested_slot")
            if ask is None:
                self.form = False
                await self._act("action_finish_report", message)
            elif f"action_ask_report_form_{ask}" in self.executor.actions:
                await self._act(f"action_ask_report_form_{ask}", message)
            else:
                self.replies.append({"response": f"utter_ask_report_form_{ask}"})
        return "\n".join(str(said.get("text") or said.get("response")) for said in self.replies)

    async def _act(self, name: str, message: dict[str, Any]) -> None:
        tracker = {
            "sender_id": str(self.conversation_id),
            "slots": self.slots,
            "latest_message": message,
            "events": self.events,
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": "report_form"} if self.form else {},
            "latest_action_name": None,
        }
        done = await self.executor.run({"next_action": name, "tracker": tracker, "domain": {}})
        for event in done.events:
            self.events.append(event)
            if event["event"] == "reset_slots":
                self.slots = {}
            elif event["event"] == "slot":
                self.slots = {**self.slots, event["name"]: event["value"]}
        for said in done.responses:
            given = {name: value for name, value in said.items() if value}
            fields = {k: v for k, v in given.items() if k not in ("text", "buttons", "response")}
            text = given.get("text") or f"{given.get('response')} {fields.get('lines', '')}".strip()
            self.replies.append({**given, "text": text})


@pytest.fixture
def desk(sqlite: Database, vilamar: City) -> Desk:
    return Desk(sqlite, vilamar)


@pytest.fixture
def executor(desk: Desk) -> ActionExecutor:
    made = ActionExecutor()
    for action in all_actions(desk):
        made.register_action(action)
    return made


async def arrive(desk: Desk, executor: ActionExecutor, address: str) -> Person:
    """Someone writes for the first time."""
    inbound = Inbound(channel="webchat", address=address, external_id="1", text="hello there")
    async with desk.database.transaction() as session:
        received = await receive(session, inbound, city_languages=desk.city.languages)
    return Person(desk.database, executor, received.conversation_id)


@pytest.fixture
async def person(desk: Desk, executor: ActionExecutor) -> Person:
    return await arrive(desk, executor, "one")


@pytest.fixture
async def stranger(desk: Desk, executor: ActionExecutor) -> Person:
    return await arrive(desk, executor, "two")


DOMAIN = ROOT / "bot" / "assistant" / "domain"
