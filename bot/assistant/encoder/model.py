"""The encoder as a Hugging Face model, and back. Needs `transformers` and `torch`."""

from __future__ import annotations

from typing import Dict, Mapping, Sequence, Tuple

import numpy as np
import torch
from torch import nn
from transformers import BertConfig, BertModel

from bot.assistant.encoder.file import EncoderFile, Shape, trained_names
from bot.assistant.encoder.folder import PARTS
from bot.assistant.encoder.tokens import Tokens

LONGEST = 128  # tokens of a message that training reads; the engine reads all of them

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def parameter_names(shape: Shape) -> Dict[str, str]:
    """The name of each of the file's tensors in the Hugging Face model."""
    found = dict(_EMBEDDINGS)
    for layer in range(shape.layers):
        for short, long in PARTS.items():
            found[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            found[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return found


def to_model(encoder: EncoderFile) -> BertModel:
    """The file's weights in a `BertModel`, in 32-bit numbers."""
    shape = encoder.shape
    model = BertModel(
        BertConfig(
            vocab_size=shape.pieces,
            hidden_size=shape.width,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.inner,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.types,
            layer_norm_eps=shape.epsilon,
            pad_token_id=encoder.words.padding,
        ),
        add_pooling_layer=False,
    )
    names = parameter_names(shape)
    take(model, {tensor: encoder.numbers(tensor) for tensor in names}, shape)
    return model.eval()


def take(model: BertModel, numbers: Mapping[str, np.ndarray], shape: Shape) -> None:
    """Put tensors, flat and named as in the file, into the model."""
    own, names = dict(model.named_parameters()), parameter_names(shape)
    with torch.no_grad():
        for tensor, flat in numbers.items():
            place = own[names[tensor]]
            place.copy_(torch.from_numpy(np.asarray(flat)).view_as(place))


def padded(tokens: Tokens, texts: Sequence[str]) -> Tuple[torch.Tensor, torch.Tensor]:
    """Piece numbers and which of them count, both (texts, longest text)."""
    rows = [torch.tensor(pieces[:LONGEST]) for pieces in tokens(texts)]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=tokens.padding)
    return ids, (ids != tokens.padding).long()


def pooled(model: BertModel, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Sentence vectors: the mean over a message's tokens, at length one. Shape (texts, width)."""
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    weight = mask.unsqueeze(-1).float()
    mean = (hidden * weight).sum(dim=1) / weight.sum(dim=1)
    return torch.nn.functional.normalize(mean, dim=1)


def vectors(model: BertModel, tokens: Tokens, texts: Sequence[str], batch: int = 64) -> np.ndarray:
    """Sentence vectors of any number of texts, without training anything."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(texts), batch):
            found.append(pooled(model, *padded(tokens, texts[start : start + batch])).numpy())
    return np.concatenate(found)


def tensors(model: BertModel, shape: Shape) -> Dict[str, np.ndarray]:
    """The layers' numbers by the names of the engine's file."""
    own = {name: value.detach().float().numpy() for name, value in model.named_parameters()}
    names = parameter_names(shape)
    return {name: own[names[name]] for name in trained_names(shape)}
