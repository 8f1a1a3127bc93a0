"""How fast tips find their unit: 100,000 over 5,000 polygons.

Run it with `python -m tests.bench.routing`. It measures and prints; it asserts no time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
import typer
from shapely.geometry import Polygon

from backend.areas.rules import Area, AreaIndex
from backend.city.rules import load_city
from backend.city.schemas import City
from backend.routing.rules import Facts, route, route_many
from backend.taxonomy.rules import taxonomy

ROWS, COLUMNS = 50, 100  # 5,000 polygons
TIPS = 100_000
ALONE = 20_000
SEED = 20_260_101
VILAMAR = Path(__file__).resolve().parents[2] / "deploy" / "vilamar" / "city.yml"
T = TypeVar("T")


def many_areas() -> list[Area]:
    """A country of crooked neighbours that share their corners and fill a box without gaps."""
    chance = np.random.default_rng(SEED)
    corners = np.stack(
        np.meshgrid(np.linspace(0, 10, COLUMNS + 1), np.linspace(40, 45, ROWS + 1)), axis=-1
    )
    corners[1:-1, 1:-1] += chance.uniform(-0.03, 0.03, corners[1:-1, 1:-1].shape)
    areas = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            ring = [
                corners[row, column],
                corners[row, column + 1],
                corners[row + 1, column + 1],
                corners[row + 1, column],
            ]
            name = f"{row}/{column}"
            areas.append(Area(name, name, f"District {row // 10}", Polygon(ring)))
    return areas


def many_tips() -> list[Facts]:
    """Tips in and a little around the country, one in ten without a place."""
    chance = np.random.default_rng(SEED)
    points = chance.uniform((-0.5, 39.5), (10.5, 45.5), (TIPS, 2))
    incidents = chance.choice(list(taxonomy().incidents), TIPS)
    placed = chance.random(TIPS) > 0.1
    urgent = chance.random(TIPS) < 0.1
    return [
        Facts(
            category=str(incidents[n]),
            kind="tip" if n % 5 == 0 else "report",
            point=(float(points[n, 0]), float(points[n, 1])) if placed[n] else None,
            urgent=bool(urgent[n]),
        )
        for n in range(TIPS)
    ]


def a_large_city() -> City:
    """Vilamar's rules over the areas of a country."""
    return load_city(VILAMAR).placed(AreaIndex(many_areas()))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of wall clock, and the result."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def main() -> None:
    """Measure and print."""
    seconds, city = timed(a_large_city)
    typer.echo(f"city and index of {len(city.index.areas)} polygons: {seconds:.2f} s")
    tips = many_tips()
    seconds, together = timed(lambda: route_many(city, tips))
    fallback = sum(decision.fallback for decision in together)
    typer.echo(
        f"{TIPS} tips together: {seconds:.2f} s, {TIPS / seconds:,.0f} a second, {fallback} to the fallback"
    )
    seconds, alone = timed(lambda: [route(city, tip) for tip in tips[:ALONE]])
    typer.echo(f"{ALONE} tips one by one: {seconds / ALONE * 1e6:.0f} µs each")
    typer.echo("both ways agree" if alone == together[:ALONE] else "THE TWO WAYS DISAGREE")


if __name__ == "__main__":
    main()
