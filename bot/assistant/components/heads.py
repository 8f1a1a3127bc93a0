"""Linear decisions on sentence vectors and on n-grams of letters, stored as plain arrays.

Two opinions on each message, one by meaning (the vector) and one by spelling (the n-grams), are
added as logarithms of probabilities and made honest by a temperature (Guo et al., 2017,
arXiv:1706.04599).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Text, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.assistant.words import folded, within_reach

FOLDS = 4
SEED = 7
TEMPERATURES = np.geomspace(0.2, 4.0, 80)
FEWEST = 100  # messages held back that can make a probability honest
SHARPER = 2.0  # what a distance from a margin is worth as a logarithm
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Strengths:
    """Inverse regularisation of both opinions, and what the second counts against the first."""

    meaning: float = 0.01
    spelling: float = 0.3
    share: float = 0.8


@dataclass
class Spelling:
    """How n-grams become numbers: hashed into buckets (2 to the power of `bits`) with their rarity."""

    rarity: np.ndarray
    bits: int

    @classmethod
    def learn(cls, texts: Sequence[Text], bits: int) -> Spelling:
        """The rarities as the training messages have them."""
        counts = _counts(texts, bits)
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        return cls((np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32), bits)

    def of(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """One row a message, of length one."""
        grams = _counts(texts, self.bits)
        grams.data = (1 + np.log(grams.data)) * self.rarity[grams.indices]
        lengths = np.sqrt(np.asarray(grams.multiply(grams).sum(axis=1)).ravel())
        return sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-9)) @ grams)


def _counts(texts: Sequence[Text], bits: int) -> sparse.csr_matrix:
    """Character n-grams, as written and without accents, counted."""
    hashing = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        n_features=2**bits,
        alternate_sign=False,
        norm=None,
        lowercase=False,
        dtype=np.float32,
    )
    written = hashing.transform([within_reach(text).lower() for text in texts])
    return sparse.csr_matrix(written + hashing.transform([folded(text) for text in texts]))


def scaled(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length one, so that each number is about one."""
    return np.asarray(vectors * np.sqrt(vectors.shape[1]), dtype=np.float32)


@dataclass
class Linear:
    """Weights (features x labels) and a bias for each label."""

    weights: np.ndarray
    bias: np.ndarray

    def scores(self, rows: Any) -> np.ndarray:
        """What speaks for each label, one row a message."""
        return np.asarray(rows @ self.weights + self.bias)


@dataclass
class Head:
    """One decision among `labels`."""

    labels: List[Text]
    meaning: Linear
    spelling: Linear
    share: float
    temperature: float = 1.0

    def weigh(self, dense: np.ndarray, grams: sparse.csr_matrix) -> np.ndarray:
        """Probabilities, one row a message, one column a label."""
        return softmax(self.scores(dense, grams) / self.temperature)

    def scores(self, dense: np.ndarray, grams: sparse.csr_matrix) -> np.ndarray:
        """The two opinions as one, not made honest yet."""
        by_spelling = _log_softmax(SHARPER * self.spelling.scores(grams))
        return _log_softmax(self.meaning.scores(dense)) + self.share * by_spelling


@dataclass
class Fitted:
    """A head with what it says of messages that were kept out of its training, and which."""

    head: Head
    unseen: np.ndarray
    places: np.ndarray


def fit(
    dense: np.ndarray,
    grams: sparse.csr_matrix,
    labels: np.ndarray,
    held_back: np.ndarray,
    strengths: Strengths,
) -> Fitted:
    """A head made honest by the messages held back (or in folds, where these are too few).

    The encoder has seen the messages that are not held back: what a head says of them tells nothing.
    """
    names = np.unique(labels)
    kept = np.flatnonzero(held_back)
    taught = np.flatnonzero(~held_back)
    enough = len(kept) >= FEWEST and len(np.unique(labels[taught])) == len(names)
    if enough:
        trial = _fitted(dense[taught], grams[taught], labels[taught], strengths)
        scores = trial.scores(dense[kept], grams[kept])
    else:
        kept = np.arange(len(labels))
        scores = _in_folds(dense, grams, labels, strengths)
    head = _fitted(dense, grams, labels, strengths)
    truth = np.searchsorted(names, labels[kept])
    losses = [
        -np.log(softmax(scores / heat)[np.arange(len(kept)), truth] + 1e-9).mean()
        for heat in TEMPERATURES
    ]
    head.temperature = float(TEMPERATURES[int(np.argmin(losses))])
    return Fitted(head, softmax(scores / head.temperature), kept)


