"""Thanks, complaints and ideas: kept and read by a unit, without questions."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    conversation_id,
    heard,
    metadata,
)
from actions.doubt import clear_up, in_doubt
from backend.intake.service import keep_feedback


class TakeFeedback(DeskAction):
    """Opens a case of the kind feedback and thanks."""

    word = "action_feedback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Keep it, say so."""
        if metadata(tracker).get("choice") == "feedback":
            dispatcher.utter_message(response="utter_ask_feedback")
            return []
        if in_doubt(tracker):
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        async with self.desk.database.transaction() as session:
            await keep_feedback(session, self.desk.city, conversation_id(tracker), heard(tracker))
        dispatcher.utter_message(response="utter_feedback_kept")
        return []


def feedback_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return (TakeFeedback,)
