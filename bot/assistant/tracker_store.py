"""The dialogue's memory: kept by the backend, sealed there, and ended with its case."""

from __future__ import annotations

import logging
import os
from typing import Any, Dict, Iterable, List, Optional, Text

import aiohttp
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

log = logging.getLogger(__name__)

SECONDS = 2.0
REMEMBERED_TURNS = 40


class DialogueStore(TrackerStore):
    """Reads and writes dialogues at the backend; keeps nothing itself."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: Text = "",
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._url = (host or "").rstrip("/")
        self._headers = {"Authorization": f"Bearer {os.environ.get('SERENO_ASSISTANT_TOKEN', '')}"}
        self._session: Optional[aiohttp.ClientSession] = None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Give the dialogue to the backend."""
        events = [event.as_dict() for event in tracker.events]
        body = {"events": shortened(events)}
        async with self._http().put(self._at(tracker.sender_id), json=body) as answer:
            answer.raise_for_status()

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The dialogue of a conversation, or None when it is new or has ended."""
        async with self._http().get(self._at(sender_id)) as answer:
            if answer.status == 404:  # noqa: PLR2004
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

    async def keys(self) -> Iterable[Text]:
        """None: the assistant may not list conversations."""
        return []

    def _at(self, sender_id: Text) -> Text:
        return f"{self._url}/{sender_id}"

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=SECONDS)
            )
        return self._session


def shortened(events: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
    """The events of the last turns; of older ones only the state that still holds.

    A form that is open and the slots' last values are put in front, so that nothing under way
    breaks.
    """
    turns = [place for place, event in enumerate(events) if event["event"] == "user"]
    if len(turns) <= REMEMBERED_TURNS:
        return events
    cut = turns[-REMEMBERED_TURNS]
    while cut > 0 and events[cut - 1]["event"] != "action":  # begin after a listening action
        cut -= 1
    slots: Dict[Text, Dict[Text, Any]] = {}
    loop: Optional[Dict[Text, Any]] = None
    for event in events[:cut]:
        if event["event"] == "slot":
            slots[event["name"]] = event
        elif event["event"] == "active_loop":
            loop = event
    listening = next(e for e in reversed(events[:cut]) if e["event"] == "action")
    still = [event for event in slots.values() if event.get("value") is not None]
    return [*([loop] if loop and loop.get("name") else []), *still, listening, *events[cut:]]
