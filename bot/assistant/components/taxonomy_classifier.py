"""Kind, category and danger of a message: linear heads on sentence vectors and character n-grams."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.assistant.words import folded, within_reach

log = logging.getLogger(__name__)

INCIDENT_KINDS = ("report", "tip")
QUESTION_KINDS = ("information_request",)
FOLDS = 4


@dataclass
class Head:
    """One linear decision: `labels`, and a weight row and bias for each."""

    labels: List[Text]
    dense: np.ndarray  # labels x vector length
    grams: np.ndarray  # labels x buckets
    bias: np.ndarray

    def weigh(self, dense: np.ndarray, grams: sparse.csr_matrix) -> np.ndarray:
        """Probabilities, one row a message, one column a label."""
        scores = dense @ self.dense.T + grams @ self.grams.T.astype(np.float32) + self.bias
        scores = scores - scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


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
        self._heads: Dict[Text, Head] = {}
        self._centre = np.zeros(1, dtype=np.float32)
        self._scale = 1.0
        self._threshold = 0.5
        self._hash = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            n_features=2 ** int(config["bucket_bits"]),
            alternate_sign=False,
            norm="l2",
            lowercase=False,
        )

    @classmethod
    def required_components(cls) -> List[Any]:
        """It needs sentence vectors."""
        from bot.assistant.components.encoder import E5Featurizer  # noqa: PLC0415

        return [E5Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`strength`: inverse regularisation; `dense_weight`: of the vector against the n-grams;
        `recall`: of urgent messages aimed at when the danger threshold is set."""
        return {"strength": 10.0, "dense_weight": 4.0, "bucket_bits": 16, "recall": 0.98}

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
        examples = [e for e in training_data.training_examples if e.get(TEXT) and e.get(INTENT)]
        labels = [_labels(example) for example in examples]
        raw = np.stack([_vector(example) for example in examples])
        self._centre = raw.mean(axis=0)
        self._scale = float(self._config["dense_weight"] / np.linalg.norm(raw - self._centre, axis=1).mean())
        dense, grams = self._features([e.get(TEXT) for e in examples], raw)
        kinds = np.array([kind for kind, _, _ in labels])
        categories = np.array([category for _, category, _ in labels])
        urgent = np.array(["yes" if u else "no" for _, _, u in labels])
        print(f"  {len(examples)} messages", flush=True)
        self._heads["kind"] = self._fit(dense, grams, kinds)
        for name, of in (("incident", INCIDENT_KINDS), ("topic", QUESTION_KINDS)):
            rows = np.flatnonzero(np.isin(kinds, of) & (categories != ""))
            if len(set(categories[rows])) > 1:
                self._heads[name] = self._fit(dense[rows], grams[rows], categories[rows])
        if len(set(urgent)) > 1:
            self._threshold = self._danger_threshold(dense, grams, urgent)
            self._heads["urgent"] = self._fit(dense, grams, urgent)
        self.persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for the components behind."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Label the messages that have words."""
        worded = [message for message in messages if message.get(TEXT) and _has_vector(message)]
        if worded and "kind" in self._heads:
            raw = np.stack([_vector(message) for message in worded])
            dense, grams = self._features([message.get(TEXT) for message in worded], raw)
            kinds = self._heads["kind"].weigh(dense, grams)
            for place, message in enumerate(worded):
                self._label(message, dense[place : place + 1], grams[place], kinds[place])
        return messages

    def _label(
        self, message: Message, dense: np.ndarray, grams: sparse.csr_matrix, kinds: np.ndarray
    ) -> None:
        ranking = _ranked(self._heads["kind"].labels, kinds)
        kind = ranking[0][0]
        head = "incident" if kind in INCIDENT_KINDS else "topic" if kind in QUESTION_KINDS else None
        categories: List[Tuple[Text, float]] = []
        if head in self._heads:
            fitting = self._heads[head]
            categories = _ranked(fitting.labels, fitting.weigh(dense, grams)[0])
        urgency = 0.0
        if "urgent" in self._heads:
            danger = self._heads["urgent"]
            urgency = float(danger.weigh(dense, grams)[0][danger.labels.index("yes")])
        as_intents = [{"name": name, "confidence": p} for name, p in ranking]
        message.set(INTENT, as_intents[0], add_to_output=True)
        message.set("intent_ranking", as_intents, add_to_output=True)
        message.set("category", categories[0][0] if categories else "", add_to_output=True)
        message.set("category_ranking", categories[:3], add_to_output=True)
        message.set("urgent", urgency >= self._threshold, add_to_output=True)
        message.set("urgency", round(urgency, 4), add_to_output=True)

    def _features(
        self, texts: List[Text], raw: np.ndarray
    ) -> Tuple[np.ndarray, sparse.csr_matrix]:
        dense = ((raw - self._centre) * self._scale).astype(np.float32)
        written = self._hash.transform([within_reach(text).lower() for text in texts])
        plain = self._hash.transform([folded(text) for text in texts])
        return dense, sparse.csr_matrix((written + plain) * 0.5, dtype=np.float32)

    def _fit(self, dense: np.ndarray, grams: sparse.csr_matrix, labels: np.ndarray) -> Head:
        both = sparse.hstack([sparse.csr_matrix(dense), grams * 2.0], format="csr")
        model = LogisticRegression(
            C=self._config["strength"], max_iter=200, class_weight="balanced", multi_class="multinomial"
        )
        model.fit(both, labels)
        weights, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # one row stands for two labels
            weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0], bias[0]]) / 2
        split = dense.shape[1]
        return Head(
            labels=model.classes_.tolist(),
            dense=weights[:, :split].astype(np.float32),
            grams=(weights[:, split:] * 2.0).astype(np.float32),
            bias=bias.astype(np.float32),
        )

    def _danger_threshold(
        self, dense: np.ndarray, grams: sparse.csr_matrix, urgent: np.ndarray
    ) -> float:
        """The highest threshold that still finds the wanted share of urgent messages unseen."""
        unseen = np.zeros(len(urgent))
        if min((urgent == "yes").sum(), (urgent == "no").sum()) < FOLDS:
            return 0.5
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
        for learn, test in folds.split(dense, urgent):
            head = self._fit(dense[learn], grams[learn], urgent[learn])
            unseen[test] = head.weigh(dense[test], grams[test])[:, head.labels.index("yes")]
        threshold = float(np.quantile(unseen[urgent == "yes"], 1 - self._config["recall"]))
        raised = unseen >= threshold
        recall = float(raised[urgent == "yes"].mean())
        precision = float((urgent[raised] == "yes").mean())
        print(
            f"  danger on unseen folds: recall {recall:.3f}, precision {precision:.3f},"
            f" threshold {threshold:.3f}",
            flush=True,
        )
        return max(0.02, min(threshold, 0.5))

    def persist(self) -> None:
        """Store the heads as arrays and JSON."""
        with self._storage.write_to(self._resource) as folder:
            arrays: Dict[Text, np.ndarray] = {"centre": self._centre}
            for name, head in self._heads.items():
                arrays[f"{name}.dense"] = head.dense
                arrays[f"{name}.grams"] = head.grams.astype(np.float16)
                arrays[f"{name}.bias"] = head.bias
            np.savez(folder / "heads.npz", **arrays)
            about = {
                "labels": {name: head.labels for name, head in self._heads.items()},
                "scale": self._scale,
                "threshold": self._threshold,
            }
            (folder / "heads.json").write_text(json.dumps(about), encoding="utf-8")

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
            about = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
            with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
                classifier._centre = arrays["centre"]
                classifier._scale = about["scale"]
                classifier._threshold = about["threshold"]
                for name, labels in about["labels"].items():
                    classifier._heads[name] = Head(
                        labels,
                        arrays[f"{name}.dense"],
                        arrays[f"{name}.grams"].astype(np.float32),
                        arrays[f"{name}.bias"],
                    )
        return classifier


def _labels(example: Message) -> Tuple[Text, Text, bool]:
    """Kind, category and urgency of a training example; the block's metadata holds the last two."""
    metadata: Dict[Text, Any] = example.get("metadata") or {}
    of_block = metadata.get("intent") or metadata
    return example.get(INTENT), of_block.get("category") or "", bool(of_block.get("urgent"))


def _sentence(message: Message) -> Optional[Any]:
    return message.get_dense_features(TEXT)[1]


def _has_vector(message: Message) -> bool:
    return _sentence(message) is not None


def _vector(message: Message) -> np.ndarray:
    features = _sentence(message)
    assert features is not None and features.type == FEATURE_TYPE_SENTENCE
    return np.asarray(features.features[0])


def _ranked(labels: List[Text], probabilities: np.ndarray) -> List[Tuple[Text, float]]:
    order = np.argsort(-probabilities)
    return [(labels[place], round(float(probabilities[place]), 4)) for place in order]
