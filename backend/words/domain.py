"""The texts of YAML files: the assistant's responses, and the labels of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from ruamel.yaml import YAML

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract(source: IO[bytes], keywords: object, tags: object, options: object) -> Iterator[Found]:
    """Each text of the responses: `text`, the titles of buttons, and plural forms."""
    raw = YAML(typ="rt").load(source) or {}
    for name, variants in (raw.get("responses") or {}).items():
        for variant in variants:
            yield from _of_variant(variant, name)


def labels(source: IO[bytes], keywords: object, tags: object, options: object) -> Iterator[Found]:
    """The labels of the taxonomy's categories and topics."""
    raw = YAML(typ="rt").load(source) or {}
    for part in ("incidents", "topics"):
        for name, row in (raw.get(part) or {}).items():
            label = row.get("label") if isinstance(row, Mapping) else row
            if isinstance(label, str):
                yield _line(raw[part], name), None, label, [f"{part}: {name}"]


def _of_variant(variant: Mapping[str, Any], name: str) -> Iterator[Found]:
    text = variant.get("text")
    plural = (variant.get("custom") or {}).get("plural")
    if isinstance(text, str) and isinstance(plural, str):
        yield _line(variant, "text"), "ngettext", (text, plural), [name]
    elif isinstance(text, str) and text.strip():
        yield _line(variant, "text"), None, text, [name]
    buttons = variant.get("buttons")
    for button in buttons if isinstance(buttons, Sequence) else ():
        if isinstance(button.get("title"), str):
            yield _line(button, "title"), None, button["title"], [name]


def _line(node: Any, key: str) -> int:
    return int(node.lc.key(key)[0]) + 1
