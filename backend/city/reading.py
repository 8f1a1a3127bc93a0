"""The YAML of a city file, read as far as it can be, with the line of every key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from backend.areas.geojson import BrokenFile, decode
from backend.city.errors import CityFaults, Fault
from backend.city.schemas import City

Steps = tuple[str | int, ...]
_ROUNDS = 3  # one to say what is wrong, the others for what mending leaves open
_STAND_INS: dict[str, Any] = {
    "name": "?",
    "country": "ES",
    "time_zone": "UTC",
    "languages": ["en"],
    "emergency_number": "112",
    "areas": {"file": "?", "name": "?"},
    "units": [{"id": "nobody", "name": {}}],
    "fallback": "nobody",
    "control_room": "nobody",
    "promises": [{"hours": 1}],
    "retention_days": 1,
    "formal_complaint": {},
}


class Faults:
    """Collects faults and finds the line of a key."""

    def __init__(self, path: Path, raw: Mapping[str, Any]) -> None:
        self.file = path.name
        self.found: list[Fault] = []
        self._raw = raw
        self._rows: dict[str, list[int]] = {}

    def add(self, at: Steps, what: str, instead: str = "") -> None:
        """Something is wrong at a key of the city file."""
        where = self._where(at)
        path = ".".join(map(str, where))
        self.found.append(Fault(self.file, self._line(where), path, what, instead))

    def elsewhere(self, file: str, line: int, path: str, what: str, instead: str) -> None:
        """Something is wrong in a file that the city file names."""
        self.found.append(Fault(file, line, path, what, instead))

    def in_order(self) -> list[Fault]:
        """The faults once each: the city file's first, by line."""
        once = dict.fromkeys(self.found)
        return sorted(once, key=lambda fault: (fault.file != self.file, fault.line))

    def row_left_out(self, part: str, n: int, of: int) -> None:
        """The row `n` of a list is no longer there; lines still count it."""
        del self._rows.setdefault(part, list(range(of)))[n]

    def _where(self, at: Steps) -> Steps:
        match at:
            case (str(part), int(n), *deeper) if part in self._rows and n < len(self._rows[part]):
                return (part, self._rows[part][n], *deeper)
        return at

    def _line(self, at: Steps) -> int:
        node: Any = self._raw
        line = 1
        for step in at:
            known = getattr(node, "lc", None)
            try:
                if known is not None:
                    found = known.key(step) if isinstance(node, Mapping) else known.item(step)
                    line = found[0] + 1
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return line


def parse(path: Path) -> Mapping[str, Any]:
    """The mapping in a YAML file; raises `CityFaults` when there is none."""
    try:
        raw = YAML(typ="rt").load(decode(path.read_bytes()))
        json.dumps(raw, default=str)
    except BrokenFile as error:
        raise _only(path, 1, error.what, error.instead) from None
    except OSError:
        raise _only(path, 1, "The file cannot be read.", "Check its name.") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = str(error.problem).splitlines()[0]
        raise _only(path, line, f"This is not YAML: {problem}.", "Check the indents.") from None
    except (YAMLError, ValueError, TypeError, RecursionError):
        raise _only(path, 1, "This is not YAML.", "Check it for odd signs and loops.") from None
    if not isinstance(raw, Mapping):
        raise _only(path, 1, "The file is empty or no mapping.", "Start with name: …")
    return raw


def _only(path: Path, line: int, what: str, instead: str) -> CityFaults:
    return CityFaults([Fault(path.name, line, "", what, instead)])


def shaped(raw: Mapping[str, Any], faults: Faults) -> tuple[City | None, frozenset[str]]:
    """The city, and the top keys for which a stand-in had to be put.

    What is broken is said, then left out, so that the rest can be checked in the same run.
    """
    plain = json.loads(json.dumps(raw, default=str))
    broken: set[str] = set()
    for turn in range(_ROUNDS):
        try:
            return City.model_validate(plain), frozenset(broken)
        except ValidationError as error:
            problems = error.errors()
        if turn == 0:
            for problem in problems:
                faults.add(_steps(problem), *_in_words(_steps(problem), problem))
        _mend(plain, problems, broken, faults)
    return None, frozenset(broken)


