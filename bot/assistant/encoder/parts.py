"""What a sentence encoder is made of, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Protocol, Sequence

import numpy as np

from bot.assistant.encoder.file import BLOCK, EncoderFile, Shape, unpacked


class Splitter(Protocol):
    """Texts into piece numbers, begin and end marked."""

    def __call__(self, texts: Sequence[str]) -> List[List[int]]:
        """One list a text, however long."""
        ...


class Table(Protocol):
    """The vectors of pieces and their places."""

    def of(self, pieces: Sequence[int]) -> np.ndarray:
        """Shape (1, tokens, width)."""
        ...


@dataclass(frozen=True)
class Parts:
    """An encoder, taken apart.

    `layers` are the numbers of the matrices and biases, flat, by the names of the engine's file,
    with `emb.ln.w` and `emb.ln.b`; `longest` is how many tokens a text may have at once.
    """

    shape: Shape
    longest: int
    split: Splitter
    table: Table
    layers: Dict[str, np.ndarray]


class PackedTable:
    """The table of the engine's file, four bits a number; only the rows a text needs are unpacked."""

    def __init__(self, base: EncoderFile) -> None:
        shape = base.shape
        tensor = base.tensors["emb.word"]
        row = shape.width // BLOCK * (2 + BLOCK // 2)
        raw = np.frombuffer(base.raw, dtype=np.uint8, count=tensor.length, offset=tensor.start)
        self._packed = raw.reshape(shape.pieces, row)
        self._width = shape.width
        places = base.numbers("emb.pos").reshape(shape.positions, shape.width)
        self._places = places + base.numbers("emb.type")[: shape.width]

    def of(self, pieces: Sequence[int]) -> np.ndarray:
        """The vectors of a window, shape (1, tokens, width)."""
        words = unpacked(self._packed[list(pieces)].ravel()).reshape(1, -1, self._width)
        return np.asarray(words + self._places[: len(pieces)])
