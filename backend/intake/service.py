"""Reports in the making: each message moves the draft on, the last one makes it a case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.answers.rules import Answer, find_contacts, read_answer, read_hurt, read_topic
from backend.assistant.service import forget
from backend.cases.models import Case
from backend.cases.service import Opened, Placed, Told, open_case
from backend.city.schemas import City, said_in
from backend.city.service import gazetteer_of
from backend.conversations.models import Conversation
from backend.conversations.rules import RECEIPT_MASK
from backend.conversations.service import conversation_of, earlier_words, say
from backend.danger.rules import signs
from backend.details.rules import find_details, seen
from backend.intake.models import Draft
from backend.intake.rules import Content, Reading, Step, correct, questions, step
from backend.kit.catalogues import N_, Catalogue, catalogue
from backend.kit.clock import now
from backend.moments.rules import Moment, read_moment, say_moment
from backend.places.rules import find_place
from backend.routing.rules import Facts, route
from backend.taxonomy.rules import taxonomy

URGENT = 0.25  # urgency from which a report is marked

THANKS = N_("Thank you. Your report has been sent. Its number is {number}.")
UNFINISHED = N_(
    "We have sent what you told us so far, so that it is not lost. Its number is {number}. "
    "You can add to it here whenever you want."
)
RECEIPT = N_(
    "Your receipt: {receipt}\n"
    "Write it down. With it you can come back from any device. Show it to nobody: "
    "whoever has it can read how your report goes on."
)
NEXT = N_(
    "It is now with {unit}. An officer reads it and answers you here by {when} at the latest."
)
NEXT_URGENT = N_(
    "The control room has it too and sees it now. If the danger grows, call {number} at once."
)
HELP_LINE = N_("You are not alone: {line}. Call {number}.")
# What the closed answers call our questions, where it is not the same.
QUESTIONS = {"confirmation": "confirm", "change": "yes_no", "leaving": "confirm"}
DETAILS = ("where", "when", "hurt", "who", "contact")
REACHABLE = ("phone", "email", "handle")
LONGEST_LINE = 600  # characters of the story as it is read back: the rest is known to be there


@dataclass(frozen=True)
class Heard:
    """A message as the assistant understood it, with what its channel gave besides."""

    inbound: str
    text: str
    kind: str
    confidence: float
    category: str
    category_confidence: float
    urgency: float
    language: str
    at: datetime
    choice: str | None = None
    point: tuple[float, float] | None = None
    edits: str | None = None  # the vendor's id of the message this one corrects
    likely: tuple[str, ...] = ()


def read(city: City, heard: Heard, asked: str | None) -> Reading:
    """Everything a message holds: closed answers, place, time, who is hurt."""
    text = heard.text if heard.choice is None else ""
    question = QUESTIONS.get(asked or "", asked)
    answer = read_answer(text, heard.language, question) if text else None
    closed = answer is not None
    moment = _moment(city, heard, "" if closed else text)
    return Reading(
        text=text,
        kind=heard.kind,
        confidence=heard.confidence,
        category=heard.category,
        category_confidence=heard.category_confidence,
        urgent=_in_danger(heard, text, asked),
        choice=heard.choice,
        answer=answer.name if answer else None,
        about=_about(heard, text, asked, answer),
        place=None if closed else _place(city, heard, text),
        moment=_moment_json(moment) if moment else None,
        hurt=read_hurt(text, heard.language) if text and not closed else None,
        likely=heard.likely,
        reachable=any(c.kind in REACHABLE for c in find_contacts(text, city.country)),
        seen=seen(find_details(text, heard.language)) if text and not closed else "",
    )


def _about(heard: Heard, text: str, asked: str | None, answer: Answer | None) -> str | None:
    """The line to change: after "What should I change?" its bare name is enough."""
    if answer is not None:
        return answer.about
    named = asked in ("change", "confirmation") and text
    return read_topic(text, heard.language) if named else None


def _in_danger(heard: Heard, text: str, asked: str | None) -> bool:
    """Whether the report goes to the control room too; either signal is enough.

    What somebody looks like or which street it was is no story: there danger must be put in words.
    """
    tells = asked not in DETAILS
    said = tells and heard.kind in ("report", "tip") and heard.urgency >= URGENT
    return said or (bool(text) and signs(text, heard.language) is not None)


async def take_turn(
    session: AsyncSession, city: City, conversation_id: uuid.UUID, heard: Heard
) -> Step:
    """Move the draft on by one message; the same message again starts from where it did before."""
    draft = await _draft(session, conversation_id)
    if draft is None and heard.kind not in ("report", "tip"):
        # The form is open and its draft is gone: it was sent, and only the end was cut short.
        return Step(Content(), None, "ended")
    if draft is None:
        before = Content()
    elif draft.last_inbound == heard.inbound and draft.before is not None:
        before = Content.from_json(draft.before)
    else:
        before = Content.from_json(draft.content)
    reading = read(city, heard, before.asked)
    old = await earlier_words(session, conversation_id, heard.edits) if heard.edits else None
    taken = correct(before, old, reading) if old and draft else step(before, reading)
    if taken.outcome == "unsure":
        return taken
    if draft is None:
        draft = Draft(conversation_id=conversation_id, content={}, last_inbound=heard.inbound)
        session.add(draft)
    draft.before, draft.content = before.to_json(), taken.content.to_json()
    draft.last_inbound, draft.updated_at = heard.inbound, now()
    await session.flush()
    return taken


async def content_of(session: AsyncSession, conversation_id: uuid.UUID) -> Content | None:
    """What is known of the report in the making, or None when there is none."""
    draft = await _draft(session, conversation_id)
    return Content.from_json(draft.content) if draft else None


async def drop(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Throw the draft away, as the person asked."""
    draft = await _draft(session, conversation_id)
    if draft is not None:
        await session.delete(draft)
        await session.flush()


