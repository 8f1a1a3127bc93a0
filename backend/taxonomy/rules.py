"""The words for languages, kinds and categories, read from `nlu_data/taxonomy.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

SOURCE = Path(__file__).resolve().parents[2] / "nlu_data" / "taxonomy.yml"

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Language:
    """A language of the product; `tag` is a BCP 47 tag, `on` says whether it is offered."""

    tag: str
    name: str
    direction: Direction
    on: bool


@dataclass(frozen=True)
class Incident:
    """A category of a report or a tip; `iccs` is its ICCS 1.0 class, None where there is none."""

    name: str
    label: str
    iccs: str | None


@dataclass(frozen=True)
class Taxonomy:
    """Every word a classifier, form, route or statistic may use."""

    languages: dict[str, Language]
    kinds: dict[str, str]
    incidents: dict[str, Incident]
    topics: dict[str, str]

    @property
    def spoken(self) -> list[Language]:
        """The languages that are on, in the order of the file."""
        return [language for language in self.languages.values() if language.on]


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy as shipped; read once."""
    raw = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return Taxonomy(
        languages={tag: Language(tag=tag, **row) for tag, row in raw["languages"].items()},
        kinds=raw["kinds"],
        incidents={
            name: Incident(name, row["label"], row["iccs"])
            for name, row in raw["incidents"].items()
        },
        topics=raw["topics"],
    )
