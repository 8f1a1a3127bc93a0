"""Hearing, with a speech model that the test makes: a few thousand numbers that know no language."""

import json
import math
import struct
import subprocess
import sys
import wave
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="make setup-models makes the environment for this")

from transformers import (
    Wav2Vec2Config,
    Wav2Vec2CTCTokenizer,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForCTC,
    Wav2Vec2Processor,
)

from backend.transcripts.worker import LONGEST, RATE, CannotHear, Model, samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def speech_model(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("speech")
    letters = {letter: place for place, letter in enumerate(["<pad>", "<unk>", "|", *"abcdefgh"])}
    (folder / "vocab.json").write_text(json.dumps(letters))
    tokenizer = Wav2Vec2CTCTokenizer(
        str(folder / "vocab.json"), pad_token="<pad>", unk_token="<unk>", word_delimiter_token="|"
    )
    Wav2Vec2Processor(Wav2Vec2FeatureExtractor(), tokenizer).save_pretrained(folder)
    config = Wav2Vec2Config(
        vocab_size=len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(16, 16),
        conv_kernel=(10, 3),
        conv_stride=(160, 2),
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    return folder


def tone(path: Path, seconds: float, rate: int = 8_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for place in range(int(seconds * rate)):
            file.writeframesraw(struct.pack("<h", int(12_000 * math.sin(place / 5))))
    return path


def test_a_sound_file_of_any_rate_becomes_what_models_hear(tmp_path):
    heard = samples(tone(tmp_path / "tone.wav", 1.0))
    assert abs(len(heard) - RATE) < 200
    assert abs(heard).max() <= 1.0


def test_a_sound_without_end_is_heard_for_three_minutes(tmp_path):
    assert len(samples(tone(tmp_path / "long.wav", LONGEST + 20))) == RATE * LONGEST


def test_what_is_no_sound_is_refused(tmp_path):
    fake = tmp_path / "voice.ogg"
    fake.write_bytes(b"OggS" + bytes(range(256)) * 10)
    with pytest.raises(CannotHear):
        samples(fake)


def test_a_model_in_a_directory_hears(speech_model, tmp_path):
    assert isinstance(Model(speech_model)(tone(tmp_path / "tone.wav", 0.5)), str)


def test_the_worker_answers_line_by_line_and_outlives_a_bad_file(speech_model, tmp_path):
    good = tone(tmp_path / "tone.wav", 0.5)
    lines = "".join(json.dumps({"path": str(path)}) + "\n" for path in (tmp_path / "no", good))
    done = subprocess.run(
        [sys.executable, "-m", "backend.transcripts.worker", str(speech_model)],
        input=lines,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    ready, bad, heard = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": True}
    assert "error" in bad
    assert set(heard) == {"text"}