async def finish(
    session: AsyncSession, city: City, conversation_id: uuid.UUID, *, finished: bool = True
) -> Case | None:
    """Make the draft a case and tell the person everything they need; None when there is no draft."""
    draft = await _draft(session, conversation_id)
    if draft is None:
        return None
    conversation = await conversation_of(session, conversation_id)
    content = Content.from_json(draft.content)
    opened = await _open(session, city, conversation, draft, content, finished=finished)
    await _tell(session, city, conversation, opened, finished=finished)
    await session.delete(draft)
    await session.flush()
    return opened.case


async def keep_feedback(
    session: AsyncSession, city: City, conversation_id: uuid.UUID, heard: Heard
) -> Case:
    """Keep an opinion as a case without questions; the same message opens it once."""
    content = Content(kind="feedback", category="other", story=(heard.text,))
    told = Told(
        opened_by=f"feedback:{heard.inbound}",
        conversation_id=conversation_id,
        kind="feedback",
        category="other",
        urgent=False,
        finished=True,
        language=heard.language,
        fields={"what": [heard.text]},
        promised_hours=city.promised_hours("other", urgent=False),
    )
    placed = place_report(city, content, heard.language, heard.at)
    return (await open_case(session, told, placed)).case


async def silent_drafts(session: AsyncSession, before: datetime) -> Sequence[uuid.UUID]:
    """The conversations whose draft nobody has touched since."""
    query = select(Draft.conversation_id).where(Draft.updated_at < before)
    return (await session.scalars(query.order_by(Draft.updated_at).limit(200))).all()


async def send_unfinished(
    session: AsyncSession, city: City, conversation_id: uuid.UUID, silence: timedelta
) -> Case | None:
    """Send one silent draft as it is, marked unfinished; its dialogue ends with it."""
    draft = await _draft(session, conversation_id)
    if draft is None or draft.updated_at > now() - silence:
        return None
    await forget(session, conversation_id)
    content = Content.from_json(draft.content)
    if not (content.story or content.place or content.who):
        await session.delete(draft)  # a pressed button and silence: there is nothing to send
        return None
    return await finish(session, city, conversation_id, finished=False)


