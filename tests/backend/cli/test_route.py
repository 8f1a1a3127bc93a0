"""`sereno route`."""

from __future__ import annotations

import json

import typer
from typer.testing import CliRunner

from backend.cli import route
from backend.routing.lines import LONGEST_LINE
from backend.settings import ROOT

CITY = str(ROOT / "deploy" / "vilamar" / "city.yml")


def command() -> typer.Typer:
    app = typer.Typer()
    route.register(app)
    return app


def test_a_broken_line_gives_an_error_in_its_place_and_the_stream_goes_on() -> None:
    lines = [
        b'{"category": "traffic", "id": 1}',
        b"{broken",
        b"x" * (3 * LONGEST_LINE),
        b'{"category": "fraud", "id": 4}',
    ]
    result = CliRunner().invoke(command(), ["--city", CITY], input=b"\n".join(lines))
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row.get("unit", row.get("line")) for row in rows] == ["traffic", 2, 3, "cybercrime"]


def test_a_broken_city_stops_it_with_its_faults() -> None:
    result = CliRunner().invoke(command(), ["--city", "nowhere.yml"], input=b"{}\n")
    assert result.exit_code == 1
    assert "nowhere.yml:1: The file cannot be read." in result.stderr
