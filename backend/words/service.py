"""Bring the catalogues up to date with the code, and say what they miss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from backend.kit.catalogues import FALLBACK, LOCALE
from backend.settings import ROOT
from backend.taxonomy.rules import taxonomy

KEYWORDS = {**DEFAULT_KEYWORDS, "text": None, "plural": (1, 2)}  # what templates say
CONFIG = LOCALE / "babel.cfg"
WIDTH = 100


def template() -> Catalog:
    """Every text people read, as it stands in the source."""
    with CONFIG.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="sereno", charset="utf-8", fuzzy=False)
    gathered = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for name, line, text, comments, context in gathered:
        found.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return found


def update() -> list[str]:
    """Write every catalogue of a language that is on anew; a line each on how much it lacks."""
    source = template()
    return [_update(tag, source) for tag in spoken()]


def faults() -> list[str]:
    """What is missing or wrong, a line each; none when every language that is on is complete."""
    source = template()
    return [fault for tag in spoken() for fault in _faults(tag, source)]


def spoken() -> list[str]:
    """The languages that need a catalogue."""
    return [language.tag for language in taxonomy().spoken if language.tag != FALLBACK]


def path_of(tag: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / tag / "LC_MESSAGES" / "sereno.po"


def fields_of(text: str) -> set[str]:
    """The named fields of a text; raises `ValueError` for a brace left open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _update(tag: str, source: Catalog) -> str:
    path = path_of(tag)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Catalog(locale=tag, project="sereno", fuzzy=False)
    known = _read(path, tag) if path.exists() else fresh
    known.update(source, no_fuzzy_matching=True)
    known.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, known, width=WIDTH, sort_output=True, no_location=True, ignore_obsolete=True)
    empty = sum(1 for message in known if message.id and not _is_translated(message))
    return f"{tag}: {len(known)} texts, {empty} without words."


def _faults(tag: str, source: Catalog) -> Iterator[str]:
    path = path_of(tag)
    shown = path.relative_to(ROOT)
    if not path.exists():
        yield f"{shown}: is missing. Make it with: sereno words update"
        return
    known = _read(path, tag)
    for message in source:
        if not message.id:
            continue
        there = known.get(message.id, message.context)
        if there is None or not _is_translated(there):
            yield f"{shown}: no words for: {_first(message)}"
        elif not _same_fields(message, there):
            yield f"{shown}: other fields than in: {_first(message)}"
        elif isinstance(message.id, tuple) and len(_texts(there.string)) != known.num_plurals:
            yield f"{shown}: {known.num_plurals} plural forms are needed for: {_first(message)}"


def _same_fields(source: Message, there: Message) -> bool:
    try:
        wanted = set[str]().union(*(fields_of(text) for text in _texts(source.id)))
        # A plural form may leave the number out: “one report”.
        return all(wanted - {"n"} <= fields_of(form) <= wanted for form in _texts(there.string))
    except ValueError:
        return False


def _is_translated(message: Message) -> bool:
    forms = _texts(message.string)
    return bool(forms) and all(forms) and not message.fuzzy


def _texts(said: object) -> tuple[str, ...]:
    """One text or its plural forms; Babel gives either."""
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said or ""),)


def _first(message: Message) -> str:
    return _texts(message.id)[0]


def _is_ours(folder: str | Path) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ("var", "tests", "node_modules", "__pycache__")


def _read(path: Path, tag: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=tag)
