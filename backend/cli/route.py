"""`sereno route`: where cases would go, a JSON line each, and why."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.city.rules import CityFaults, load_city
from backend.city.schemas import City
from backend.cli.ending import fail
from backend.routing.rules import Decision, Facts, route_many
from backend.settings import Settings
from backend.taxonomy.rules import taxonomy

BATCH = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("route")(run)


def run(
    city: Annotated[Path | None, typer.Option(help="City file; the one in use when left out.")] = None,
    language: Annotated[str, typer.Option(help="Language of the reasons.")] = "en",
) -> None:
    """Read cases from standard input, a JSON line each, and add unit, area and reason."""
    try:
        known = load_city(city or Settings().city)
    except CityFaults as error:
        fail(str(error))
    for row in routed(known, sys.stdin, language):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def routed(city: City, lines: Iterable[str], language: str = "en") -> Iterator[dict[str, Any]]:
    """Each line with its unit, in order; a broken line gives an error in its place."""
    numbered = enumerate(lines, start=1)
    areas = frozenset(
        name for area in city.index.areas for name in (area.id, area.name, area.district) if name
    )
    while batch := list(islice(numbered, BATCH)):
        read = [_read(areas, number, line) for number, line in batch]
        decisions = iter(route_many(city, [facts for _, facts in read if facts is not None]))
        for row, facts in read:
            yield row if facts is None else {**row, **_shown(next(decisions), language)}


def _shown(decision: Decision, language: str) -> dict[str, Any]:
    return {
        "unit": decision.unit,
        "desk": decision.desk,
        "also": list(decision.also),
        "area": decision.area.label if decision.area else None,
        "reason": decision.reason_in(language),
        "fallback": decision.fallback,
    }


def _read(areas: frozenset[str], number: int, line: str) -> tuple[dict[str, Any], Facts | None]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("Write an object: {\"category\": …}.")
        return row, _facts(areas, row)
    except json.JSONDecodeError:
        return {"error": "This line is not JSON.", "line": number}, None
    except (ValueError, RecursionError) as error:
        return {"error": str(error) or "This line is not JSON.", "line": number}, None


def _facts(areas: frozenset[str], row: dict[str, Any]) -> Facts:
    words = taxonomy()
    category, kind = row.get("category"), row.get("kind", "report")
    if not isinstance(category, str) or category not in {*words.incidents, *words.topics}:
        raise ValueError(f"category must be one of: {', '.join(words.incidents)}.")
    if not isinstance(kind, str) or kind not in words.kinds:
        raise ValueError(f"kind must be one of: {', '.join(words.kinds)}.")
    urgent, language = row.get("urgent", False), row.get("language", "en")
    if not isinstance(urgent, bool):
        raise ValueError("urgent must be true or false.")
    if not isinstance(language, str):
        raise ValueError("language must be a tag such as ca.")
    return Facts(
        category=category,
        kind=kind,
        point=_point(row),
        area_id=_area(areas, row.get("area")),
        urgent=urgent,
        language=language,
        at=_moment(row.get("at")),
    )


def _point(row: dict[str, Any]) -> tuple[float, float] | None:
    lon, lat = row.get("lon"), row.get("lat")
    if lon is None and lat is None:
        return None
    for value, limit in ((lon, 180), (lat, 90)):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or abs(value) > limit:
            raise ValueError("lon and lat must be degrees, such as 2.45 and 41.55.")
    return float(lon), float(lat)  # type: ignore[arg-type]


def _area(areas: frozenset[str], area: object) -> str | None:
    if area is None or area == "":
        return None
    if not isinstance(area, str) or area not in areas:
        raise ValueError("area must be the name of an area of the city file.")
    return area


def _moment(said: object) -> datetime:
    if said is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("at must be a moment with its zone, such as 2026-03-01T22:30:00+01:00.")
    return moment