def summary(city: City, content: Content, language: str, at: datetime) -> list[tuple[str, str]]:
    """The report as the person reads it back: (question, words), one line each."""
    words = catalogue(language)
    nothing = words.text(N_("not said"))
    label = taxonomy().incidents.get(content.category)
    what = words.text(label.label) if label else words.text(N_("Something else"))
    story = _shortened(" / ".join(content.story))
    hurt = {True: words.text(N_("yes")), False: words.text(N_("no")), None: nothing}
    lines = [
        ("what", f"{what}. “{story}”" if story else what),
        ("where", _where(city, content.place, words) or nothing),
        ("when", moment_words(city, content.moment, language, at) or nothing),
        ("hurt", hurt[content.hurt]),
        ("who", _shortened(" / ".join(content.who)) or nothing),
        ("contact", _contact_words(content, words) or nothing),
    ]
    return [line for line in lines if line[0] in questions(content)]


def place_words(city: City, place: dict[str, Any] | None) -> str:
    """A place in words, with the area it was found in."""
    if place is None:
        return ""
    said = str(place.get("words") or "")
    area = city.index.by_id(place.get("area"))
    if area is None or area.name.lower() in said.lower():
        return said
    return f"{said} ({area.label})" if said else area.label


def _where(city: City, place: dict[str, Any] | None, words: Catalogue) -> str:
    said = place_words(city, place)
    if said or place is None or place.get("lon") is None:
        return _shortened(said)
    return words.text(N_("the place you shared"))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE].rstrip()}…"


def moment_words(city: City, moment: dict[str, Any] | None, language: str, at: datetime) -> str:
    """A moment in the person's language; what was not understood stays in their own words."""
    if moment is None:
        return ""
    if not moment.get("start"):
        return str(moment["words"])
    known = Moment(
        start=datetime.fromisoformat(moment["start"]),
        end=datetime.fromisoformat(moment["end"]) if moment.get("end") else None,
        precision=moment["precision"],
        approximate=moment["approximate"],
        words=moment["words"],
        span=(0, 0),
    )
    return say_moment(known, language, city.zone, at, catalogue(language).unfilled)


def place_report(city: City, content: Content, language: str, at: datetime) -> Placed:
    """Where a report goes and why."""
    place = content.place or {}
    has_point = place.get("lon") is not None and place.get("lat") is not None
    decision = route(
        city,
        Facts(
            category=content.category or "other",
            kind=content.kind,
            point=(place["lon"], place["lat"]) if has_point else None,
            area_id=place.get("area"),
            urgent=content.urgent,
            language=language,
            at=at,
        ),
    )
    return Placed(
        unit=decision.unit,
        desk=decision.desk,
        also=decision.also,
        area_id=decision.area.id if decision.area else None,
        reason=decision.reason,
        reason_params=decision.reasons(city.languages),
        rule=decision.rule,
        fallback=decision.fallback,
    )


async def _draft(session: AsyncSession, conversation_id: uuid.UUID) -> Draft | None:
    query = select(Draft).where(Draft.conversation_id == conversation_id).with_for_update()
    return await session.scalar(query)


async def _open(
    session: AsyncSession,
    city: City,
    conversation: Conversation,
    draft: Draft,
    content: Content,
    *,
    finished: bool,
) -> Opened:
    category = content.category or "other"
    told = Told(
        opened_by=str(draft.id),
        conversation_id=conversation.id,
        kind=content.kind,
        category=category,
        urgent=content.urgent,
        finished=finished,
        language=conversation.language,
        fields={
            "what": list(content.story),
            "where": content.place,
            "when": content.moment,
            "hurt": content.hurt,
            "who": list(content.who),
            "contact": content.contact,
            "skipped": list(content.skipped),
        },
        promised_hours=city.promised_hours(category, urgent=content.urgent),
    )
    return await open_case(session, told, place_report(city, content, conversation.language, now()))


