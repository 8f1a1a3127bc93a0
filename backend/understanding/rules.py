"""Figures of understanding, from messages whose meaning is known. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

REPORTING = ("report", "tip")
BINS = 10
NOISE_DEVIATIONS = 2.0
LEAST_NOISE = 0.005
WHOLE = "all"


@dataclass(frozen=True)
class Judged:
    """A message, what it is, and what it was taken for; no words."""

    language: str
    kind: str
    category: str
    urgent: bool
    given_language: str
    given_kind: str
    given_category: str
    given_urgent: bool
    confidence: float


@dataclass(frozen=True)
class Run:
    """One judging: messages by how they were written, milliseconds a message takes, other ways."""

    judged: dict[str, list[Judged]]
    milliseconds: float
    ways: dict[str, list[Judged]]


AS_WRITTEN = "as written"


@dataclass(frozen=True)
class Figures:
    """Shares of 1; None where there was nothing to judge.

    `messages` is how many were judged, `named` how many have a category, `urgent` are, `raised` were
    taken for urgent, `idle` are none of our business.
    `false_reports` is the share of everyday messages taken for a report or a tip, `calibration` the
    expected calibration error of the kind in ten bins (Guo et al., 2017, arXiv:1706.04599).
    """

    messages: int
    named: int
    urgent: int
    raised: int
    idle: int
    kind: float
    kind_f1: float
    category: float | None
    category_f1: float | None
    danger_recall: float | None
    danger_precision: float | None
    language: float
    false_reports: float | None
    calibration: float


# The figures that may not fall, with what they are a share of.
FALLING = {
    "kind": "messages",
    "category": "named",
    "danger_recall": "urgent",
    "danger_precision": "raised",
    "language": "messages",
}


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of some messages. Raises ValueError when there is none."""
    if not judged:
        raise ValueError("There is no message to judge by.")
    named = [one for one in judged if one.category]
    idle = [one for one in judged if one.kind == "out_of_scope"]
    urgent = [one for one in judged if one.urgent]
    raised = [one for one in judged if one.given_urgent]
    return Figures(
        messages=len(judged),
        named=len(named),
        urgent=len(urgent),
        raised=len(raised),
        idle=len(idle),
        kind=_share(one.given_kind == one.kind for one in judged) or 0.0,
        kind_f1=_macro_f1([(one.kind, one.given_kind) for one in judged]) or 0.0,
        category=_share(one.given_category == one.category for one in named),
        category_f1=_macro_f1([(one.category, one.given_category) for one in named]),
        danger_recall=_share(one.given_urgent for one in urgent),
        danger_precision=_share(one.urgent for one in raised),
        language=_share(one.given_language == one.language for one in judged) or 0.0,
        false_reports=_share(one.given_kind in REPORTING for one in idle),
        calibration=_calibration_error(judged),
    )


def by_language(judged: Sequence[Judged]) -> dict[str, Figures]:
    """The figures of each language, and of all together under `all`."""
    spoken: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        spoken[one.language].append(one)
    return {language: figures(those) for language, those in spoken.items()} | {
        WHOLE: figures(judged)
    }


def confusions(judged: Sequence[Judged], most: int = 12) -> list[tuple[str, str, int]]:
    """What is most often taken for what: (is, taken for, how often)."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in judged:
        if one.kind != one.given_kind:
            pairs[one.kind, one.given_kind] += 1
        elif one.category != one.given_category:
            pairs[one.category, one.given_category] += 1
    return [(truth, given, times) for (truth, given), times in pairs.most_common(most)]


def fallen(
    now: Mapping[str, Figures], accepted: Mapping[str, Mapping[str, float | None]]
) -> list[str]:
    """What has become worse than noise explains, a sentence each.

    Noise is two standard deviations of a share of that many messages, of both measurements.
    """
    found = []
    for language, before in accepted.items():
        if language not in now:
            found.append(f"{language}: no message was judged.")
            continue
        current = asdict(now[language])
        for name, of in FALLING.items():
            was, is_now = before.get(name), current[name]
            if was is None:
                continue
            room = noise(was, int(current[of]))
            if is_now is None or is_now < was - room:
                found.append(f"{language}: {name} fell from {was:.3f} to {is_now}.")
        was = before.get("false_reports")
        is_now = current["false_reports"]
        if was is not None and is_now is not None:
            room = noise(max(was, 0.02), int(current["idle"]))
            if is_now > was + room:
                found.append(f"{language}: false reports rose from {was:.3f} to {is_now:.3f}.")
    return found


def noise(share: float, messages: int) -> float:
    """How far a share of so many messages may move by chance."""
    if messages <= 0:
        return 1.0
    # One message more or less is never a fall.
    deviation = math.sqrt(max(share * (1 - share), 0.01) / messages)
    return max(LEAST_NOISE, NOISE_DEVIATIONS * deviation, 1.0 / messages)


def _share(hits: Iterable[bool]) -> float | None:
    counted = [bool(hit) for hit in hits]
    return sum(counted) / len(counted) if counted else None


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """The mean over the labels that occur of the harmonic mean of precision and recall."""
    if not pairs:
        return None
    scores = []
    for label in {truth for truth, _ in pairs}:
        right = sum(truth == given == label for truth, given in pairs)
        wrong = sum((truth == label) != (given == label) for truth, given in pairs)
        scores.append(2 * right / (2 * right + wrong))
    return sum(scores) / len(scores)


def _calibration_error(judged: Sequence[Judged]) -> float:
    bins: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        bins[min(BINS - 1, int(one.confidence * BINS))].append(one)
    return sum(
        abs(sum(one.confidence - (one.given_kind == one.kind) for one in those))
        for those in bins.values()
    ) / len(judged)
