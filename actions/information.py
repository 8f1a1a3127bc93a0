"""Questions the police can answer from what is public."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    heard,
    language,
    metadata,
)
from actions.doubt import clear_up, in_doubt
from backend.city.schemas import City
from backend.information.rules import answer, topic_buttons
from backend.intake.service import spot_of
from backend.kit.catalogues import N_, Catalogue, catalogue

SURE_OF_TOPIC = 0.4


def answer_to(city: City, topic: str, tag: str) -> str:
    """The answer to a question on a topic, in a language."""
    return answer(city, topic, catalogue(tag))


class AnswerQuestion(DeskAction):
    """Answers a question, or asks which topic it is about."""

    word = "action_answer_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The answer, with a way on."""
        words = catalogue(language(tracker))
        message, told = tracker.latest_message or {}, heard(tracker)
        choice = str(metadata(tracker).get("choice") or "")
        ranking = message.get("category_ranking") or []
        sure = bool(ranking) and ranking[0][1] >= SURE_OF_TOPIC
        topic = choice.partition(":")[2] if choice.startswith("topic:") else message.get("category")
        near = spot_of(self.desk.city, told)
        if told.point is not None and not choice:
            dispatcher.utter_message(
                text=answer(self.desk.city, "station_info", words, near), buttons=_ways_on(words)
            )
            return []
        if in_doubt(tracker):
            clear_up(dispatcher, tracker)
            return [SlotSet("outcome", "unsure")]
        if choice == "information_request" or not (sure or choice.startswith("topic:")):
            buttons = [
                {"title": title, "payload": f"topic:{name}"} for name, title in topic_buttons(words)
            ]
            text = words.text(N_("What is your question about?"))
            dispatcher.utter_message(text=text, buttons=buttons)
            return []
        dispatcher.utter_message(text=answer(self.desk.city, str(topic), words, near))
        dispatcher.utter_message(response="utter_answered")
        return []


def _ways_on(words: Catalogue) -> list[dict[str, str]]:
    return [
        {"title": words.text(N_("Report something")), "payload": "report"},
        {"title": words.text(N_("Ask a question")), "payload": "information_request"},
    ]


def information_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return (AnswerQuestion,)
