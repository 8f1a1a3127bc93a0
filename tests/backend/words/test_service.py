"""The catalogues of what people read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from backend.words import domain, service, source

YAML = b"""
responses:
  utter_hurt:
  - text: "Is anyone hurt?"
    buttons:
    - {title: "Yes", payload: "yes"}
  utter_found:
  - text: "One report"
    custom: {plural: "{n} reports"}
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch) -> Path:
    """One language with one text to translate."""
    texts = Catalog()
    texts.add("Hello {name}")
    texts.add(("One report", "{n} reports"))
    monkeypatch.setattr(service, "template", lambda: texts)
    monkeypatch.setattr(service, "spoken", lambda: ["ca"])
    monkeypatch.setattr(service, "LOCALE", tmp_path)
    monkeypatch.setattr(service, "ROOT", tmp_path)
    return tmp_path / "ca" / "LC_MESSAGES" / "sereno.po"


def translated(path: Path, hello: str, reports: tuple[str, ...]) -> None:
    known = Catalog(locale="ca")
    known.add("Hello {name}", hello)
    known.add(("One report", "{n} reports"), reports)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, known)


def test_texts_buttons_and_plurals_of_the_assistant_are_gathered_with_their_lines() -> None:
    found = [(line, text) for line, _, text, _ in domain.extract(BytesIO(YAML), None, None, None)]
    assert found == [(4, "Is anyone hurt?"), (6, "Yes"), (8, ("One report", "{n} reports"))]


def test_what_the_service_and_the_assistant_say_is_gathered() -> None:
    found = {message.id for message in service.template()}
    assert "Is anyone hurt?" in found
    assert "Take the conversation first; then the person knows who is writing." in found


PYTHON = b"""
A = N_("Marked " "and joined")
b = words.text("Said {name}", name=1)
c = words.plural("one", "{n} many", n)
d = words.text(NAMES["not_a_text"])
e = session.execute(text("SELECT 1"))
"""


def test_marked_and_said_texts_are_gathered_and_statements_and_codes_are_not() -> None:
    found = [text for _, _, text, _ in source.extract(BytesIO(PYTHON), None, None, None)]
    assert found == ["Marked and joined", "Said {name}", ("one", "{n} many")]


def test_a_complete_catalogue_has_no_faults(catalogue: Path) -> None:
    translated(catalogue, "Hola {name}", ("Una denúncia", "{n} denúncies"))
    assert service.faults() == []


@pytest.mark.parametrize("hello", ["Hola {nom}", "Hola", "Hola {name", "Hola {name} {other}"])
def test_a_field_that_is_not_the_source_s_is_said(catalogue: Path, hello: str) -> None:
    translated(catalogue, hello, ("Una denúncia", "{n} denúncies"))
    (fault,) = service.faults()
    assert fault.endswith("other fields than in: Hello {name}")


def test_a_text_without_words_and_a_missing_catalogue_are_said(catalogue: Path) -> None:
    assert service.faults() == [
        "ca/LC_MESSAGES/sereno.po: is missing. Make it with: sereno words update"
    ]
    translated(catalogue, "", ("Una denúncia", "{n} denúncies"))
    assert service.faults() == ["ca/LC_MESSAGES/sereno.po: no words for: Hello {name}"]


def test_updating_keeps_the_words_there_are_and_adds_the_texts_there_are_not(
    catalogue: Path,
) -> None:
    path = catalogue
    known = Catalog(locale="ca")
    known.add("Hello {name}", "Hola {name}")
    known.add("Gone", "Fora")
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, known)
    service.update()
    with path.open("rb") as file:
        fresh = read_po(file, locale="ca")
    assert fresh.get("Hello {name}").string == "Hola {name}"
    assert fresh.get("Gone") is None
    assert fresh.get("One report") is not None


def test_every_language_that_is_on_is_complete() -> None:
    assert service.faults() == []
