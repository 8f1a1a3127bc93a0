"""Hearing voice messages: the port, and a worker that a test can make fail."""

import stat
import sys
from pathlib import Path

import pytest

from backend.transcripts import service
from backend.transcripts.service import (
    LARGEST,
    CannotStartHearing,
    LocalSpeechModel,
    NobodyListens,
    transcriber,
)

WORKER = """#!{python}
import json, sys
print(json.dumps({{"ready": True}}), flush=True)
for line in sys.stdin:
    sound = open(json.loads(line)["path"], "rb").read()
    if sound == b"crash":
        sys.exit(1)
    print(json.dumps({{"error": "no"}} if sound == b"noise" else {{"text": sound.decode()}}), flush=True)
"""


@pytest.fixture
def model(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    python = tmp_path / "python"
    python.write_text(WORKER.format(python=sys.executable))
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return LocalSpeechModel(tmp_path, python)


async def test_by_default_nobody_listens():
    port = transcriber(None)
    assert isinstance(port, NobodyListens)
    assert (port.listens, await port.transcribe(b"sound")) == (False, None)


async def test_a_voice_message_becomes_words(model):
    assert await model.transcribe(b"m'han robat") == "m'han robat"
    await model.close()


async def test_a_sound_that_cannot_be_read_is_nothing(model):
    assert await model.transcribe(b"noise") is None
    assert await model.transcribe(b"still there") == "still there"
    await model.close()


async def test_a_worker_that_crashes_is_started_again(model):
    assert await model.transcribe(b"crash") is None
    assert await model.transcribe(b"again") == "again"
    await model.close()


async def test_a_worker_that_hangs_is_given_up(model, monkeypatch):
    monkeypatch.setattr(service, "START_SECONDS", 0.001)
    assert await model.transcribe(b"words") is None


async def test_an_enormous_message_is_not_even_tried(model):
    assert await model.transcribe(b"x" * (LARGEST + 1)) is None


def test_a_directory_without_a_model_is_said_so_at_the_start(tmp_path):
    with pytest.raises(CannotStartHearing, match=r"config\.json"):
        transcriber(tmp_path)


def test_a_missing_environment_says_how_to_make_it(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CannotStartHearing, match="make setup-models"):
        LocalSpeechModel(tmp_path, tmp_path / "nowhere")
