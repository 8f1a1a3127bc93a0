"""An encoder from a Hugging Face directory: BERT's layers, as most multilingual encoders have them.

`config.json`, `model.safetensors` and `tokenizer.json` are read; nothing in them is executed, and no
`torch` is needed. Sentences are the mean over the tokens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np

from bot.assistant.encoder.file import NotAnEncoder, Shape
from bot.assistant.encoder.parts import Parts
from bot.assistant.encoder.tokens import PREFIX

# What the places of a text begin with: XLM-R leaves two numbers out.
FIRST_PLACE = {"bert": 0, "xlm-roberta": 2, "roberta": 2}
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
FILES = ("config.json", "model.safetensors", "tokenizer.json")


def open_folder(folder: Path) -> Parts:
    """The encoder in a directory. Raises `NotAnEncoder` with what is missing or different."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise NotAnEncoder(f"{folder} is no encoder: it has no {', '.join(missing)}.")
    config: Dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config.get("model_type")
    if kind not in FIRST_PLACE or config.get("hidden_act", "gelu") != "gelu":
        known = ", ".join(FIRST_PLACE)
        raise NotAnEncoder(f"{folder} is of the kind {kind}; these can be read: {known}.")
    weights = _weights(folder)
    first = FIRST_PLACE[kind]
    shape = Shape(
        width=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        pieces=config["vocab_size"],
        positions=config["max_position_embeddings"],
        types=config.get("type_vocab_size", 1),
        epsilon=config.get("layer_norm_eps", 1e-12),
    )
    return Parts(
        shape=shape,
        longest=shape.positions - first,
        split=_Splitter(folder, prefixed="e5" in folder.name.lower()),
        table=_Table(weights, first),
        layers=_layers(weights, shape),
    )


def _weights(folder: Path) -> Dict[str, np.ndarray]:
    from safetensors.numpy import load_file  # noqa: PLC0415 - only where a folder is used

    found = {}
    for name, value in load_file(folder / "model.safetensors").items():
        short = name.split(".", 1)[1] if name.split(".")[0] in ("bert", "roberta") else name
        found[short] = value.astype(np.float32)
    if "embeddings.word_embeddings.weight" not in found:
        raise NotAnEncoder(f"{folder} has other weights than an encoder of its kind.")
    return found


def _layers(weights: Dict[str, np.ndarray], shape: Shape) -> Dict[str, np.ndarray]:
    found = {
        "emb.ln.w": weights["embeddings.LayerNorm.weight"],
        "emb.ln.b": weights["embeddings.LayerNorm.bias"],
    }
    for layer in range(shape.layers):
        for short, long in PARTS.items():
            for letter, name in (("w", "weight"), ("b", "bias")):
                numbers = weights[f"encoder.layer.{layer}.{long}.{name}"]
                found[f"l{layer}.{short}.{letter}"] = numbers.ravel()
    return found


class _Splitter:
    def __init__(self, folder: Path, *, prefixed: bool) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._inner = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._inner.no_truncation()
        self._inner.no_padding()
        self._prefix = PREFIX if prefixed else ""

    def __call__(self, texts: Sequence[str]) -> List[List[int]]:
        found = self._inner.encode_batch([self._prefix + text for text in texts])
        return [one.ids for one in found]


class _Table:
    def __init__(self, weights: Dict[str, np.ndarray], first: int) -> None:
        self._words = weights["embeddings.word_embeddings.weight"]
        places = weights["embeddings.position_embeddings.weight"][first:]
        self._places = places + weights["embeddings.token_type_embeddings.weight"][0]

    def of(self, pieces: Sequence[int]) -> np.ndarray:
        return np.asarray((self._words[list(pieces)] + self._places[: len(pieces)])[np.newaxis])
