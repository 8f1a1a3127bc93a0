"""Questions the police can answer from what is public."""

from __future__ import annotations

from actions.contract import (
    CollectingDispatcher,
    DeskAction,
    DomainDict,
    EventType,
    Tracker,
    language,
    metadata,
)
from backend.city.schemas import City
from backend.information.rules import answer, topic_buttons
from backend.kit.catalogues import N_, catalogue

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
        message = tracker.latest_message or {}
        choice = str(metadata(tracker).get("choice") or "")
        ranking = message.get("category_ranking") or []
        sure = bool(ranking) and ranking[0][1] >= SURE_OF_TOPIC
        topic = choice.partition(":")[2] if choice.startswith("topic:") else message.get("category")
        if choice == "information_request" or not (sure or choice.startswith("topic:")):
            buttons = [
                {"title": title, "payload": f"topic:{name}"} for name, title in topic_buttons(words)
            ]
            text = words.text(N_("What is your question about?"))
            dispatcher.utter_message(text=text, buttons=buttons)
            return []
        dispatcher.utter_message(text=answer(self.desk.city, str(topic), words))
        dispatcher.utter_message(response="utter_answered")
        return []


def information_actions() -> tuple[type[DeskAction], ...]:
    """The actions of this module."""
    return (AnswerQuestion,)
