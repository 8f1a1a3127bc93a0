"""Reports and tips: the form whose truth is the draft."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import AllSlotsReset, SlotSet

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    conversation_id,
    heard,
    language,
)
from actions.information import answer_to
from backend.conversations.service import conversation_of
from backend.handovers.models import ASKED
from backend.handovers.service import ask as ask_for_officer
from backend.intake.rules import Step
from backend.intake.service import content_of, drop, finish, summary, take_turn
from backend.kit.catalogues import N_, catalogue
from backend.kit.clock import now

# The names of the lines as they are read back.
LINES = {
    "what": N_("What"),
    "where": N_("Where"),
    "when": N_("When"),
    "hurt": N_("Is anyone hurt"),
    "who": N_("Who or what was seen"),
    "contact": N_("May we write to you"),
}


class ValidateReportForm(DeskAction):
    """Hands each message to the draft and tells the form what to ask next."""

    word = "validate_report_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """One turn of the report."""
        message = heard(tracker)
        async with self.desk.database.transaction() as session:
            taken = await take_turn(session, self.desk.city, conversation_id(tracker), message)
            if taken.handover:
                conversation = await conversation_of(session, conversation_id(tracker))
                await ask_for_officer(session, conversation, self.desk.city.fallback, ASKED)
        self._say(dispatcher, tracker, taken)
        ask = taken.ask if taken.outcome == "going" else None
        return [
            # A slot that changes at every turn: the form never takes a message for ignored.
            SlotSet("turn", message.inbound),
            SlotSet("outcome", taken.outcome),
            SlotSet("requested_slot", ask),
        ]

    def _say(self, dispatcher: CollectingDispatcher, tracker: Tracker, taken: Step) -> None:
        if taken.handover:
            dispatcher.utter_message(response="utter_person_called")
        if taken.question:
            topic = str((tracker.latest_message or {}).get("category") or "other")
            dispatcher.utter_message(text=answer_to(self.desk.city, topic, language(tracker)))
        for response in taken.says:
            if response != "utter_what_to_change":  # the form asks that itself
                dispatcher.utter_message(response=response)


class AskConfirmation(DeskAction):
    """Reads the report back."""

    word = "action_ask_report_form_confirmation"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The summary, a line each, with what can be done."""
        async with self.desk.database.reading() as session:
            content = await content_of(session, conversation_id(tracker))
        if content is None:
            return []
        words = catalogue(language(tracker))
        lines = summary(self.desk.city, content, words.language, now())
        read_back = "\n".join(f"• {words.text(LINES[line])}: {said}" for line, said in lines)
        dispatcher.utter_message(response="utter_summary", lines=read_back)
        return []


class AskWhere(DeskAction):
    """Asks for the place: typed, chosen from the city's districts, or the phone's own."""

    word = "action_ask_report_form_where"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The question with the districts as buttons."""
        words = catalogue(language(tracker))
        buttons: list[dict[str, Any]] = [
            {"title": words.text(N_("📍 Share where I am")), "payload": "share_place"}
        ]
        buttons += [
            {"title": name, "payload": f"place:{name}"} for name in self.desk.city.index.districts()
        ][:8]
        buttons.append({"title": words.text(N_("Skip")), "payload": "skip"})
        dispatcher.utter_message(
            text=words.text(
                N_("Where was it? A street, a place people know, or choose a part of the city.")
            ),
            buttons=buttons,
        )
        return []


class FinishReport(DeskAction):
    """The end of the form: sent, dropped, or a doubt to clear up."""

    word = "action_finish_report"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Act on how the form ended; the dialogue ends with it."""
        outcome = tracker.get_slot("outcome")
        if outcome == "unsure":
            self._clear_up(dispatcher, tracker)
            return [AllSlotsReset()]
        async with self.desk.database.transaction() as session:
            if outcome == "confirmed":
                case = await finish(session, self.desk.city, conversation_id(tracker))
            else:
                case = None
                await drop(session, conversation_id(tracker))
        if outcome == "dropped":
            dispatcher.utter_message(response="utter_dropped")
        elif case is None:
            dispatcher.utter_message(response="utter_already_sent")
        return [AllSlotsReset()]

    def _clear_up(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """The two best guesses and a person."""
        words = catalogue(language(tracker))
        ranking = (tracker.latest_message or {}).get("intent_ranking") or []
        likely = [row["name"] for row in ranking if row["name"] in GUESSES][:2]
        buttons = [{"title": words.text(GUESSES[kind]), "payload": kind} for kind in likely]
        buttons.append(
            {"title": words.text(GUESSES["human_handover"]), "payload": "human_handover"}
        )
        unique = {button["payload"]: button for button in buttons}
        dispatcher.utter_message(
            text=words.text(N_("I am not sure I understood you. What would you like to do?")),
            buttons=list(unique.values()),
        )


GUESSES = {
    "report": N_("Report something"),
    "tip": N_("Give information on a case"),
    "information_request": N_("Ask a question"),
    "case_followup": N_("My report"),
    "feedback": N_("Give an opinion on the police"),
    "human_handover": N_("A person"),
}


def report_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return ValidateReportForm, AskConfirmation, AskWhere, FinishReport
