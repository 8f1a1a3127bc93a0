"""What can be wrong with a city file, said so that its writer can put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a city file: where, what, and what to write instead.

    `line` counts from 1; `path` is the way to the key, such as `units.2.name`.
    """

    file: str
    line: int
    path: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.instead}".rstrip()


class CityFaults(Exception):
    """Everything wrong with a city file, in the order of its lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
