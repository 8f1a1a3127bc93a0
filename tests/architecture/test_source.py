"""Rules of the house that a reader of the source can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.settings import ROOT

PACKAGES = ("backend", "bot", "actions")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
DUMPING_GROUNDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "core",
    "misc",
}


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def shown(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_no_module_is_a_dumping_ground() -> None:
    named = {
        path
        for path in SOURCES
        if path.stem in DUMPING_GROUNDS or path.parent.name in DUMPING_GROUNDS
    }
    assert not named


def test_every_log_line_is_a_fixed_sentence() -> None:
    """Only then can the filter tell our sentence from what was filled into it."""
    loose = [
        shown(path, call)
        for path in SOURCES
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and name_of(call.func.value) in {"log", "logger", "logging"}
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert loose == []


def test_no_value_is_ever_written_into_a_statement_of_the_database() -> None:
    """The lock timeout of the migrations is a constant of ours; SQLite's pragmas are a fixed list."""
    statements = {"text", "execute", "exec_driver_sql", "executemany", "scalar", "scalars"}
    allowed = {"backend/migrations/env.py", "backend/kit/db.py"}
    built = [
        shown(path, call)
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in allowed
        for call in calls(path)
        if name_of(call.func) in statements
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert built == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_the_assistant_can_be_read_by_its_own_python() -> None:
    for path in (ROOT / "bot" / "assistant").rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))


def test_nobody_names_a_machine_or_a_home_folder() -> None:
    pattern = re.compile(r"/(work|root|home)/[a-z]")
    files = [*SOURCES, *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    assert [path for path in files if pattern.search(path.read_text(encoding="utf-8"))] == []
