"""A report made before: how it goes, something to add, to take it back."""

from __future__ import annotations

import uuid
from typing import Any

from rasa_sdk.events import SlotSet
from sqlalchemy.ext.asyncio import AsyncSession

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    conversation_id,
    language,
    metadata,
)
from actions.doubt import clear_up, in_doubt
from backend.cases.models import Case
from backend.cases.service import (
    add_from_citizen,
    by_receipt,
    last_outcome,
    of_conversation,
    status_words,
    withdraw,
)
from backend.kit.catalogues import N_, Catalogue, catalogue

ADD_FROM = 25  # characters: shorter is a question for news, not something to add
SHOWN = 3
RECEIPT_UNKNOWN = N_(
    "I know no report with this receipt. Please look at it again and send it once more."
)
ASK_RECEIPT = N_(
    "I see no report in this chat. If you have a receipt, send it to me: sixteen letters and digits, "
    "in groups of four."
)
ADDED = N_("Thank you. I have added this to your report {number}. The officers see it.")
TAKEN_BACK = N_(
    "Your report {number} is taken back. The officers are told. If there was danger, they may still "
    "look into it to protect people."
)
SURE = N_("Do you want to take back your report {number}?")


class FollowUp(DeskAction):
    """Answers about the cases of this conversation, or the one a receipt opens."""

    word = "action_case_followup"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """News, something added, or the way to get there."""
        notes, words = metadata(tracker), catalogue(language(tracker))
        async with self.desk.database.transaction() as session:
            if notes.get("receipt_hash"):
                case = await by_receipt(session, notes["receipt_hash"])
                mine = conversation_id(tracker)
                await self._with_receipt(session, dispatcher, words, case, mine)
                return []
            if in_doubt(tracker):
                clear_up(dispatcher, tracker)
                return [SlotSet("outcome", "unsure")]
            cases = await of_conversation(session, conversation_id(tracker))
            if not cases:
                dispatcher.utter_message(text=words.text(ASK_RECEIPT), buttons=_no_case(words))
                return []
            text = str((tracker.latest_message or {}).get("text") or "")
            if notes.get("choice") is None and _adds_something(text):
                await add_from_citizen(session, cases[0], text)
                dispatcher.utter_message(text=words.text(ADDED, number=cases[0].number))
                cases = cases[:1]  # it may have been a request for news in many words
            for case in cases[:SHOWN]:
                await self._status(session, dispatcher, words, case)
        return []

    async def _with_receipt(
        self,
        session: AsyncSession,
        dispatcher: CollectingDispatcher,
        words: Catalogue,
        case: Case | None,
        mine: uuid.UUID,
    ) -> None:
        """The case a receipt opens; from another chat it can be read and nothing more."""
        if case is None:
            dispatcher.utter_message(text=words.text(RECEIPT_UNKNOWN))
        else:
            await self._status(session, dispatcher, words, case, mine=case.conversation_id == mine)

    async def _status(
        self,
        session: AsyncSession,
        dispatcher: CollectingDispatcher,
        words: Catalogue,
        case: Case,
        *,
        mine: bool = True,
    ) -> None:
        outcome = await last_outcome(session, case)
        text = status_words(case, self.desk.city, words.language, outcome)
        if case.open:
            by = words.moment(case.promised_at, self.desk.city.zone)
            text += "\n" + words.text(N_("You get an answer by {when} at the latest."), when=by)
        dispatcher.utter_message(text=text, buttons=_ways_on(case, words, mine=mine))


class Withdraw(DeskAction):
    """Takes a report back, after asking once."""

    word = "action_withdraw"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask, then do it."""
        words = catalogue(language(tracker))
        name, _, raw = str(metadata(tracker).get("choice") or "").partition(":")
        async with self.desk.database.transaction() as session:
            case = await self._mine(session, tracker, raw)
            if case is None or not case.open:
                dispatcher.utter_message(text=words.text(ASK_RECEIPT), buttons=_no_case(words))
            elif name == "withdraw":
                dispatcher.utter_message(
                    text=words.text(SURE, number=case.number),
                    buttons=[
                        {
                            "title": words.text(N_("Yes, take it back")),
                            "payload": f"gone:{case.id}",
                        },
                        {"title": words.text(N_("No, leave it")), "payload": "menu"},
                    ],
                )
            else:
                await withdraw(session, case)
                dispatcher.utter_message(text=words.text(TAKEN_BACK, number=case.number))
        return []

    async def _mine(self, session: AsyncSession, tracker: Tracker, raw: str) -> Case | None:
        """The case, if it belongs to this conversation."""
        try:
            wanted = uuid.UUID(raw)
        except ValueError:
            return None
        cases = await of_conversation(session, conversation_id(tracker))
        return next((case for case in cases if case.id == wanted), None)


def _adds_something(text: str) -> bool:
    return len(text) >= ADD_FROM and not any(mark in text for mark in "?؟？")


def _no_case(words: Catalogue) -> list[dict[str, Any]]:
    return [
        {"title": words.text(N_("Report something")), "payload": "report"},
        {"title": words.text(N_("A person")), "payload": "human_handover"},
    ]


def _ways_on(case: Case, words: Catalogue, *, mine: bool) -> list[dict[str, Any]]:
    if not (case.open and mine):
        return [{"title": words.text(N_("A person")), "payload": "human_handover"}]
    return [
        {"title": words.text(N_("A person")), "payload": "human_handover"},
        {"title": words.text(N_("Take my report back")), "payload": f"withdraw:{case.id}"},
    ]


def followup_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return FollowUp, Withdraw
