"""The report dialogue, pure: what is known, one message, and what follows from both.

    what → where → when → hurt → who → contact → the summary, read back and confirmed

A message may answer any of these, several at once or none; what it tells is never thrown away.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Question = Literal["what", "where", "when", "hurt", "who", "contact"]
ORDER: tuple[Question, ...] = ("what", "where", "when", "hurt", "who", "contact")
Outcome = Literal["going", "confirmed", "dropped", "unsure", "ended"]

SURE = 0.45  # below, and with nothing else to go by, the person is asked what they mean
CLEARLY = 0.65
CERTAINLY = 0.9
LONG_ANSWER = 60  # characters: more than the question asked for belongs to the story as well
BARE = 45  # characters: "I want to report something" tells nothing yet
CLEAR_CATEGORY = 0.5
NEARLY_ALL = 0.7  # of a message that is a place or a time and nothing else
TRIES = 2  # a question not answered so often is left open: nobody is held up by it
NOBODY_IS_HURT_BY = ("fraud", "cybercrime")
ASIDE = ("confirmation", "change", "leaving")  # asked about the report, not about what happened
# The buttons that mean something within a report; any other comes from elsewhere in the chat.
OURS = {
    *("skip", "back", "drop", "confirm", "yes", "no", "help", "change", "start_over"),
    *("place", "share_place", "moment", "category", "report", "tip"),
}


@dataclass(frozen=True)
class Reading:
    """What one message holds, as read; `answer` is a closed answer, `about` what it changes.

    `place` has words, and perhaps entry, lon, lat, area, chosen (the person pointed it out) and
    asked (they were asked for it);
    `moment` has start, end, precision, approximate and words (ISO 8601). `likely` are the best
    guesses at the category, `reachable` says that a phone number or an address is among the words,
    `seen` is whom the words describe, with what they carried and drove.
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
    likely: tuple[str, ...] = ()
    reachable: bool = False
    seen: str = ""


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
    likely: tuple[str, ...] = ()
    bare: bool = False  # the story says that there is one, and no more
    rewriting: bool = False  # what comes next takes the place of the story

    def to_json(self) -> dict[str, Any]:
        """As the draft stores it."""
        return asdict(self)

    @staticmethod
    def from_json(raw: dict[str, Any]) -> Content:
        """As the draft stored it."""
        lists = ("story", "who", "skipped", "trail", "likely")
        ours = {name: value for name, value in raw.items() if name in Content.__dataclass_fields__}
        known: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in ours.items()}
        return Content(**known)


