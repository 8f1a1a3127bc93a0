"""`sereno check`."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from backend.cli import check
from backend.settings import ROOT

VILAMAR = ROOT / "deploy" / "vilamar"


def command() -> typer.Typer:
    app = typer.Typer()
    check.register(app)
    return app


def test_a_whole_city_gives_one_line() -> None:
    result = CliRunner().invoke(command(), [str(VILAMAR / "city.yml")])
    assert result.exit_code == 0
    assert result.output.count("\n") == 1
    assert result.output.startswith("city.yml: Vilamar is whole: 20 areas in 6 districts, 9 units")


def test_a_broken_city_gives_its_faults_line_by_line_and_fails(tmp_path: Path) -> None:
    text = (VILAMAR / "city.yml").read_text(encoding="utf-8")
    broken = text.replace("Europe/Madrid", "Europe/Madird").replace("retention_days: 180", "")
    (tmp_path / "city.yml").write_text(broken, encoding="utf-8")
    (tmp_path / "areas.geojson").write_bytes((VILAMAR / "areas.geojson").read_bytes())
    result = CliRunner().invoke(command(), [str(tmp_path / "city.yml")])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "city.yml:1: “retention_days” is missing. Add retention_days: …",
        "city.yml:4: There is no time zone “Europe/Madird”. Did you mean “Europe/Madrid”?",
        "2 faults.",
    ]
