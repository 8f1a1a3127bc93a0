"""Kind, category and danger of a message, as a part of Rasa's pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant import decided
from bot.assistant.decisions import Decisions, Settings, Understood
from bot.assistant.encoder.memory import Memory, chosen
from bot.assistant.messages import Told


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TaxonomyClassifier(GraphComponent):
    """Sets `intent` (the kind), `category`, `urgent` and their probabilities.

    Training examples carry category and urgency in the metadata of their block. Decisions that are
    shipped for just these examples are taken as they are; else they are learnt. What is stored are
    arrays and JSON: loading a model executes nothing.
    """

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._settings = Settings.of(config)
        self._memory = Memory(chosen(), Path(config["cache"]) if config["cache"] else None)
        self._storage = model_storage
        self._resource = resource
        self._decisions: Optional[Decisions] = None

    @classmethod
    def required_components(cls) -> List[Any]:
        """It needs sentence vectors."""
        from bot.assistant.components.encoder import E5Featurizer  # noqa: PLC0415

        return [E5Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """What can be set in config.yml: see `Settings`; `cache` keeps the examples' vectors."""
        return {"bits": Settings.bits, "recall": Settings.recall, "cache": None}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TaxonomyClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the shipped decisions, or learn from the examples' kinds, categories and urgency."""
        examples = [
            _told(example)
            for example in training_data.training_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        mark = decided.made_of(examples, self._memory.choice, self._settings)
        self._decisions = decided.shipped(mark) or self._learnt(examples)
        self.persist()
        return self._resource

    def _learnt(self, examples: List[Told]) -> Decisions:
        print(f"  learning from {len(examples)} messages", flush=True)
        return Decisions.learn(
            examples,
            self._memory.vectors([one.text for one in examples]),
            self._settings,
            lambda line: print(line, flush=True),
        )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for the components behind."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Label the messages that have words."""
        worded = [m for m in messages if m.get(TEXT) and _sentence(m) is not None]
        if not worded or self._decisions is None or "kind" not in self._decisions.heads:
            return messages
        texts = [message.get(TEXT) for message in worded]
        vectors = np.stack([_vector(message) for message in worded])
        for message, understood in zip(worded, self._decisions.of(texts, vectors)):
            _label(message, understood)
        return messages

    def persist(self) -> None:
        """Store what was learnt."""
        assert self._decisions is not None
        with self._storage.write_to(self._resource) as folder:
            self._decisions.store(folder)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TaxonomyClassifier:
        """The classifier as it was stored."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._decisions = Decisions.restore(folder)
        return classifier


def _label(message: Message, understood: Understood) -> None:
    as_intents = [{"name": name, "confidence": share} for name, share in understood.kinds]
    categories = understood.categories
    message.set(INTENT, as_intents[0], add_to_output=True)
    message.set("intent_ranking", as_intents, add_to_output=True)
    message.set("category", categories[0][0] if categories else "", add_to_output=True)
    message.set("category_ranking", categories[:3], add_to_output=True)
    message.set("urgent", understood.urgent, add_to_output=True)
    message.set("urgency", round(understood.urgency, 4), add_to_output=True)


def _told(example: Message) -> Told:
    """A training example; the block's metadata holds category and urgency."""
    metadata: Dict[Text, Any] = example.get("metadata") or {}
    of_block = metadata.get("intent") or metadata
    return Told(
        language="",
        text=example.get(TEXT),
        kind=example.get(INTENT),
        category=of_block.get("category") or "",
        urgent=bool(of_block.get("urgent")),
    )


def _sentence(message: Message) -> Optional[Any]:
    return message.get_dense_features(TEXT)[1]


def _vector(message: Message) -> np.ndarray:
    features = _sentence(message)
    assert features is not None
    return np.asarray(features.features[0])
