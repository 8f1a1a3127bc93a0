"""A person is wanted."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    conversation_id,
)
from actions.doubt import clear_up, in_doubt
from backend.cases.service import of_conversation
from backend.conversations.service import conversation_of
from backend.handovers.models import ASKED
from backend.handovers.service import ask


class HandOver(DeskAction):
    """Puts the conversation in the queue of the unit that knows the person, else the fallback's."""

    word = "action_hand_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Call an officer and say so."""
        if in_doubt(tracker):
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        async with self.desk.database.transaction() as session:
            conversation = await conversation_of(session, conversation_id(tracker))
            cases = await of_conversation(session, conversation.id)
            known = next((case.unit for case in cases if case.open), None)
            await ask(session, conversation, known or self.desk.city.fallback, ASKED)
        dispatcher.utter_message(response="utter_person_called")
        return []


def handover_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return (HandOver,)
