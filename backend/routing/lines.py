"""Cases as JSON lines, routed one by one: what `sereno route` reads and writes."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from backend.city.reading import did_you_mean
from backend.city.schemas import City
from backend.routing.rules import Decision, Facts, route
from backend.taxonomy.rules import taxonomy

LONGEST_LINE = 100_000  # bytes
LONGEST_NAME = 40  # characters; longer words are no name of ours


class BrokenLine(ValueError):
    """A line is no case; the text says what to write instead and never repeats the line's words."""


def route_line(city: City, raw: bytes, number: int) -> str:
    """The line of a case with its unit, area and reason; of a broken line, what is wrong with it.

    `number` counts from 1.
    """
    try:
        row = _row(raw)
        decision = route(city, facts_of(city, row))
    except BrokenLine as error:
        return json.dumps({"line": number, "error": str(error)}, ensure_ascii=False)
    return json.dumps({**row, **_answer(city, row, decision)}, ensure_ascii=False)


def _row(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise BrokenLine(f"The line is longer than {LONGEST_LINE} bytes: shorten it.")
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BrokenLine("The line is not UTF-8 text: save the file as UTF-8.") from None
    except (ValueError, RecursionError):
        raise BrokenLine('The line is not JSON: write {"category": "theft", …}.') from None
    if not isinstance(row, dict):
        raise BrokenLine('The line is no object: write {"category": "theft", …}.')
    return row


def facts_of(city: City, row: dict[str, Any]) -> Facts:
    """What a row says of its case; raises `BrokenLine`."""
    words = taxonomy()
    kind = _word(row, "kind", "report", list(words.kinds))
    topics = list(words.topics if kind == "information_request" else words.incidents)
    if "category" not in row and kind in ("report", "tip"):
        raise BrokenLine("“category” is missing: say what happened, such as theft.")
    category = _word(row, "category", "", ["", *topics])
    language = row.get("language") or "en"
    if not isinstance(language, str):
        raise BrokenLine("“language” must be a tag such as ca.")
    urgent = row.get("urgent", False)
    if not isinstance(urgent, bool):
        raise BrokenLine("“urgent” must be true or false.")
    return Facts(
        category=category,
        kind=kind,
        point=_point(row),
        area_id=_area_id(city, row),
        urgent=urgent,
        language=language,
        at=_moment(city, row),
    )


def _word(row: dict[str, Any], key: str, default: str, known: list[str]) -> str:
    word = row.get(key)
    if word is None:
        return default
    if not isinstance(word, str) or word not in known:
        guess = did_you_mean(word, known[1:] if known[0] == "" else known) if _short(word) else ""
        raise BrokenLine(f"“{key}” is not one we know. {guess}".rstrip())
    return word


def _short(word: object) -> bool:
    return isinstance(word, str) and len(word) <= LONGEST_NAME


def _point(row: dict[str, Any]) -> tuple[float, float] | None:
    lon, lat = row.get("lon"), row.get("lat")
    if lon is None and lat is None:
        return None
    if not (_is_number(lon, 180) and _is_number(lat, 90)):
        raise BrokenLine("“lon” and “lat” must be degrees, such as 2.42 and 41.54.")
    return float(lon or 0), float(lat or 0)


def _is_number(value: object, most: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -most <= value <= most and math.isfinite(value)


def _area_id(city: City, row: dict[str, Any]) -> str | None:
    named = row.get("area")
    if named is None or named == "":
        return None
    area = city.index.by_name(named) if isinstance(named, str) else None
    if area is None:
        known = [*city.index.districts(), *(area.name for area in city.index.areas)]
        guess = did_you_mean(named, known) if _short(named) else ""
        raise BrokenLine(f"“area” is not one of the city. {guess}".rstrip())
    return area.id


def _moment(city: City, row: dict[str, Any]) -> datetime | None:
    said = row.get("at")
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
        # Without an offset it is the city's own time.
        aware = at if at.tzinfo is not None else at.replace(tzinfo=city.zone)
        aware.astimezone(city.zone)
    except (TypeError, ValueError, OverflowError):
        raise BrokenLine("“at” must be a moment such as 2026-11-23T17:05.") from None
    return aware


def _answer(city: City, row: dict[str, Any], decision: Decision) -> dict[str, Any]:
    language = row.get("language")
    spoken = language if language in city.languages else "en"
    area = decision.area
    return {
        "unit": decision.unit,
        "desk": decision.desk,
        "also": list(decision.also),
        "area": area.name if area else None,
        "district": area.district if area else None,
        "reason": decision.reason_in(spoken),
        "rule": decision.rule,
        "fallback": decision.fallback,
    }
