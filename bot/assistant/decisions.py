"""What a message is taken for: kind, category and danger, decided on its vector and its spelling."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Sequence, Text, Tuple

import numpy as np

from bot.assistant.components.heads import (
    NO,
    YES,
    Fitted,
    Head,
    Spelling,
    Strengths,
    danger_threshold,
    fit,
    ranked,
    restore,
    scaled,
    store,
)
from bot.assistant.messages import INCIDENT_KINDS, QUESTION_KINDS, Told, held_back

Ranking = List[Tuple[Text, float]]


@dataclass(frozen=True)
class Settings:
    """`bits`: see `Spelling`; `recall`: the share of urgent messages the threshold must find.

    That share is of the messages held back, which are hard neighbours on purpose: 0.925 of them is
    more than 0.97 of the evaluation messages, and the words of danger add to it.
    """

    bits: int = 17
    recall: float = 0.925
    strengths: Strengths = field(default_factory=Strengths)

    @classmethod
    def of(cls, config: Mapping[Text, Any]) -> Settings:
        """As a part of the pipeline sets them; what it leaves out is as above."""
        return cls(
            bits=int(config.get("bits", cls.bits)), recall=float(config.get("recall", cls.recall))
        )


@dataclass(frozen=True)
class Understood:
    """Kinds and categories, likeliest first, and the probability of danger."""

    kinds: Ranking
    categories: Ranking
    urgency: float
    urgent: bool


@dataclass
class Decisions:
    """The trained decisions."""

    spelling: Spelling
    heads: Dict[Text, Head]
    threshold: float

    @classmethod
    def learn(
        cls,
        messages: Sequence[Told],
        vectors: np.ndarray,
        settings: Settings,
        say: Callable[[Text], None],
    ) -> Decisions:
        """Decisions learnt from messages and their vectors; `say` gets what they are worth."""
        texts = [one.text for one in messages]
        spelling = Spelling.learn(texts, settings.bits)
        rows = scaled(vectors), spelling.of(texts)
        kinds = np.array([one.kind for one in messages])
        categories = np.array([one.category for one in messages])
        apart = np.array([held_back(one.text) for one in messages])
        found = cls(spelling, {}, 0.5)

        def learn(name: Text, labels: np.ndarray, among: np.ndarray) -> "Fitted | None":
            places = np.flatnonzero(among)
            if len(set(labels[places])) < 2:
                return None
            dense, grams = rows[0][places], rows[1][places]
            fitted = fit(dense, grams, labels[places], apart[places], settings.strengths)
            found.heads[name] = fitted.head
            truth = np.searchsorted(fitted.head.labels, labels[places][fitted.places])
            right = float((fitted.unseen.argmax(axis=1) == truth).mean())
            say(f"  {name}: {right:.3f} of {len(truth)} messages kept out of the training")
            return fitted

        everyone = np.ones(len(texts), dtype=bool)
        learn("kind", kinds, everyone)
        learn("incident", categories, np.isin(kinds, INCIDENT_KINDS) & (categories != ""))
        learn("topic", categories, np.isin(kinds, QUESTION_KINDS) & (categories != ""))
        urgent = np.array([one.urgent for one in messages])
        fitted = learn("urgent", np.where(urgent, YES, NO), everyone)
        if fitted is not None:
            found._set_threshold(fitted, urgent[fitted.places], settings.recall, say)
        return found

    def of(self, texts: Sequence[Text], vectors: np.ndarray) -> List[Understood]:
        """What each text is taken for."""
        dense, grams = scaled(vectors), self.spelling.of(texts)
        weighed = {name: head.weigh(dense, grams) for name, head in self.heads.items()}
        return [
            self._understood({name: table[row] for name, table in weighed.items()})
            for row in range(len(texts))
        ]

    def store(self, folder: Path) -> None:
        """Write everything into `folder`; nothing in it can be executed."""
        store(folder, self.spelling, self.heads, {"threshold": self.threshold})

    @classmethod
    def restore(cls, folder: Path) -> Decisions:
        """What `store` wrote."""
        spelling, heads, about = restore(folder)
        return cls(spelling, heads, about["threshold"])

    def _understood(self, weighed: Dict[Text, np.ndarray]) -> Understood:
        kinds = ranked(self.heads["kind"].labels, weighed["kind"])
        head = category_head(kinds[0][0])
        categories = ranked(self.heads[head].labels, weighed[head]) if head in weighed else []
        urgency = 0.0
        if "urgent" in weighed:
            urgency = float(weighed["urgent"][self.heads["urgent"].labels.index(YES)])
        return Understood(kinds, categories, urgency, urgency >= self.threshold)

    def _set_threshold(
        self, fitted: Fitted, urgent: np.ndarray, recall: float, say: Callable[[Text], None]
    ) -> None:
        urgency = fitted.unseen[:, fitted.head.labels.index(YES)]
        self.threshold = danger_threshold(urgency, urgent, recall)
        raised = urgency >= self.threshold
        say(
            f"  danger: recall {raised[urgent].mean():.3f}, precision {urgent[raised].mean():.3f},"
            f" threshold {self.threshold:.3f}"
        )


def category_head(kind: Text) -> Text:
    """Which head names the category of a kind; empty when the kind has none."""
    if kind in INCIDENT_KINDS:
        return "incident"
    return "topic" if kind in QUESTION_KINDS else ""