def _fitted(
    dense: np.ndarray, grams: sparse.csr_matrix, labels: np.ndarray, strengths: Strengths
) -> Head:
    meaning = LogisticRegression(C=strengths.meaning, max_iter=300).fit(dense, labels)
    spelling = LinearSVC(C=strengths.spelling, class_weight="balanced", random_state=SEED)
    spelling.fit(grams, labels)
    return Head(meaning.classes_.tolist(), _linear(meaning), _linear(spelling), strengths.share)


def _linear(machine: Any) -> Linear:
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:
        weights = np.hstack([-weights / 2, weights / 2])
        bias = np.array([-bias[0], bias[0]]) / 2
    return Linear(np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32))


def _in_folds(
    dense: np.ndarray, grams: sparse.csr_matrix, labels: np.ndarray, strengths: Strengths
) -> np.ndarray:
    _, counts = np.unique(labels, return_counts=True)
    if counts.min() < FOLDS:
        return _fitted(dense, grams, labels, strengths).scores(dense, grams)
    scores = np.zeros((len(labels), len(counts)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for learn, test in folds.split(scores, labels):
        head = _fitted(dense[learn], grams[learn], labels[learn], strengths)
        scores[test] = head.scores(dense[test], grams[test])
    return scores


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    apart = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(apart - np.log(np.exp(apart).sum(axis=1, keepdims=True)))


def ranked(labels: Sequence[Text], probabilities: np.ndarray) -> List[Tuple[Text, float]]:
    """Labels with their probabilities, likeliest first."""
    order = np.argsort(-probabilities)
    return [(labels[place], round(float(probabilities[place]), 4)) for place in order]


def danger_threshold(urgency: np.ndarray, urgent: np.ndarray, recall: float) -> float:
    """The highest probability at which the wanted share of urgent messages is still found."""
    return float(max(0.01, min(0.5, np.quantile(urgency[urgent], 1 - recall))))


def store(folder: Path, spelling: Spelling, heads: Mapping[Text, Head], about: Any) -> None:
    """Write arrays and JSON into `folder`; nothing in them can be executed.

    The weights of spelling, of which there are millions, are kept in eight bits, a scale a label.
    """
    arrays: Dict[Text, np.ndarray] = {"rarity": spelling.rarity.astype(np.float16)}
    for name, head in heads.items():
        arrays[f"{name}.meaning.weights"] = head.meaning.weights
        arrays[f"{name}.meaning.bias"] = head.meaning.bias
        scale = np.maximum(np.abs(head.spelling.weights).max(axis=0), 1e-9) / 127
        eighths = np.round(head.spelling.weights / scale).astype(np.int8)
        arrays[f"{name}.spelling.weights"] = eighths
        arrays[f"{name}.spelling.scale"] = scale.astype(np.float32)
        arrays[f"{name}.spelling.bias"] = head.spelling.bias
    np.savez_compressed(folder / "heads.npz", **arrays)
    described = {
        "bits": spelling.bits,
        "heads": {n: [head.labels, head.share, head.temperature] for n, head in heads.items()},
        "about": about,
    }
    (folder / "heads.json").write_text(json.dumps(described), encoding="utf-8")


def restore(folder: Path) -> Tuple[Spelling, Dict[Text, Head], Any]:
    """What `store` wrote."""
    described = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
    with np.load(folder / "heads.npz", allow_pickle=False) as arrays:

        def linear(name: Text) -> Linear:
            weights = arrays[f"{name}.weights"].astype(np.float32)
            if f"{name}.scale" in arrays:
                weights *= arrays[f"{name}.scale"]
            return Linear(np.ascontiguousarray(weights), arrays[f"{name}.bias"])

        heads = {
            name: Head(labels, linear(f"{name}.meaning"), linear(f"{name}.spelling"), share, heat)
            for name, (labels, share, heat) in described["heads"].items()
        }
        spelling = Spelling(arrays["rarity"].astype(np.float32), described["bits"])
    return spelling, heads, described["about"]