@dataclass(frozen=True)
class Step:
    """What one message leads to.

    `ask` is the next question, or one of `ASIDE`; `says` names responses said before it;
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
        "what": bool(content.story) and not content.bare,
        "where": content.place is not None and located(content.place),
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
        case "confirm" if content.asked in ("confirmation", "leaving"):
            return Step(content, None, "confirmed")
        case "stop":
            return _leave(content)
        case "start_over":
            return _go_on(Content(kind=content.kind), says=("utter_start_over",))
        case "back":
            return _back(content)
        case "skip" if content.asked in ORDER:
            return _go_on(_skip(content, content.asked))
        case "change":
            return _change(content, about)
    return _aside(content, name) or _told(content, reading, name)


def correct(content: Content, old: str, reading: Reading) -> Step:
    """What a corrected message leads to: its old words give way to the new, nothing else does."""
    new = reading.text.strip()

    def renewed(said: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if words == old else words for words in said)

    spoke_of_place = (content.place or {}).get("words", "") in old
    spoke_of_time = (content.moment or {}).get("words", "") in old
    corrected = replace(content, story=renewed(content.story), who=renewed(content.who))
    if reading.place is not None and spoke_of_place:
        corrected = replace(corrected, place=reading.place)
    if reading.moment is not None and spoke_of_time:
        corrected = replace(corrected, moment=reading.moment)
    if reading.hurt is not None:
        corrected = replace(corrected, hurt=reading.hurt)
    return _again(replace(corrected, urgent=corrected.urgent or reading.urgent))


def _aside(content: Content, name: str | None) -> Step | None:
    """What a closed answer leads to that leaves the report as it is."""
    match name:
        case "help":
            return _again(content, "utter_help_with_report")
        case "handover":
            return _interrupted(content, handover=True)
        case "question":
            return _interrupted(content, question=True)
        case "elsewhere":
            return _again(content)
        case "skip" | "yes" | "no" | "confirm" if content.asked in ("change", "leaving"):
            return _go_on(replace(content, asked=None))
        case "skip" | "yes" if content.asked in (None, "confirmation"):
            return _again(content)
    return None


def _told(content: Content, reading: Reading, name: str | None) -> Step:
    """What a message leads to that is no command: a question, a doubt, or something told."""
    if _is_a_question(content, reading):
        return replace(_again(replace(content, unclear=content.unclear + 1)), question=True)
    if content.asked is None and not content.story and _unsure(reading):
        return Step(content, None, "unsure")
    return _go_on(_take(content, reading, name))


def _command(content: Content, reading: Reading) -> tuple[str | None, str | None]:
    """The closed answer a message is, in the light of what was asked."""
    if reading.choice is not None:
        return _pressed(content, reading.choice)
    if reading.kind == "human_handover" and _may_interrupt(content, reading):
        return "handover", None
    name = reading.answer
    match content.asked, name:
        case (("confirmation" | "leaving"), "yes"):
            return "confirm", None
        case "confirmation", "no":
            return "change", None
        case "leaving", "no" | "stop":
            return "drop", None
        case (("hurt" | "contact"), "confirm"):
            return "yes", None
        case "who", "no":
            return "skip", None
        case (("change" | "confirmation"), None) if reading.about:
            return "change", reading.about
    return name, reading.about


def _pressed(content: Content, pressed: str) -> tuple[str, str | None]:
    """The command a button stands for; an old button of another question is no answer to this."""
    choice, about = _split(pressed)
    match choice:
        case "human_handover":
            return "handover", None
        case "topic":
            return "question", about
        case "yes" if content.asked == "leaving":
            return "confirm", None
        case "report" | "tip" if content.asked is not None:
            return "elsewhere", None
    return (choice, about) if choice in OURS else ("elsewhere", None)


def _split(choice: str) -> tuple[str, str | None]:
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


def _skip(content: Content, question: str) -> Content:
    return replace(content, skipped=(*content.skipped, question), rewriting=False)


def _leave(content: Content) -> Step:
    """Going away is not dropping: what was told is sent or erased as the person says."""
    if not (content.story or content.place or content.who):
        return Step(content, None, "dropped")
    return Step(replace(content, asked="leaving"), "leaving")


def _change(content: Content, about: str | None) -> Step:
    if about not in questions(content):
        return Step(replace(content, asked="change"), "change")
    opened = _open(content, about)
    if about == "what":  # new words decide anew what it was
        opened = replace(opened, rewriting=True, category_confidence=0.0)
    return Step(replace(opened, asked=about, trail=(*content.trail, about), unclear=0), about)


def _open(content: Content, question: str) -> Content:
    """The content with one question open again. The story stays until there is a new one."""
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
    if content.rewriting and content.asked == "what":
        return _unclear(content, "what", says)
    content = replace(content, rewriting=False)
    ask = next_question(content)
    if ask == content.asked and ask != "confirmation":
        return _unclear(content, ask, says)
    trail = content.trail if ask == "confirmation" else (*content.trail, ask)
    return Step(replace(content, asked=ask, trail=trail, unclear=0), ask, says=says)


def _unclear(content: Content, ask: str, says: tuple[str, ...]) -> Step:
    """The same question once more, in other words; then it is left open."""
    unclear = content.unclear + 1
    if unclear >= TRIES:
        return _go_on(replace(_skip(content, ask), unclear=0), says)
    return Step(replace(content, unclear=unclear), ask, says=(*says, f"utter_unclear_{ask}"))


def _may_interrupt(content: Content, reading: Reading) -> bool:
    """Whether a message may be taken for something else than the answer: once for each question.

    Said again, it is the answer: nobody is asked the same for ever. "A tall man" answers who it
    was, however much it sounds like asking for a person.
    """
    sure = CERTAINLY if content.asked == "who" else CLEARLY
    return content.asked is not None and content.unclear == 0 and reading.confidence >= sure


def _interrupted(content: Content, *, question: bool = False, handover: bool = False) -> Step:
    """Ask the same once more after something else was dealt with."""
    again = _again(replace(content, unclear=content.unclear + 1))
    return replace(again, question=question, handover=handover)


def _is_a_question(content: Content, reading: Reading) -> bool:
    """Whether the person asks something in the middle of the report."""
    if reading.kind != "information_request" or not _may_interrupt(content, reading):
        return False
    found = {"where": reading.place, "when": reading.moment}
    if content.asked == "what":  # asked twice in a row it is how this person tells it
        found["what"] = reading.place or reading.moment
        return not (found["what"] or reading.hurt is not None or content.unclear)
    return not found.get(content.asked or "")


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
    if name in ("yes", "no", "confirm"):
        if content.asked == "hurt":
            return replace(taken, hurt=name != "no")
        return replace(taken, contact=name != "no") if content.asked == "contact" else taken
    taken = _place(taken, reading)
    taken = _moment(taken, reading)
    corrects = content.asked in ("hurt", "change")
    if reading.hurt is not None and (taken.hurt is None or corrects):
        taken = replace(taken, hurt=reading.hurt)
    return _words(taken, reading, first=first)


def _place(content: Content, reading: Reading) -> Content:
    """The place of a message; what was only words so far goes with it."""
    place, known = reading.place, content.place
    if place is None:
        return content
    if place.get("chosen") or content.asked == "change" or _corrects(content, reading, place):
        return replace(_told_too(content, known), place=place)
    if known is None:
        return replace(content, place=place)
    if content.asked == "where" or (located(place) and not located(known)):
        both = f"{known.get('words') or ''}, {place.get('words') or ''}".strip(", ")
        return replace(content, place={**place, "words": both})
    return content


def _moment(content: Content, reading: Reading) -> Content:
    """The moment of a message; words that nobody understood as one go back to the story."""
    moment, known = reading.moment, content.moment
    if moment is None:
        return content
    if known is None:
        return replace(content, moment=moment)
    understood, asked = known.get("start"), content.asked in ("when", "change")
    if asked or not understood or _corrects(content, reading, moment):
        return replace(_told_too(content, known), moment=moment)
    return content


def _told_too(content: Content, known: dict[str, Any] | None) -> Content:
    """The content with the words of an answer that something better replaces in the story."""
    words = str((known or {}).get("words") or "")
    if not words or any(words in told for told in content.story):
        return content
    return replace(content, story=(*content.story, words))


def _corrects(content: Content, reading: Reading, found: dict[str, Any]) -> bool:
    """Whether a message at the summary is a place or a time and nothing else."""
    return content.asked == "confirmation" and _is_all(reading, found)


def _is_all(reading: Reading, found: dict[str, Any] | None) -> bool:
    said = len(str((found or {}).get("words") or ""))
    return said >= NEARLY_ALL * len(reading.text.strip()) > 0


def located(place: dict[str, Any]) -> bool:
    """Whether a place can be found on the map, or is all that the person could say of it."""
    return any(place.get(key) for key in ("entry", "area", "lon", "asked"))


def _words(content: Content, reading: Reading, *, first: bool) -> Content:
    """The person's own words, kept: as the answer to what was asked, or in the story."""
    text = reading.text.strip()
    if not text or reading.choice is not None:
        return content
    longer = replace(content, story=(*content.story, text), bare=first and _bare(reading))
    if reading.seen and not content.who:
        longer = replace(longer, who=(reading.seen,))
    short = len(text) <= LONG_ANSWER
    match content.asked:
        case "what" if content.rewriting:
            return replace(content, story=(text,), rewriting=False)
        case "who":
            return replace(content, who=(*content.who, text))
        case "where" if short and not (reading.place is None and _is_all(reading, reading.moment)):
            return replace(content, place=_said_place(content, reading, text))
        case "when" if short and not (reading.moment is None and _is_all(reading, reading.place)):
            return replace(content, moment={**(reading.moment or {}), "words": text})
        case "where" if reading.place is None and not short:
            return replace(longer, place=_said_place(content, reading, text[:LONG_ANSWER] + "…"))
        case "when" if content.moment is None and not short:
            return replace(longer, moment={"words": text[:LONG_ANSWER] + "…"})
        case "contact" if reading.reachable:
            return replace(longer, contact=True)
    return longer