async def _tell(
    session: AsyncSession, city: City, conversation: Conversation, opened: Opened, *, finished: bool
) -> None:
    """The case number, the receipt, what happens next and by when, what it is not, who helps."""
    case, language = opened.case, conversation.language
    words = catalogue(language)
    thanks = words.text(THANKS if finished else UNFINISHED, number=case.number)
    key = f"case:{case.id}"
    await say(session, conversation, thanks, key=f"{key}:thanks", author="service", case_id=case.id)
    await say(
        session,
        conversation,
        words.text(RECEIPT, receipt=RECEIPT_MASK),
        key=f"{key}:receipt",
        author="service",
        case_id=case.id,
        secret_text=words.text(RECEIPT, receipt=opened.receipt),
    )
    after = "\n\n".join(_what_comes(city, case, words))
    await say(session, conversation, after, key=f"{key}:next", author="service", case_id=case.id)


def _what_comes(city: City, case: Case, words: Catalogue) -> list[str]:
    unit = city.unit_name(case.unit, words.language)
    lines = [words.text(NEXT, unit=unit, when=words.moment(case.promised_at, city.zone))]
    if case.urgent:
        lines.append(words.text(NEXT_URGENT, number=city.emergency_number))
    lines.append(said_in(city.formal_complaint, words.language))
    line = city.help_line_for(
        "suicide" if case.category == "other" and case.urgent else case.category
    )
    if line is not None:
        label = said_in(line.label, words.language)
        lines.append(words.text(HELP_LINE, line=label, number=line.number))
    return lines


def _contact_words(content: Content, words: Catalogue) -> str:
    if content.contact is None:
        return ""
    if content.contact:
        return words.text(N_("yes, in this chat"))
    return words.text(N_("no, please do not write to me"))


def _place(city: City, heard: Heard, text: str) -> dict[str, Any] | None:
    if heard.point is not None:
        lon, lat = heard.point
        area = city.index.locate(lon, lat)
        within = area.id if area else None
        return {"words": text, "lon": lon, "lat": lat, "area": within, "chosen": True}
    if heard.choice and heard.choice.startswith("place:"):
        area = city.index.by_id(heard.choice.partition(":")[2])
        return {"words": area.name, "area": area.id, "chosen": True} if area else None
    found = find_place(text, heard.language, gazetteer_of(city)) if text else None
    if found is None:
        return None
    spot = found.point or (found.entry.point if found.entry else None)
    area = city.index.locate(spot.lon, spot.lat) if spot else None
    if found.entry is not None and found.entry.area_id:
        area = city.index.by_id(found.entry.area_id)
    return {
        "words": found.words,
        "entry": found.entry.id if found.entry else None,
        "lon": spot.lon if spot else None,
        "lat": spot.lat if spot else None,
        "area": area.id if area else None,
    }


def spot_of(city: City, heard: Heard) -> tuple[float, float] | None:
    """The point (lon, lat) a message is about, if it names or shares a place that is known."""
    place = _place(city, heard, heard.text if heard.choice is None else "") or {}
    lon, lat = place.get("lon"), place.get("lat")
    if lon is not None and lat is not None:
        return lon, lat
    area = city.index.by_id(place.get("area"))
    middle = area.shape.representative_point() if area else None
    return (middle.x, middle.y) if middle else None


def tells_something(city: City, heard: Heard) -> bool:
    """Whether a message, whatever it was taken for, names a place, a time or someone hurt."""
    found = read(city, heard, None)
    return bool(found.place or found.moment or found.hurt is not None)


async def was_an_answer(session: AsyncSession, conversation_id: uuid.UUID, inbound: str) -> bool:
    """Whether a message answered a question on details: where, when, who is hurt, who it was."""
    draft = await session.scalar(select(Draft).where(Draft.conversation_id == conversation_id))
    if draft is None or draft.last_inbound != inbound:
        return False
    return (draft.before or {}).get("asked") in DETAILS


def _moment(city: City, heard: Heard, text: str) -> Moment | None:
    if heard.choice == "moment:now":
        return Moment(heard.at, None, "minute", False, "", (0, 0))
    return read_moment(text, heard.language, heard.at, city.zone) if text else None


def _moment_json(moment: Moment) -> dict[str, Any]:
    return {
        "start": moment.start.isoformat(),
        "end": moment.end.isoformat() if moment.end else None,
        "precision": moment.precision,
        "approximate": moment.approximate,
        "words": moment.words,
    }