def _steps(problem: Any) -> Steps:
    return tuple(step for step in problem["loc"] if step != "[key]")


def _mend(plain: dict[str, Any], problems: Any, broken: set[str], faults: Faults) -> None:
    """Take out the keys nobody knows and the rows that cannot be read; stand in for the rest."""
    rows: set[tuple[str, int]] = set()
    for problem in problems:
        at = _steps(problem)
        if problem["type"] == "extra_forbidden" and _without(plain, at):
            continue
        match at:
            case (str(part), int(n), *_):
                rows.add((part, n))
            case (str(part), *_):
                broken.add(part)
    for part, n in sorted(rows, reverse=True):
        faults.row_left_out(part, n, len(plain[part]))
        del plain[part][n]
    for part in broken:
        if part in _STAND_INS:
            plain[part] = _STAND_INS[part]
        else:
            plain.pop(part, None)


def _without(plain: Any, at: Steps) -> bool:
    """Take out one key; False when there is no such key."""
    try:
        for step in at[:-1]:
            plain = plain[step]
        del plain[at[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _in_words(at: Steps, problem: Any) -> tuple[str, str]:
    """What a problem means, and what to write instead."""
    key = str(at[-1]) if at else "the file"
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return f"“{key}” is missing.", f"Add {key}: …"
        case "extra_forbidden":
            return f"“{key}” is not a word of this file.", did_you_mean(key, _known_keys(at))
        case "string_pattern_mismatch":
            return f"“{key}” is not written as it must be.", _pattern_words(at)
        case "string_type":
            return f"“{key}” must be text.", 'Put it in quotes: "…"'
        case "too_short":
            return f"“{key}” is empty.", "Write at least one, or take the key out."
        case "tuple_type" | "list_type":
            return f"“{key}” must be a list.", f"Write {key}: [one, two]"
        case "dict_type" | "model_type":
            return f"“{key}” must have keys of its own.", "Write them below it, indented."
        case "literal_error":
            return f"“{key}” has a word we do not know.", f"Use one of: {limits.get('expected')}."
        case "greater_than" | "greater_than_equal":
            least = limits.get("gt", limits.get("ge"))
            return f"“{key}” is too small.", f"Write a number from {least} up."
        case "less_than" | "less_than_equal":
            return f"“{key}” is too large.", f"Write {limits.get('lt', limits.get('le'))} at most."
        case "bool_parsing" | "bool_type":
            return f"“{key}” must be yes or no.", "Write true or false."
        case kind if kind.startswith(("float", "int")):
            return f"“{key}” must be a number.", "Write it in digits, without quotes."
        case kind if kind.startswith("time"):
            return f"“{key}” must be a time of day.", 'Write it like "08:30".'
    return f"“{key}” is wrong: {problem['msg']}.", "Look at how the sample city writes it."


def _known_keys(at: Steps) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    model: type[BaseModel] | None = City
    for step in at[:-1]:
        if isinstance(step, str) and model is not None and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation)
    return list(model.model_fields) if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside `X | None`, `tuple[X, ...]` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inside if model is not None), None)


def _pattern_words(at: Steps) -> str:
    if at[-1] == "country":
        return "Use the two capital letters of ISO 3166: ES."
    if at[-1] in ("phone", "number", "emergency_number"):
        return 'Use digits and spaces, with + in front for abroad: "+34 900 000 000".'
    return "Begin with a small letter, then small letters, digits and _: local_police."


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A guess at what was meant, else what there is to choose from."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean “{close[0]}”?"
    shown = ", ".join(known[:30]) + (", …" if len(known) > 30 else "")
    return f"Known are: {shown}." if known else ""
