"""The dialogue's memory: kept by the backend, sealed there, and ended with its case."""

from __future__ import annotations

import logging
from typing import Any, Dict, Iterable, List, Optional, Text
from urllib.parse import quote

import aiohttp
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

log = logging.getLogger(__name__)

SECONDS = 2.0
REMEMBERED_TURNS = 40


class DialogueStore(TrackerStore):
    """Reads and writes dialogues at the backend; keeps nothing itself."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        headers: Optional[Dict[Text, Text]] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        if not host or not headers:
            raise ValueError("The dialogue store needs the backend's address and its secret.")
        self._url = host.rstrip("/")
        self._headers = headers
        self._session: Optional[aiohttp.ClientSession] = None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Give the dialogue to the backend."""
        events = [lean(event.as_dict()) for event in tracker.events]
        body = {"events": shortened(events)}
        async with self._http().put(self._at(tracker.sender_id), json=body) as answer:
            answer.raise_for_status()

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The dialogue of a conversation, or None when it is new or has ended."""
        async with self._http().get(self._at(sender_id)) as answer:
            if answer.status == 404:
                return None
            answer.raise_for_status()
            events = (await answer.json())["events"]
        return DialogueStateTracker.from_events(
            sender_id,
            deserialise_events(events),
            self.domain.slots if self.domain else None,
            max_event_history=None,
            domain=self.domain,
        )

    async def delete(self, sender_id: Text) -> None:
        """End the dialogue of a conversation."""
        async with self._http().delete(self._at(sender_id)) as answer:
            if answer.status != 404:
                answer.raise_for_status()

    async def create_tracker(
        self,
        sender_id: Text,
        append_action_listen: bool = True,  # noqa: FBT002 - Rasa's own signature
    ) -> DialogueStateTracker:
        """A new dialogue, kept when its first turn is whole and not before."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)
        return tracker

    async def keys(self) -> Iterable[Text]:
        """None: the assistant may not list conversations."""
        return []

    def _at(self, sender_id: Text) -> Text:
        return f"{self._url}/{quote(sender_id, safe='')}"

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=SECONDS)
            )
        return self._session


def lean(event: Dict[Text, Any]) -> Dict[Text, Any]:
    """The event without what only the turn itself needs: rankings of labels."""
    if event["event"] != "user":
        return event
    parsed = event.get("parse_data") or {}
    parsed = {name: value for name, value in parsed.items() if not name.endswith("_ranking")}
    return {**event, "parse_data": parsed}


def shortened(events: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
    """The events of the last turns; of older ones only the state that still holds.

    A form that is open and the slots' last values are put in front, so that nothing under way
    breaks.
    """
    turns = [place for place, event in enumerate(events) if event["event"] == "user"]
    if len(turns) <= REMEMBERED_TURNS:
        return events
    cut = turns[-REMEMBERED_TURNS]
    while cut > 0 and events[cut - 1]["event"] != "action":  # a turn begins when one has listened
        cut -= 1
    return _still_holds(events[:cut]) + events[cut:]


def _still_holds(events: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
    """What old events have left behind: an open form, slots, and that the assistant listens."""
    slots: Dict[Text, Dict[Text, Any]] = {}
    form: List[Dict[Text, Any]] = []
    for event in events:
        if event["event"] == "slot":
            slots[event["name"]] = event
        elif event["event"] == "active_loop":
            form = [event] if event.get("name") else []
        elif event["event"] in ("restart", "reset_slots"):
            slots.clear()
            form = [] if event["event"] == "restart" else form
    return [*form, *slots.values(), *events[-1:]]
