"""The heads: what is learnt is what is stored, and nothing stored can be executed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.components.encoder import E5Featurizer
from bot.assistant.components.heads import danger_threshold
from bot.assistant.components.taxonomy_classifier import TaxonomyClassifier
from bot.assistant.encoder.memory import Memory
from tests.bot.assistant.conftest import MESSAGES

CONTEXT = ExecutionContext(GraphSchema({}))
RESOURCE = Resource("heads")
UNSEEN = ["someone stole my bag", "when is the station open", "hello", "they are beating him now"]


def _encoder() -> E5Featurizer:
    return E5Featurizer("e5")


def _memory(cache: Path) -> Memory:
    return Memory("trained", cache)


def _trained(storage: LocalModelStorage) -> TaxonomyClassifier:
    data = RasaYAMLReader().reads(MESSAGES)
    config = TaxonomyClassifier.get_default_config()
    classifier = TaxonomyClassifier.create(config, storage, RESOURCE, CONTEXT)
    classifier.train(data)
    return classifier


def _weighed(classifier: TaxonomyClassifier) -> list[dict[str, Any]]:
    messages = _encoder().process([Message.build(text) for text in UNSEEN])
    return [message.as_dict() for message in classifier.process(messages)]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("storage"))


@pytest.fixture(scope="module")
def trained(storage: LocalModelStorage) -> TaxonomyClassifier:
    return _trained(storage)


def test_unseen_messages_are_labelled(trained: TaxonomyClassifier) -> None:
    rows = _weighed(trained)

    assert [row["intent"]["name"] for row in rows] == [
        "report",
        "information_request",
        "smalltalk",
        "report",
    ]
    assert [row["category"] for row in rows] == ["theft", "station_info", "", "assault"]
    assert [row["urgent"] for row in rows][::3] == [False, True]


def test_probabilities_add_up_and_the_likeliest_is_the_kind(trained: TaxonomyClassifier) -> None:
    for row in _weighed(trained):
        ranking = row["intent_ranking"]
        assert sum(one["confidence"] for one in ranking) == pytest.approx(1, abs=0.01)
        assert ranking[0] == row["intent"]
        assert ranking[0]["confidence"] == max(one["confidence"] for one in ranking)


def test_a_stored_classifier_says_the_same(
    trained: TaxonomyClassifier, storage: LocalModelStorage
) -> None:
    config = TaxonomyClassifier.get_default_config()

    loaded = TaxonomyClassifier.load(config, storage, RESOURCE, CONTEXT)

    for before, after in zip(_weighed(trained), _weighed(loaded), strict=False):
        assert after["intent"]["name"] == before["intent"]["name"]
        assert after["category"] == before["category"]
        assert after["urgency"] == pytest.approx(before["urgency"], abs=0.005)


def test_nothing_stored_can_be_executed(
    trained: TaxonomyClassifier, storage: LocalModelStorage
) -> None:
    with storage.read_from(RESOURCE) as folder:
        assert sorted(path.name for path in Path(folder).iterdir()) == ["heads.json", "heads.npz"]
        json.loads((folder / "heads.json").read_text())
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


def test_the_danger_threshold_finds_the_wanted_share() -> None:
    urgency = np.concatenate([np.linspace(0.2, 0.9, 100), np.linspace(0.0, 0.3, 100)])
    urgent = np.arange(200) < 100

    threshold = danger_threshold(urgency, urgent, recall=0.95)

    assert 0.95 <= (urgency[:100] >= threshold).mean() < 1


def test_vectors_of_training_messages_are_remembered(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    first = _memory(cache).vectors(["hello", "good morning"])
    again = _memory(cache)
    again._engine = "an engine that cannot be used"

    assert np.allclose(again.vectors(["good morning", "hello"]), first[::-1])


def test_a_half_written_memory_is_made_again(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    cache.write_bytes(b"PK half a file")

    vectors = _memory(cache).vectors(["hello"])

    assert vectors.shape == (1, 384)
    assert zipfile.is_zipfile(cache)


def test_the_memory_holds_no_words(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    _memory(cache).vectors(["xylophonist"])

    assert b"xylophonist" not in cache.read_bytes()
    assert "xylophonist".encode("utf-32-le") not in cache.read_bytes()
