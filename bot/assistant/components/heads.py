"""Linear decisions on sentence vectors and character n-grams, stored as plain arrays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Text, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.assistant.words import folded, within_reach

FOLDS = 4
SEED = 7
TEMPERATURES = np.geomspace(0.05, 2.0, 60)
YES, NO = "yes", "no"


@dataclass
class Features:
    """How messages become numbers: a standardised sentence vector, and n-grams with their rarity.

    `bucket_bits` is the logarithm of the number of n-gram buckets, `dense_weight` the weight of a
    standardised number of the vector against the n-grams, whose row has length one.
    """

    centre: np.ndarray
    spread: np.ndarray
    rarity: np.ndarray
    bucket_bits: int
    dense_weight: float

    @classmethod
    def learn(
        cls, texts: Sequence[Text], vectors: np.ndarray, bucket_bits: int, dense_weight: float
    ) -> Features:
        """The features as the training messages have them."""
        counts = _counts(texts, bucket_bits)
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
        return cls(
            centre=vectors.mean(axis=0).astype(np.float32),
            spread=(vectors.std(axis=0) + 1e-6).astype(np.float32),
            rarity=rarity.astype(np.float32),
            bucket_bits=bucket_bits,
            dense_weight=dense_weight,
        )

    def of(self, texts: Sequence[Text], vectors: np.ndarray) -> sparse.csr_matrix:
        """One row a message: the vector's numbers, then the n-grams."""
        dense = (vectors - self.centre) / self.spread * self.dense_weight
        grams = _counts(texts, self.bucket_bits)
        grams.data = (1 + np.log(grams.data)) * self.rarity[grams.indices]
        lengths = np.sqrt(np.asarray(grams.multiply(grams).sum(axis=1)).ravel())
        grams = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ grams
        return sparse.hstack([sparse.csr_matrix(dense), grams], format="csr", dtype=np.float32)


def _counts(texts: Sequence[Text], bucket_bits: int) -> sparse.csr_matrix:
    """Character n-grams, as written and without accents, counted."""
    hashing = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        n_features=2**bucket_bits,
        alternate_sign=False,
        norm=None,
        lowercase=False,
    )
    written = hashing.transform([within_reach(text).lower() for text in texts])
    return sparse.csr_matrix(written + hashing.transform([folded(text) for text in texts]))


@dataclass
class Head:
    """One decision among `labels`.

    Weights (features x labels) and bias give scores, the temperature makes them probabilities.
    """

    labels: List[Text]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float = 1.0

    def weigh(self, features: sparse.csr_matrix) -> np.ndarray:
        """Probabilities, one row a message, one column a label."""
        return _softmax(self.scores(features) / self.temperature)

    def scores(self, features: sparse.csr_matrix) -> np.ndarray:
        """How much speaks for each label, uncalibrated."""
        return np.asarray(features @ self.weights + self.bias)


@dataclass
class Fitted:
    """A head with what it says of each training message when that was kept out of its training."""

    head: Head
    unseen: np.ndarray


@dataclass
class Openings:
    """Rows to learn from besides the whole messages.

    `of` is the place of the message each is the opening of, so that a message and its opening are
    never on two sides of a fold.
    """

    features: sparse.csr_matrix
    of: np.ndarray


def fit(
    features: sparse.csr_matrix,
    labels: np.ndarray,
    strength: float,
    openings: Optional[Openings] = None,
) -> Fitted:
    """A calibrated head: the temperature is the likeliest one on folds it has not seen."""
    every = np.arange(len(labels))
    unseen = _unseen_scores(features, labels, strength, openings)
    head = _fit_once(*_with_openings(features, labels, every, openings), strength)
    if unseen is None:  # too few messages to hold any back
        return Fitted(head, head.weigh(features))
    truth = np.searchsorted(head.labels, labels)
    losses = [-np.log(_softmax(unseen / heat)[every, truth] + 1e-9).mean() for heat in TEMPERATURES]
    head.temperature = float(TEMPERATURES[int(np.argmin(losses))])
    return Fitted(head, _softmax(unseen / head.temperature))


def _fit_once(features: sparse.csr_matrix, labels: np.ndarray, strength: float) -> Head:
    machine = LinearSVC(C=strength, class_weight="balanced", random_state=SEED)
    machine.fit(features, labels)
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:
        weights = np.hstack([-weights / 2, weights / 2])
        bias = np.array([-bias[0], bias[0]]) / 2
    return Head(machine.classes_.tolist(), weights.astype(np.float32), bias.astype(np.float32))


def _with_openings(
    features: sparse.csr_matrix,
    labels: np.ndarray,
    rows: np.ndarray,
    openings: Optional[Openings],
) -> Tuple[sparse.csr_matrix, np.ndarray]:
    """What is learnt from when these rows are."""
    if openings is None:
        return features[rows], labels[rows]
    theirs = np.flatnonzero(np.isin(openings.of, rows))
    both = sparse.vstack([features[rows], openings.features[theirs]], format="csr")
    return both, np.concatenate([labels[rows], labels[openings.of[theirs]]])


def _unseen_scores(
    features: sparse.csr_matrix,
    labels: np.ndarray,
    strength: float,
    openings: Optional[Openings],
) -> Optional[np.ndarray]:
    names, counts = np.unique(labels, return_counts=True)
    if counts.min() < FOLDS:
        return None
    scores = np.zeros((len(labels), len(names)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for learn, test in folds.split(scores, labels):
        seen = _with_openings(features, labels, learn, openings)
        scores[test] = _fit_once(*seen, strength).scores(features[test])
    return scores


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def ranked(labels: Sequence[Text], probabilities: np.ndarray) -> List[Tuple[Text, float]]:
    """Labels with their probabilities, likeliest first."""
    order = np.argsort(-probabilities)
    return [(labels[place], round(float(probabilities[place]), 4)) for place in order]


def danger_threshold(urgency: np.ndarray, urgent: np.ndarray, recall: float) -> float:
    """The highest probability at which the wanted share of urgent messages is still found."""
    return float(max(0.01, min(0.5, np.quantile(urgency[urgent], 1 - recall))))


def store(folder: Path, features: Features, heads: Mapping[Text, Head], about: Any) -> None:
    """Write arrays and JSON into `folder`; nothing in them can be executed."""
    arrays: Dict[Text, np.ndarray] = {
        "centre": features.centre,
        "spread": features.spread,
        "rarity": features.rarity.astype(np.float16),
    }
    for name, head in heads.items():
        arrays[f"{name}.weights"] = head.weights.astype(np.float16)
        arrays[f"{name}.bias"] = head.bias
    np.savez(folder / "heads.npz", **arrays)
    described = {
        "bucket_bits": features.bucket_bits,
        "dense_weight": features.dense_weight,
        "heads": {name: [head.labels, head.temperature] for name, head in heads.items()},
        "about": about,
    }
    (folder / "heads.json").write_text(json.dumps(described), encoding="utf-8")


def restore(folder: Path) -> Tuple[Features, Dict[Text, Head], Any]:
    """What `store` wrote."""
    described = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
    with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
        features = Features(
            centre=arrays["centre"],
            spread=arrays["spread"],
            rarity=arrays["rarity"].astype(np.float32),
            bucket_bits=described["bucket_bits"],
            dense_weight=described["dense_weight"],
        )
        heads = {
            name: Head(
                labels,
                np.ascontiguousarray(arrays[f"{name}.weights"].astype(np.float32)),
                arrays[f"{name}.bias"],
                temperature,
            )
            for name, (labels, temperature) in described["heads"].items()
        }
    return features, heads, described["about"]
