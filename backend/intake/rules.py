"""The report dialogue, pure: what is known, one message, and what follows from both.

    what → where → when → hurt → who → contact → the summary, read back and confirmed

A message may answer any of these, several at once or none; what it tells is never thrown away.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Question = Literal["what", "where", "when", "hurt", "who", "contact"]
ORDER: tuple[Question, ...] = ("what", "where", "when", "hurt", "who", "contact")
Outcome = Literal["going", "confirmed", "dropped", "unsure"]

SURE = 0.45  # below, and with nothing else to go by, the person is asked what they mean
CLEARLY = 0.65
LONG_ANSWER = 60  # characters: more than the question asked for belongs to the story as well
NOBODY_IS_HURT_BY = ("fraud", "cybercrime")


@dataclass(frozen=True)
class Reading:
    """What one message holds, as read; `answer` is a closed answer, `about` what it changes.

    `place` has words, and perhaps entry, lon, lat and area; `moment` has start, end, precision,
    approximate and words (ISO 8601).
    """

    text: str = ""
    kind: str = "report"
    confidence: float = 1.0
    category: str = ""
    category_confidence: float = 0.0
    urgent: bool = False
    choice: str | None = None
    answer: str | None = None
    about: str | None = None
    place: dict[str, Any] | None = None
    moment: dict[str, Any] | None = None
    hurt: bool | None = None


@dataclass(frozen=True)
class Content:
    """What is known of a report in the making."""

    kind: str = "report"
    category: str = ""
    category_confidence: float = 0.0
    urgent: bool = False
    story: tuple[str, ...] = ()
    place: dict[str, Any] | None = None
    moment: dict[str, Any] | None = None
    hurt: bool | None = None
    who: tuple[str, ...] = ()
    contact: bool | None = None
    skipped: tuple[str, ...] = ()
    asked: str | None = None
    trail: tuple[str, ...] = ()
    unclear: int = 0  # how often the question now asked was not answered

    def to_json(self) -> dict[str, Any]:
        """As the draft stores it."""
        return asdict(self)

    @staticmethod
    def from_json(raw: dict[str, Any]) -> Content:
        """As the draft stored it."""
        lists = ("story", "who", "skipped", "trail")
        known: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in raw.items()}
        return Content(**known)


@dataclass(frozen=True)
class Step:
    """What one message leads to.

    `ask` is the next question or `confirmation`; `says` names responses said before it;
    `question` and `handover` tell what the person wants besides.
    """

    content: Content
    ask: str | None
    outcome: Outcome = "going"
    says: tuple[str, ...] = field(default=())
    question: bool = False
    handover: bool = False


def questions(content: Content) -> tuple[Question, ...]:
    """The questions that make sense for this report."""
    harmless = content.kind == "tip" or content.category in NOBODY_IS_HURT_BY
    return tuple(q for q in ORDER if not (q == "hurt" and harmless))


def answered(content: Content, question: str) -> bool:
    """Whether a question needs no asking any more."""
    known = {
        "what": bool(content.story),
        "where": content.place is not None,
        "when": content.moment is not None,
        "hurt": content.hurt is not None,
        "who": bool(content.who),
        "contact": content.contact is not None,
    }
    return known[question] or question in content.skipped


def next_question(content: Content) -> str:
    """The first open question, else the summary."""
    for question in questions(content):
        if not answered(content, question):
            return question
    return "confirmation"


def step(content: Content, reading: Reading) -> Step:
    """What a message leads to. Pure and total: every message leads somewhere."""
    name, about = _command(content, reading)
    match name:
        case "drop":
            return Step(content, None, "dropped")
        case "start_over":
            return _go_on(Content(kind=content.kind), says=("utter_start_over",))
        case "back":
            return _back(content)
        case "skip" if content.asked not in (None, "confirmation"):
            return _go_on(_skip(content))
        case "help":
            return _again(content, "utter_help_with_report")
        case "change":
            return _change(content, about)
        case "handover":
            return replace(_again(content), handover=True)
        case "confirm" if content.asked == "confirmation":
            return Step(content, None, "confirmed")
    if _is_a_question(content, reading):
        return replace(_again(content), question=True)
    if content.asked is None and not content.story and _unsure(reading):
        return Step(content, None, "unsure")
    return _go_on(_take(content, reading, name))


def _command(content: Content, reading: Reading) -> tuple[str | None, str | None]:
    """The closed answer a message is, in the light of what was asked."""
    choice, about = _split(reading.choice)
    if reading.choice is not None:
        if choice == "human_handover":
            return "handover", None
        return choice, about
    if reading.kind == "human_handover" and reading.confidence >= CLEARLY and content.asked:
        return "handover", None
    name = reading.answer
    if content.asked == "confirmation":
        if name == "yes":
            return "confirm", None
        if name == "no":
            return "change", None
    if name == "stop":
        return "drop", None
    if name == "confirm" and content.asked in ("hurt", "contact"):
        return "yes", None
    if name in ("no", "skip") and content.asked == "who":
        return "skip", None
    return name, reading.about


def _split(choice: str | None) -> tuple[str | None, str | None]:
    if choice is None:
        return None, None
    name, _, about = choice.partition(":")
    return name, about or None


def _back(content: Content) -> Step:
    """The question before the one now asked, open again."""
    before = [question for question in content.trail if question != content.asked]
    if not before:
        return _again(content, "utter_nothing_before")
    question = before[-1]
    opened = _open(content, question)
    return Step(replace(opened, asked=question, trail=tuple(before[:-1]), unclear=0), question)


def _skip(content: Content) -> Content:
    return replace(content, skipped=(*content.skipped, str(content.asked)))


def _change(content: Content, about: str | None) -> Step:
    if about not in questions(content):
        return replace(_again(content, "utter_what_to_change"), ask="change")
    opened = _open(content, about)
    return Step(replace(opened, asked=about, trail=(*content.trail, about), unclear=0), about)


def _open(content: Content, question: str) -> Content:
    """The content with one question open again. The story stays: it can only be added to."""
    skipped = tuple(name for name in content.skipped if name != question)
    opened = replace(content, skipped=skipped)
    match question:
        case "where":
            return replace(opened, place=None)
        case "when":
            return replace(opened, moment=None)
        case "hurt":
            return replace(opened, hurt=None)
        case "who":
            return replace(opened, who=())
        case "contact":
            return replace(opened, contact=None)
        case _:
            return opened


def _again(content: Content, *says: str) -> Step:
    """Ask the same once more."""
    ask = content.asked or next_question(content)
    return Step(replace(content, asked=ask), ask, says=says)


def _go_on(content: Content, says: tuple[str, ...] = ()) -> Step:
    ask = next_question(content)
    if ask == content.asked and ask not in ("confirmation", "contact"):
        unclear = content.unclear + 1
        says = (*says, f"utter_unclear_{ask}") if ask == "hurt" else says
        return Step(replace(content, unclear=unclear), ask, says=says)
    trail = content.trail if ask == "confirmation" else (*content.trail, ask)
    return Step(replace(content, asked=ask, trail=trail, unclear=0), ask, says=says)


def _is_a_question(content: Content, reading: Reading) -> bool:
    """Whether the person asks something in the middle of the report."""
    if reading.kind != "information_request" or reading.confidence < CLEARLY or not content.asked:
        return False
    tells = {"where": reading.place, "when": reading.moment, "what": reading.text}
    return not tells.get(content.asked)


def _unsure(reading: Reading) -> bool:
    found = reading.place or reading.moment or reading.hurt is not None
    pressed = reading.choice is not None
    return reading.confidence < SURE and not (reading.urgent or found or pressed)


def _take(content: Content, reading: Reading, name: str | None) -> Content:
    """Everything a message tells, put where it belongs."""
    first = not content.story and content.asked is None
    kind = reading.kind if first and reading.kind in ("report", "tip") else content.kind
    taken = replace(content, kind=kind, urgent=content.urgent or reading.urgent)
    taken = _category(taken, reading)
    closed = name in ("yes", "no", "confirm") and content.asked in ("hurt", "contact")
    if closed:
        said_yes = name != "no"
        if content.asked == "hurt":
            return replace(taken, hurt=said_yes)
        return replace(taken, contact=said_yes)
    if reading.place is not None and (taken.place is None or content.asked == "where"):
        taken = replace(taken, place=reading.place)
    if reading.moment is not None and (taken.moment is None or content.asked == "when"):
        taken = replace(taken, moment=reading.moment)
    if reading.hurt is not None and (taken.hurt is None or content.asked == "hurt"):
        taken = replace(taken, hurt=reading.hurt)
    return _words(taken, reading, content.asked)


def _words(content: Content, reading: Reading, asked: str | None) -> Content:
    """The person's own words, kept: as the answer to what was asked, or in the story."""
    text = reading.text.strip()
    if not text or reading.choice is not None:
        return content
    story = (*content.story, text)
    match asked:
        case "where" if content.place is None:
            content = replace(content, place={"words": text})
        case "when" if content.moment is None:
            content = replace(content, moment={"words": text})
        case "who":
            return replace(content, who=(*content.who, text))
        case "where" | "when" | "hurt" | "contact" if _said_no_more(content, reading, asked):
            return content
        case "hurt" if content.hurt is None and content.unclear > 0:
            return replace(content, story=story, skipped=(*content.skipped, "hurt"))
        case "contact" if content.contact is None:
            kept = len(text) > 1
            return replace(content, story=story if kept else content.story, contact=True)
        case _:
            return replace(content, story=story)
    return replace(content, story=story) if len(text) > LONG_ANSWER else content


def _said_no_more(content: Content, reading: Reading, asked: str) -> bool:
    """Whether a short message was the answer to the question and nothing else."""
    told = {"where": reading.place, "when": reading.moment, "hurt": reading.hurt, "contact": None}
    return told[asked] is not None and len(reading.text) <= LONG_ANSWER


def _category(content: Content, reading: Reading) -> Content:
    """The category of the surest message; what the person chose is sure."""
    choice, about = _split(reading.choice)
    if choice == "category" and about:
        return replace(content, category=about, category_confidence=1.0)
    if reading.kind not in ("report", "tip") or not reading.category:
        return content
    # A street's name or a time of day says nothing of what happened.
    tells = content.asked in (None, "what", "confirmation") or not content.category
    if tells and reading.category_confidence > content.category_confidence:
        return replace(
            content, category=reading.category, category_confidence=reading.category_confidence
        )
    return content
