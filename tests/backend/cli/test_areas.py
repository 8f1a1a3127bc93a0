"""`sereno areas import`."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from backend.cli import areas, check
from backend.settings import ROOT

VILAMAR = ROOT / "deploy" / "vilamar"


def command() -> typer.Typer:
    app = typer.Typer()
    areas.register(app)
    check.register(app)
    return app


def test_the_clean_file_can_be_used_in_a_city(tmp_path: Path) -> None:
    wanted = ["--name", "nom", "--parent", "districte", "--out", str(tmp_path / "areas.geojson")]
    source = str(VILAMAR / "areas.geojson")
    result = CliRunner().invoke(command(), ["areas", "import", source, *wanted])
    assert result.exit_code == 0
    assert "areas: {file: areas.geojson, name: name, district: district}" in result.stderr
    text = (VILAMAR / "city.yml").read_text(encoding="utf-8")
    own = text.replace("name: nom", "name: name").replace(
        "district: districte", "district: district"
    )
    (tmp_path / "city.yml").write_text(own, encoding="utf-8")
    assert CliRunner().invoke(command(), ["check", str(tmp_path / "city.yml")]).exit_code == 0


def test_without_a_file_to_write_the_areas_go_to_the_screen_and_the_notes_beside_it() -> None:
    source = str(VILAMAR / "areas.geojson")
    result = CliRunner().invoke(command(), ["areas", "import", source, "--name", "nom"])
    assert len(json.loads(result.stdout)["features"]) == 20
    assert result.stderr.splitlines() == ["Read 20 shapes.", "Wrote 20 areas."]


def test_a_wrong_property_names_those_there_are() -> None:
    source = str(VILAMAR / "areas.geojson")
    result = CliRunner().invoke(command(), ["areas", "import", source, "--name", "barri"])
    assert result.exit_code == 1
    assert "There are: nom, districte, nivell." in result.stderr


def test_a_file_that_is_not_there_or_no_geojson_is_said(tmp_path: Path) -> None:
    (tmp_path / "odd.geojson").write_text("{\n oops", encoding="utf-8")
    for file, said in (
        ("gone.geojson", "cannot be read"),
        ("odd.geojson", "odd.geojson:2: This is not JSON"),
    ):
        result = CliRunner().invoke(
            command(), ["areas", "import", str(tmp_path / file), "--name", "x"]
        )
        assert result.exit_code == 1
        assert said in result.stderr
