"""Fine-tune the encoder for the taxonomy: kind, incident, topic and danger at once.

The layers learn; the vectors of words and places stay as they are, so that what is learnt is small
enough to be shipped. Needs `torch` and `transformers`.
"""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import BertModel

from bot.assistant.distortions import distorted
from bot.assistant.encoder.file import EncoderFile
from bot.assistant.encoder.model import padded, pooled, to_model, vectors
from bot.assistant.encoder.tokens import Tokens
from bot.assistant.messages import INCIDENT_KINDS, QUESTION_KINDS, Told

SETTLING, SETTLING_STEPS = 6000, 300  # messages, and steps over all of them


@dataclass(frozen=True)
class Plan:
    """How long and how hard; each layer down learns by `layer_factor` less than the one above."""

    rounds: int = 2
    batch: int = 32
    pace: float = 1.5e-4
    head_pace: float = 2e-3
    layer_factor: float = 0.95
    decay: float = 0.01
    warm_up: float = 0.06
    smoothing: float = 0.05
    seed: int = 7


FURTHER = Plan(rounds=1, pace=1e-4)  # for messages that were added to what is taught already


@dataclass
class Heads(nn.Module):
    """The linear decisions that the encoder is trained through."""

    width: int
    kinds: List[str]
    incidents: List[str]
    topics: List[str]
    scale: float = field(default=0.0)

    def __post_init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.scale = math.sqrt(self.width)
        self.drop = nn.Dropout(0.1)
        self.kind = nn.Linear(self.width, len(self.kinds))
        self.incident = nn.Linear(self.width, len(self.incidents))
        self.topic = nn.Linear(self.width, len(self.topics))
        self.urgent = nn.Linear(self.width, 1)

    __hash__ = nn.Module.__hash__

    def labels(self) -> List[List[str]]:
        """What is decided among: kinds, incidents, topics."""
        return [self.kinds, self.incidents, self.topics]

    def forward(self, sentence: torch.Tensor) -> Dict[str, torch.Tensor]:
        """Scores of each decision."""
        rich = self.drop(sentence * self.scale)
        return {
            "kind": self.kind(rich),
            "incident": self.incident(rich),
            "topic": self.topic(rich),
            "urgent": self.urgent(rich)[:, 0],
        }


@dataclass(frozen=True)
class Result:
    """What training gives: the model, and the decisions it was trained through."""

    model: BertModel
    heads: Heads


def train(
    encoder: EncoderFile,
    messages: Sequence[Told],
    plan: Plan,
    say: Callable[[str], None],
    start: Optional[Result] = None,
) -> Result:
    """The encoder, taught by the messages; `say` gets a line now and then.

    With `start`, teaching goes on from there. Raises ValueError where it knows other labels.
    """
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)
    tokens = Tokens(encoder.words)
    model = start.model if start else to_model(encoder)
    heads = _heads(encoder.shape.width, messages)
    if start:
        if start.heads.labels() != heads.labels():
            raise ValueError("What was trained knows other labels than the messages: begin anew.")
        heads = start.heads
    optimiser = _optimiser(model, heads, plan)
    steps = plan.rounds * math.ceil(len(messages) / plan.batch)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, _pace(steps, plan))
    progress = _Progress(steps, say)
    model.train()
    heads.train()
    for _ in range(plan.rounds):
        for batch in _batches(messages, plan.batch, chance):
            texts = [distorted(one.text, chance) for one in batch]
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=halves_are_faster()):
                sentence = pooled(model, *padded(tokens, texts))
            loss = _loss(heads(sentence), batch, heads, plan.smoothing)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            pace.step()
            progress.step(loss.item())
    return Result(model.eval(), heads.eval())


def halves_are_faster() -> bool:
    """Whether 16-bit numbers save time: where the processor has them, half as much again and more."""
    can = torch.cpu.get_capabilities()
    return bool(can.get("amx_bf16") or can.get("avx512_bf16"))


def settled(model: BertModel, encoder: EncoderFile, messages: Sequence[Told], plan: Plan) -> Heads:
    """Decisions for an encoder that is taught already, learnt while it stays as it is.

    Decisions that know nothing would undo what the layers have learnt. Some thousand messages do.
    """
    torch.manual_seed(plan.seed)
    heads = _heads(encoder.shape.width, messages)
    some = random.Random(plan.seed).sample(list(messages), min(SETTLING, len(messages)))
    sentence = torch.from_numpy(vectors(model, Tokens(encoder.words), [one.text for one in some]))
    optimiser = torch.optim.AdamW(heads.parameters(), lr=plan.head_pace, weight_decay=0.0)
    for _ in range(SETTLING_STEPS):
        loss = _loss(heads(sentence), some, heads, plan.smoothing)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return heads


