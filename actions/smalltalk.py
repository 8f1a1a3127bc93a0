"""Greetings, goodbyes, a yes without a question, and what is none of our business."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.case_followup import FollowUp, Withdraw
from actions.contract import (
    CollectingDispatcher,
    Desk,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    heard,
    language,
    metadata,
)
from actions.doubt import clear_up, in_doubt, may_be_a_report
from actions.information import AnswerQuestion
from backend.answers.rules import read_answer
from backend.intake.rules import CLEARLY
from backend.intake.service import tells_something
from backend.kit.catalogues import N_, catalogue
from backend.taxonomy.rules import taxonomy


class SmallTalk(DeskAction):
    """A short answer and the menu."""

    word = "action_smalltalk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """What fits: a goodbye for no more, a greeting for the rest."""
        if in_doubt(tracker) and may_be_a_report(tracker):
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        text = str((tracker.latest_message or {}).get("text") or "")
        answer = read_answer(text, language(tracker))
        name = answer.name if answer else None
        if name in ("no", "stop", "drop"):
            dispatcher.utter_message(response="utter_goodbye")
        elif name == "help":
            dispatcher.utter_message(response="utter_what_i_can_do")
        else:
            dispatcher.utter_message(response="utter_menu")
        return []


class OutOfScope(DeskAction):
    """Not for the police: say so kindly, show what is."""

    word = "action_out_of_scope"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The menu; a receipt on its own is no nonsense."""
        if metadata(tracker).get("receipt_hash"):
            return await FollowUp(self.desk).run(dispatcher, tracker, domain)
        if metadata(tracker).get("point"):
            return await AnswerQuestion(self.desk).run(dispatcher, tracker, domain)
        if in_doubt(tracker, CLEARLY) or may_be_a_report(tracker):  # to send away takes certainty
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        dispatcher.utter_message(response="utter_out_of_scope")
        if tells_something(self.desk.city, heard(tracker)):  # the report button keeps these words
            return [SlotSet("outcome", "unsure")]
        return []


class Choose(DeskAction):
    """A pressed button that is no kind: where it leads follows from its code."""

    word = "action_choose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Go where the button leads."""
        choice = str(metadata(tracker).get("choice") or "")
        name = choice.partition(":")[0]
        if name == "topic":
            return await AnswerQuestion(self.desk).run(dispatcher, tracker, domain)
        if name in ("withdraw", "gone"):
            return await Withdraw(self.desk).run(dispatcher, tracker, domain)
        if name == "case":
            return await FollowUp(self.desk).run(dispatcher, tracker, domain)
        if name == "choose_language":
            _offer_languages(self.desk, dispatcher, tracker)
        elif name == "language":
            dispatcher.utter_message(response="utter_language_chosen")
        elif name == "help":
            dispatcher.utter_message(response="utter_what_i_can_do")
        elif name in ("skip", "back", "drop", "confirm", "change", "place", "category"):
            dispatcher.utter_message(response="utter_too_late")
        else:
            dispatcher.utter_message(response="utter_menu")
        return []


class Subscribe(DeskAction):
    """Alerts by chat are not offered yet: say so, and where they are."""

    word = "action_subscribe"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """An honest no."""
        if in_doubt(tracker):
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        dispatcher.utter_message(response="utter_no_alerts_yet")
        return []


def _offer_languages(desk: Desk, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    known = taxonomy().languages
    buttons = [
        {"title": known[tag].name, "payload": f"language:{tag}"} for tag in desk.city.languages
    ]
    words = catalogue(language(tracker))
    dispatcher.utter_message(text=words.text(N_("Choose your language:")), buttons=buttons)


def smalltalk_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return SmallTalk, OutOfScope, Choose, Subscribe
