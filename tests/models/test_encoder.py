"""Training the encoder, on a tiny one that the test makes: does it learn, and does nothing get lost?"""

import pytest

pytest.importorskip("torch", reason="make setup-models makes the environment for this")

import numpy as np
import torch
from transformers import BertConfig, BertModel

from bot.assistant.encoder import train as training
from bot.assistant.encoder.file import Shape, Words
from bot.assistant.encoder.folder import open_folder
from bot.assistant.encoder.model import padded, pooled, take, tensors
from bot.assistant.encoder.tokens import Tokens
from bot.assistant.encoder.train import Plan, judged, settled, train
from bot.assistant.messages import Told

LETTERS = "abcdefghijklmnopqrstuvwxyz "
WORDS = Words(
    pieces=["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS.strip()],
    scores=np.full(31, -1.0, dtype=np.float32),
    begin=0,
    end=2,
    padding=1,
    unknown=3,
    becomes={},
)
SHAPE = Shape(32, 2, 2, 64, 31, 128, 1, 1e-12)


class Tiny:
    """As much of an encoder's file as training asks for."""

    shape, words = SHAPE, WORDS


@pytest.fixture
def model(monkeypatch):
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=31,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        type_vocab_size=1,
        pad_token_id=1,
    )
    made = BertModel(config, add_pooling_layer=False)
    monkeypatch.setattr(training, "to_model", lambda _: made)
    return made


def messages() -> list[Told]:
    stories = {
        ("report", "theft", False): ["my bike is gone", "bag stolen", "phone taken", "bike taken"],
        ("report", "assault", True): [
            "he hits me",
            "help he hits her",
            "he hits him now",
            "hits me",
        ],
        ("information_request", "documents", False): [
            "renew pass",
            "new pass",
            "pass cost",
            "my pass",
        ],
        ("information_request", "station_info", False): [
            "open when",
            "when open",
            "are you open",
            "open",
        ],
    }
    return [
        Told("en", text, kind, category, urgent)
        for (kind, category, urgent), texts in stories.items()
        for text in texts
    ]


def test_what_is_taught_is_learnt_and_the_vectors_of_words_stay(model):
    before = model.embeddings.word_embeddings.weight.clone()
    result = train(
        Tiny(), messages(), Plan(rounds=80, batch=8, pace=3e-3, head_pace=2e-2), lambda _: None
    )
    found = judged(result.model, result.heads, Tokens(WORDS), messages())
    assert found["kind"] > 0.8
    assert torch.equal(model.embeddings.word_embeddings.weight, before)


def test_training_that_goes_on_refuses_other_labels(model):
    start = train(Tiny(), messages(), Plan(rounds=1), lambda _: None)
    fewer = [one for one in messages() if one.category != "documents"]
    with pytest.raises(ValueError, match="other labels"):
        train(Tiny(), fewer, Plan(rounds=1), lambda _: None, start)


def test_decisions_settle_on_a_taught_encoder_without_moving_it(model):
    taught = train(
        Tiny(), messages(), Plan(rounds=80, batch=8, pace=3e-3, head_pace=2e-2), lambda _: None
    ).model
    before = [weight.clone() for weight in taught.parameters()]
    heads = settled(taught, Tiny(), messages(), Plan(head_pace=2e-2))
    assert judged(taught, heads.eval(), Tokens(WORDS), messages())["kind"] > 0.8
    assert all(map(torch.equal, taught.parameters(), before))


def test_the_layers_of_a_file_are_taken_over_as_they_stand(model):
    numbers = {name: tensor + 1.0 for name, tensor in tensors(model, SHAPE).items()}
    take(model, {name: tensor.ravel() for name, tensor in numbers.items()}, SHAPE)
    now = tensors(model, SHAPE)
    assert all(np.array_equal(now[name], numbers[name]) for name in numbers)


def test_padding_changes_no_vector(model):
    model.eval()
    tokens = Tokens(WORDS)
    with torch.inference_mode():
        alone = pooled(model, *padded(tokens, ["my bike"]))
        beside = pooled(model, *padded(tokens, ["my bike", "my bike is gone and my bag too"]))[:1]
    assert torch.allclose(alone, beside, atol=1e-5)


def test_a_directory_that_transformers_wrote_gives_the_same_vectors(model, tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers

    model.eval().save_pretrained(tmp_path)
    inner = Tokenizer(
        models.Unigram(list(zip(WORDS.pieces, WORDS.scores.tolist(), strict=True)), unk_id=3)
    )
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.save(str(tmp_path / "tokenizer.json"))
    parts = open_folder(tmp_path)
    names = dict(model.named_parameters())
    assert np.allclose(
        parts.layers["l1.fi.w"], names["encoder.layer.1.intermediate.dense.weight"].detach().ravel()
    )
    ids = parts.split(["my bike"])[0]
    with torch.inference_mode():
        embedded = model.embeddings.word_embeddings(torch.tensor([ids]))
        embedded = embedded + model.embeddings.position_embeddings.weight[: len(ids)]
        embedded = embedded + model.embeddings.token_type_embeddings.weight[0]
    assert np.allclose(parts.table.of(ids), embedded.numpy(), atol=1e-6)
