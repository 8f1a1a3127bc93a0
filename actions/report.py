"""Reports and tips: the form whose truth is the draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk.events import AllSlotsReset, SlotSet

from actions.case_followup import FollowUp
from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    conversation_id,
    doubtful_words,
    heard,
    language,
    metadata,
)
from actions.doubt import clear_up
from actions.information import answer_to
from backend.conversations.service import conversation_of
from backend.handovers.models import ASKED
from backend.handovers.service import ask as ask_for_officer
from backend.intake.rules import Step
from backend.intake.service import Heard, content_of, drop, finish, summary, take_turn
from backend.kit.catalogues import N_, catalogue
from backend.kit.clock import now
from backend.taxonomy.rules import taxonomy

ASK_WHAT = N_("What happened? Tell it in your own words.")
ASK_WHAT_AGAIN = N_(
    "What happened? Write it again, and it takes the place of what you wrote before. "
    "Or choose what it was:"
)
ASK_WHERE = N_("Where was it? A street, a place people know, or choose a part of the city.")
ASK_WHERE_EXACTLY = N_(
    "“{place}”: where is that? Write a street or a place people know, or choose a part of the city."
)
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
        message = _meant(tracker)
        async with self.desk.database.transaction() as session:
            taken = await take_turn(session, self.desk.city, conversation_id(tracker), message)
            if taken.handover:
                conversation = await conversation_of(session, conversation_id(tracker))
                await ask_for_officer(session, conversation, self.desk.city.fallback, ASKED)
        if metadata(tracker).get("choice") == "case_followup":
            await FollowUp(self.desk).run(dispatcher, tracker, domain)
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
            name, _, chosen = str(metadata(tracker).get("choice") or "").partition(":")
            guessed = (tracker.latest_message or {}).get("category") or "other"
            topic = chosen if name == "topic" else str(guessed)
            dispatcher.utter_message(text=answer_to(self.desk.city, topic, language(tracker)))
        for response in taken.says:
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


class AskWhat(DeskAction):
    """Asks what happened; a person who changes it sees the likely kinds too."""

    word = "action_ask_report_form_what"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The question, or how to put it right."""
        async with self.desk.database.reading() as session:
            content = await content_of(session, conversation_id(tracker))
        words = catalogue(language(tracker))
        if content is None or not content.rewriting:
            skip = {"title": words.text(N_("Skip")), "payload": "skip"}
            stop = {"title": words.text(N_("Do not send it")), "payload": "drop"}
            dispatcher.utter_message(text=words.text(ASK_WHAT), buttons=[skip, stop])
            return []
        labels = taxonomy().incidents
        kinds = dict.fromkeys((*content.likely, "other"))
        buttons = [
            {"title": words.text(labels[kind].label), "payload": f"category:{kind}"}
            for kind in kinds
            if kind in labels
        ]
        buttons.append({"title": words.text(N_("Leave it as it is")), "payload": "skip"})
        dispatcher.utter_message(text=words.text(ASK_WHAT_AGAIN), buttons=buttons)
        return []


class AskWhere(DeskAction):
    """Asks for the place: typed, chosen from the city's districts, or the phone's own."""

    word = "action_ask_report_form_where"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The question with the districts as buttons."""
        words = catalogue(language(tracker))
        async with self.desk.database.reading() as session:
            content = await content_of(session, conversation_id(tracker))
        said = str(((content and content.place) or {}).get("words") or "")
        buttons: list[dict[str, Any]] = [
            {"title": words.text(N_("📍 Share where I am")), "payload": "share_place"}
        ]
        buttons += [
            {"title": name, "payload": f"place:{name}"} for name in self.desk.city.index.districts()
        ][:8]
        buttons.append({"title": words.text(N_("Skip")), "payload": "skip"})
        dispatcher.utter_message(
            text=words.text(ASK_WHERE_EXACTLY, place=said) if said else words.text(ASK_WHERE),
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
            clear_up(dispatcher, tracker)
            # Kept, so that the button pressed next finds the words this doubt is about.
            return [AllSlotsReset(), SlotSet("outcome", "unsure")]
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


def _meant(tracker: Tracker) -> Heard:
    """The message; a button that clears up a doubt gives its meaning to the words before it."""
    message = heard(tracker)
    if message.choice not in ("report", "tip"):
        return message
    doubted = doubtful_words(tracker)
    if doubted is None:
        return message
    return replace(doubted, inbound=message.inbound, kind=message.choice, confidence=1.0)


def report_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return ValidateReportForm, AskWhat, AskWhere, AskConfirmation, FinishReport