def _said_place(content: Content, reading: Reading, text: str) -> dict[str, Any]:
    """The place as the person put it when asked for it, with what is known of it."""
    known = content.place or {}
    before = str(known.get("words") or "") if reading.place is None else ""
    if reading.place is not None:
        said = str(reading.place.get("words") or "")
        whole = str(known.get("words") or "")
        before = whole.removesuffix(said).strip(", ") if whole != said else ""
    return {**known, "words": f"{before}, {text}" if before else text, "asked": True}


def _bare(reading: Reading) -> bool:
    """Whether a first message only says that there is something to report."""
    vague = reading.category in ("", "other") or reading.category_confidence < CLEAR_CATEGORY
    found = reading.place or reading.moment or reading.hurt is not None
    return vague and len(reading.text) <= BARE and not (reading.urgent or found)


def _category(content: Content, reading: Reading) -> Content:
    """The category of the surest message; what the person chose is sure."""
    choice, about = _split(reading.choice or "")
    if choice == "category" and about:
        return replace(content, category=about, category_confidence=1.0, rewriting=False)
    if reading.kind not in ("report", "tip") or not reading.category:
        return content
    if reading.category == "other" and content.category:  # nothing is less than something
        return content
    # A street's name or a time of day says nothing of what happened.
    tells = content.asked in (None, "what", "confirmation") or not content.category
    surer = reading.category_confidence > content.category_confidence
    chosen = content.category_confidence == 1.0
    if tells and (surer or (content.category == "other" and not chosen)):
        return replace(
            content,
            category=reading.category,
            category_confidence=reading.category_confidence,
            likely=reading.likely,
        )
    return content
