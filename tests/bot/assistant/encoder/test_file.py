"""The engine's file, read and written."""

import numpy as np
import pytest

from bot.assistant.encoder.file import (
    NotAnEncoder,
    packed,
    read,
    trained_names,
    unpacked,
    with_tensors,
)
from bot.assistant.encoder.trained import stock


@pytest.fixture(scope="module")
def base():
    return read(stock())


def back(numbers: np.ndarray) -> np.ndarray:
    return unpacked(np.frombuffer(packed(numbers), dtype=np.uint8))


def test_what_was_packed_once_is_packed_without_loss(base):
    numbers = base.numbers("l3.fi.w")
    assert np.array_equal(back(numbers), numbers)


def test_packing_loses_little_of_any_numbers():
    numbers = np.random.default_rng(1).normal(size=320 * 32).astype(np.float32)
    assert np.sqrt(((back(numbers) - numbers) ** 2).mean()) < 0.09


def test_nothing_but_zeros_stays_zeros():
    assert not back(np.zeros(64, dtype=np.float32)).any()


def test_the_words_of_all_languages_are_there(base):
    pieces = set(base.words.pieces)
    assert {"▁the", "▁de", "▁policía", "▁поліції", "▁من", "▁میں", "我"} <= pieces


def test_a_tensor_of_another_length_is_refused(base):
    with pytest.raises(NotAnEncoder, match=r"l0\.q\.w"):
        with_tensors(base, {"l0.q.w": b"short"})


def test_the_layers_alone_are_trained(base):
    names = set(trained_names(base.shape))
    assert len(names) == 16 * base.shape.layers
    assert not any(name.startswith("emb.") for name in names)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"E5S1" + bytes(40)])
def test_another_file_is_no_encoder(tmp_path, content):
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(NotAnEncoder):
        read(path)


def test_a_file_that_was_cut_off_is_no_encoder(tmp_path, base):
    path = tmp_path / "half.bin"
    path.write_bytes(base.raw[: len(base.raw) // 2])
    with pytest.raises(NotAnEncoder, match="cut off"):
        read(path)
