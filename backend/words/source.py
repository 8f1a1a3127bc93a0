"""The texts of Python source: `N_("…")`, `words.text("…")`, `words.plural("…", "…", n)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import IO

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract(source: IO[bytes], keywords: object, tags: object, options: object) -> Iterator[Found]:
    """Each text that is written out where it is marked or said; a text held by a name is marked."""
    for node in ast.walk(ast.parse(source.read())):
        if not isinstance(node, ast.Call):
            continue
        texts = _texts(node)
        if _is_plural(node) and len(texts) == 2:
            yield node.lineno, "ngettext", texts, []
        elif texts and _is_said(node):
            yield node.lineno, None, texts[0], []


def _is_said(call: ast.Call) -> bool:
    """`N_` by name, `text` as a method: the bare `text` is SQLAlchemy's."""
    named = isinstance(call.func, ast.Name) and call.func.id == "N_"
    return named or (isinstance(call.func, ast.Attribute) and call.func.attr == "text")


def _is_plural(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "plural"


def _texts(call: ast.Call) -> tuple[str, ...]:
    """The first arguments that are texts, two at most."""
    found: list[str] = []
    for argument in call.args[:2]:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        found.append(argument.value)
    return tuple(text for text in found if text.strip())