class _Progress:
    def __init__(self, steps: int, say: Callable[[str], None]) -> None:
        self._steps, self._say = steps, say
        self._done, self._loss = 0, 0.0
        self._began = time.monotonic()

    def step(self, loss: float) -> None:
        self._done += 1
        self._loss += (loss - self._loss) / min(self._done, 50)
        if self._done % 50 == 0 or self._done == self._steps:
            spent = (time.monotonic() - self._began) / 60
            left = spent / self._done * (self._steps - self._done)
            self._say(
                f"  step {self._done} of {self._steps}: loss {self._loss:.3f},"
                f" {spent:.1f} min, {left:.1f} to go"
            )


def _heads(width: int, messages: Sequence[Told]) -> Heads:
    def named(kinds: Sequence[str]) -> List[str]:
        return sorted({m.category for m in messages if m.kind in kinds and m.category})

    return Heads(
        width,
        kinds=sorted({m.kind for m in messages}),
        incidents=named(INCIDENT_KINDS),
        topics=named(QUESTION_KINDS),
    )


def _optimiser(model: BertModel, heads: Heads, plan: Plan) -> torch.optim.Optimizer:
    """Deeper layers change less: they hold what all languages share."""
    for weight in model.embeddings.parameters():
        weight.requires_grad = False
    groups = [{"params": list(heads.parameters()), "lr": plan.head_pace, "weight_decay": 0.0}]
    layers = list(model.encoder.layer)
    for depth, layer in enumerate(layers):
        pace = plan.pace * plan.layer_factor ** (len(layers) - 1 - depth)
        flat = [weight for weight in layer.parameters() if weight.ndim < 2]
        wide = [weight for weight in layer.parameters() if weight.ndim >= 2]
        groups.append({"params": flat, "lr": pace, "weight_decay": 0.0})
        groups.append({"params": wide, "lr": pace, "weight_decay": plan.decay})
    return torch.optim.AdamW(groups)


def _pace(steps: int, plan: Plan) -> Callable[[int], float]:
    warm = max(1, int(steps * plan.warm_up))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return max(0.02, 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm))))

    return factor


def _batches(messages: Sequence[Told], size: int, chance: random.Random) -> Iterator[List[Told]]:
    """Shuffled batches of messages of like length, so that little is padding."""
    order = list(messages)
    chance.shuffle(order)
    stretch = size * 20
    batches = []
    for start in range(0, len(order), stretch):
        alike = sorted(order[start : start + stretch], key=lambda one: len(one.text))
        batches.extend(alike[place : place + size] for place in range(0, len(alike), size))
    chance.shuffle(batches)
    yield from batches


def _loss(
    scores: Dict[str, torch.Tensor], batch: Sequence[Told], heads: Heads, smoothing: float
) -> torch.Tensor:
    kinds = torch.tensor([heads.kinds.index(one.kind) for one in batch])
    urgent = torch.tensor([float(one.urgent) for one in batch])
    loss = functional.cross_entropy(scores["kind"], kinds, label_smoothing=smoothing)
    loss = loss + functional.binary_cross_entropy_with_logits(scores["urgent"], urgent)
    for name, of, labels in (
        ("incident", INCIDENT_KINDS, heads.incidents),
        ("topic", QUESTION_KINDS, heads.topics),
    ):
        truth = _truth(batch, of, labels)
        if (truth >= 0).any():
            loss = loss + functional.cross_entropy(
                scores[name], truth, ignore_index=-1, label_smoothing=smoothing
            )
    return loss


def _truth(batch: Sequence[Told], of: Sequence[str], labels: List[str]) -> torch.Tensor:
    return torch.tensor(
        [labels.index(m.category) if m.kind in of and m.category else -1 for m in batch]
    )


def judged(
    model: Any, heads: Heads, tokens: Tokens, messages: Sequence[Told]
) -> Dict[str, Optional[float]]:
    """How much of it is right: kind, category within the true kind, danger at one half."""
    sentence = []
    with torch.inference_mode():
        for start in range(0, len(messages), 64):
            texts = [one.text for one in messages[start : start + 64]]
            sentence.append(pooled(model, *padded(tokens, texts)))
        scores = heads(torch.cat(sentence))
    right = [
        heads.kinds[int(place)] == one.kind
        for place, one in zip(scores["kind"].argmax(1), messages)
    ]
    named = [
        labels[int(scores[name][row].argmax())] == one.category
        for name, of, labels in (
            ("incident", INCIDENT_KINDS, heads.incidents),
            ("topic", QUESTION_KINDS, heads.topics),
        )
        for row, one in enumerate(messages)
        if one.kind in of and one.category
    ]
    urgent = np.array([one.urgent for one in messages])
    raised = (scores["urgent"] > 0).numpy()
    return {
        "kind": float(np.mean(right)),
        "category": float(np.mean(named)) if named else None,
        "danger recall": float(raised[urgent].mean()) if urgent.any() else None,
        "danger precision": float(urgent[raised].mean()) if raised.any() else None,
    }
