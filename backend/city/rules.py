"""Read a city file and say everything that is wrong with it at once, line by line."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Any, get_args
from zoneinfo import available_timezones

from babel import Locale
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from shapely import STRtree
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.validation import explain_validity

from backend.areas.geojson import (
    AreasText,
    BrokenFile,
    BrokenShape,
    Feature,
    Shape,
    check_degrees,
    check_rings,
    decode,
    name_of,
    parts_of,
    read_features,
    shape_of,
)
from backend.areas.rules import Area, AreaIndex
from backend.city.errors import CityFaults as CityFaults
from backend.city.errors import Fault as Fault
from backend.city.schemas import City, Place, Rule, Texts
from backend.city.unreachable import unreachable
from backend.taxonomy.rules import taxonomy

# What a help line may be for, besides the categories of the taxonomy.
TOPICS = ("child", "gender_violence", "suicide", "victims", "elderly", "hate", "online")
OVERLAP = 1e-5  # degrees, about a metre: areas that share a thinner strip only touch
LARGEST = 100_000_000  # bytes of an areas file
Steps = tuple[str | int, ...]
_MENDS = 20  # rounds of mending before a file is given up


def load_city(path: Path) -> City:
    """The city of a file, ready to route; raises `CityFaults` with every fault at once."""
    raw = _parse(path)
    faults = _Faults(path, raw)
    city, broken = _shaped(raw, faults)
    areas: list[Area] = []
    if city is not None:
        if "areas" not in broken:
            areas = _areas(path, city, faults)
        _check_words(city, faults)
        _check_ids(city, faults)
        _check_units(city, raw, faults)
        _check_rules(city, areas, raw, faults)
        _check_places(city, areas, faults)
    if faults.found or city is None:
        raise CityFaults(faults.in_order(broken))
    city._index = AreaIndex(areas)
    return city


class _Faults:
    """Collects faults and finds the line of a key."""

    def __init__(self, path: Path, raw: Any) -> None:
        self.file = path.name
        self.found: list[Fault] = []
        self._raw = raw

    def add(self, at: Steps, what: str, instead: str = "") -> None:
        path = ".".join(map(str, at))
        self.found.append(Fault(self.file, self.line(at), path, what, instead))

    def elsewhere(self, file: str, line: int, path: str, what: str, instead: str) -> None:
        self.found.append(Fault(file, line, path, what, instead))

    def in_order(self, broken: Iterable[str]) -> list[Fault]:
        """The faults once each, by line; what only follows from a part that was mended is left out."""
        stand_ins = set(broken)
        first = [
            fault
            for fault in dict.fromkeys(self.found)
            if fault.path not in stand_ins or self._is_own(fault)
        ]
        return sorted(first, key=lambda fault: (fault.file != self.file, fault.line))

    def _is_own(self, fault: Fault) -> bool:
        return next(other for other in self.found if other.path == fault.path) == fault

    def line(self, at: Steps) -> int:
        node, line = self._raw, 1
        for step in at:
            known = getattr(node, "lc", None)
            try:
                if isinstance(node, Mapping):
                    line = known.key(step)[0] + 1 if known else line
                elif isinstance(node, Sequence) and not isinstance(node, str):
                    line = known.item(step)[0] + 1 if known else line
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return line


def _parse(path: Path) -> Any:
    try:
        raw = YAML(typ="rt").load(decode(path.read_bytes()))
        json.dumps(raw, default=str)
    except BrokenFile as error:
        raise _only(path, 1, error.what, error.instead) from None
    except OSError:
        raise _only(path, 1, "The file cannot be read.", "Check its name.") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem).split())
        raise _only(path, line, f"This is not YAML: {problem}.", "Check the indents.") from None
    except (YAMLError, ValueError, TypeError, RecursionError):
        raise _only(path, 1, "This is not YAML.", "Check for odd signs and loops.") from None
    if not isinstance(raw, Mapping):
        raise _only(path, 1, "The file is empty or no mapping.", "Start with name: …")
    return raw


def _only(path: Path, line: int, what: str, instead: str) -> CityFaults:
    return CityFaults([Fault(path.name, line, "", what, instead)])


def _shaped(raw: Any, faults: _Faults) -> tuple[City | None, set[str]]:
    """The city as far as it can be read, and the top keys that a stand-in had to replace.

    What is broken is said, then taken out, so that the rest can be checked in the same run.
    """
    plain = json.loads(json.dumps(raw, default=str))
    moved: dict[str, list[int]] = {}
    broken: set[str] = set()
    for _ in range(_MENDS):
        try:
            city = City.model_validate(plain)
        except ValidationError as error:
            plain = _mended(plain, error, moved, broken, faults)
        else:
            faults_moved = _Moved(faults, moved)
            return (city if not moved else faults_moved.city(city)), broken
    return None, broken


class _Moved:
    """Remembers that rows were taken out of a list, so that lines stay right."""

    def __init__(self, faults: _Faults, moved: Mapping[str, list[int]]) -> None:
        self._faults, self._moved = faults, moved

    def city(self, city: City) -> City:
        for part, gone in self._moved.items():
            rows = self._faults._raw.get(part)
            for n in sorted(gone, reverse=True):
                del rows[n]
        return city
