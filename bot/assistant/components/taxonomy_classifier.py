"""Kind, category and danger of a message."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.assistant.components.heads import (
    NO,
    YES,
    Features,
    Head,
    Openings,
    danger_threshold,
    fit,
    ranked,
    restore,
    store,
)
from bot.assistant.components.openings import OPENING_OF

INCIDENT_KINDS = ("report", "tip")
QUESTION_KINDS = ("information_request",)
FALLBACK_THRESHOLD = 0.5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TaxonomyClassifier(GraphComponent):
    """Sets `intent` (the kind), `category`, `urgent` and their probabilities.

    Training examples carry category and urgency in the metadata of their block. What is stored are
    arrays and JSON: loading a model executes nothing.
    """

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._features: Optional[Features] = None
        self._heads: Dict[Text, Head] = {}
        self._threshold = FALLBACK_THRESHOLD

    @classmethod
    def required_components(cls) -> List[Any]:
        """It needs sentence vectors."""
        from bot.assistant.components.encoder import E5Featurizer  # noqa: PLC0415

        return [E5Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """What can be set in config.yml.

        `strength`: inverse regularisation; `dense_weight`, `bucket_bits`: see `Features`;
        `recall`: the share of urgent messages the danger threshold must find.
        """
        return {"strength": 0.3, "dense_weight": 0.05, "bucket_bits": 17, "recall": 0.98}

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
        """Fit the heads on the examples' kinds, categories and urgency."""
        every = [e for e in training_data.training_examples if e.get(TEXT) and e.get(INTENT)]
        examples = [example for example in every if not example.get(OPENING_OF)]
        texts = [example.get(TEXT) for example in examples]
        labels = [_labels(example) for example in examples]
        vectors = np.stack([_vector(example) for example in examples])
        print(f"  learning from {len(texts)} messages", flush=True)
        self._features = Features.learn(
            texts, vectors, int(self._config["bucket_bits"]), float(self._config["dense_weight"])
        )
        rows = self._features.of(texts, vectors)
        kinds = np.array([kind for kind, _, _ in labels])
        categories = np.array([category for _, category, _ in labels])
        self._learn("kind", rows, kinds, self._openings(every, texts))
        for name, of in (("incident", INCIDENT_KINDS), ("topic", QUESTION_KINDS)):
            fitting = np.flatnonzero(np.isin(kinds, of) & (categories != ""))
            self._learn(name, rows[fitting], categories[fitting])
        self._learn_danger(rows, np.array([urgent for _, _, urgent in labels]))
        self.persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for the components behind."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Label the messages that have words."""
        worded = [m for m in messages if m.get(TEXT) and _sentence(m) is not None]
        if not worded or self._features is None or "kind" not in self._heads:
            return messages
        texts = [message.get(TEXT) for message in worded]
        rows = self._features.of(texts, np.stack([_vector(message) for message in worded]))
        weighed = {name: head.weigh(rows) for name, head in self._heads.items()}
        for place, message in enumerate(worded):
            self._label(message, {name: table[place] for name, table in weighed.items()})
        return messages

    def persist(self) -> None:
        """Store what was learnt."""
        assert self._features is not None
        with self._storage.write_to(self._resource) as folder:
            store(folder, self._features, self._heads, {"threshold": self._threshold})

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
            classifier._features, classifier._heads, about = restore(folder)
        classifier._threshold = about["threshold"]
        return classifier

    def _openings(self, every: List[Message], texts: List[Text]) -> Optional[Openings]:
        """The openings among the examples; they tell the kind, rarely category or danger."""
        assert self._features is not None
        openings = [example for example in every if example.get(OPENING_OF)]
        if not openings:
            return None
        places = {text: place for place, text in enumerate(texts)}
        rows = self._features.of(
            [example.get(TEXT) for example in openings], np.stack([_vector(e) for e in openings])
        )
        return Openings(rows, np.array([places[e.get(OPENING_OF)] for e in openings]))

    def _learn(
        self,
        name: Text,
        rows: sparse.csr_matrix,
        labels: np.ndarray,
        openings: Optional[Openings] = None,
    ) -> None:
        if len(set(labels)) > 1:
            fitted = fit(rows, labels, self._config["strength"], openings)
            truth = np.searchsorted(fitted.head.labels, labels)
            right = float((fitted.unseen.argmax(axis=1) == truth).mean())
            print(f"  {name}: {right:.3f} of messages kept out of the training", flush=True)
            self._heads[name] = fitted.head

    def _learn_danger(self, rows: sparse.csr_matrix, urgent: np.ndarray) -> None:
        if urgent.all() or not urgent.any():
            return
        fitted = fit(rows, np.where(urgent, YES, NO), self._config["strength"])
        urgency = fitted.unseen[:, fitted.head.labels.index(YES)]
        self._threshold = danger_threshold(urgency, urgent, self._config["recall"])
        self._heads["urgent"] = fitted.head
        raised = urgency >= self._threshold
        print(
            f"  danger: recall {raised[urgent].mean():.3f}, precision {urgent[raised].mean():.3f},"
            f" threshold {self._threshold:.3f}",
            flush=True,
        )

    def _label(self, message: Message, weighed: Dict[Text, np.ndarray]) -> None:
        ranking = ranked(self._heads["kind"].labels, weighed["kind"])
        head = _category_head(ranking[0][0])
        categories: List[Tuple[Text, float]] = []
        if head in weighed:
            categories = ranked(self._heads[head].labels, weighed[head])
        urgency = 0.0
        if "urgent" in weighed:
            urgency = float(weighed["urgent"][self._heads["urgent"].labels.index(YES)])
        as_intents = [{"name": name, "confidence": p} for name, p in ranking]
        message.set(INTENT, as_intents[0], add_to_output=True)
        message.set("intent_ranking", as_intents, add_to_output=True)
        message.set("category", categories[0][0] if categories else "", add_to_output=True)
        message.set("category_ranking", categories[:3], add_to_output=True)
        message.set("urgent", urgency >= self._threshold, add_to_output=True)
        message.set("urgency", round(urgency, 4), add_to_output=True)


def _category_head(kind: Text) -> Text:
    """Which head names the category of a kind; empty when the kind has none."""
    if kind in INCIDENT_KINDS:
        return "incident"
    return "topic" if kind in QUESTION_KINDS else ""


def _labels(example: Message) -> Tuple[Text, Text, bool]:
    """Kind, category and urgency of a training example; the block's metadata holds the last two."""
    metadata: Dict[Text, Any] = example.get("metadata") or {}
    of_block = metadata.get("intent") or metadata
    return example.get(INTENT), of_block.get("category") or "", bool(of_block.get("urgent"))


def _sentence(message: Message) -> Optional[Any]:
    return message.get_dense_features(TEXT)[1]


def _vector(message: Message) -> np.ndarray:
    features = _sentence(message)
    assert features is not None
    return np.asarray(features.features[0])
