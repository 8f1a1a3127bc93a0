"""The independent signal of danger now: words and patterns in twelve languages. Pure.

It only ever adds an alarm; the assistant's own reading of urgency stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from backend.languages.folding import fold, fold_pattern

PATTERNS = Path(__file__).with_name("patterns")

Sign = Literal[
    "attack",
    "weapon",
    "intrusion",
    "help",
    "fire",
    "gas",
    "not_breathing",
    "suicide",
    "abduction",
    "lost",
    "silence",
    "going_on",
]

# What people of the city shout even when they write in another language.
_CITY = ("es", "ca", "en", "fr", "ar")
_LASTING: frozenset[Sign] = frozenset({"attack", "abduction"})
# Whoever laughs tells a joke: its words raise no alarm, the assistant's own reading still may.
# "Jaja" is a German yes, "ahah" may be a groan: laughter is longer.
_LAUGHTER = re.compile(
    r"[😂🤣]|(?<!\w)(?:(?:ja){3,}j?|(?:ha){2,}h?|(?:hi){2,}|(?:ah){3,}a?|k{4,}|(?:rs){2,}|xd+|lo+l|mdr+|"
    r"(?:ха){2,}|(?:хі){2,})(?!\w)|ه{3,}|哈{2,}|笑死",
    re.IGNORECASE,
)
_READ = 4000
_REACH = 28
_SENTENCE_WITH = re.compile(r"[^.!?;。！？؟۔\n]+")
_SENTENCE = re.compile(r"[.!?;。！？؟۔\n]+")


@dataclass(frozen=True)
class Signs:
    """The signs found, each once and in the order of the message; `spans` are their places in it."""

    signs: tuple[Sign, ...]
    spans: tuple[tuple[int, int], ...]
    language: str


@dataclass(frozen=True)
class _Patterns:
    now: tuple[tuple[Sign, re.Pattern[str]], ...]
    seen: tuple[tuple[Sign, re.Pattern[str]], ...]
    idioms: re.Pattern[str]
    not_before: re.Pattern[str]
    past: re.Pattern[str]
    story: re.Pattern[str]
    habit: re.Pattern[str] | None


def signs(text: str, language: str) -> Signs | None:
    """The signs that someone is in danger now, or None when the message shows none."""
    if _LAUGHTER.search(text[:_READ]):
        return None
    message = fold(text[:_READ])
    base = language.split("-")[0]
    for tag in dict.fromkeys((base, *_CITY)):
        patterns = _patterns(tag)
        if patterns is None:
            continue
        found = _find(message.text, patterns)
        if found:
            ordered = sorted(found, key=lambda f: f[1])
            return Signs(
                signs=tuple(dict.fromkeys(sign for sign, _, _ in ordered)),
                spans=tuple(message.span(start, end) for _, start, end in ordered),
                language=tag,
            )
    return None


def _find(plain: str, patterns: _Patterns) -> list[tuple[Sign, int, int]]:
    # What happens in a film or a dream: the sentence that says so is left out.
    told = _SENTENCE_WITH.sub(lambda m: _blank(m) if patterns.story.search(m[0]) else m[0], plain)
    rest = patterns.idioms.sub(_blank, told)
    found = [hit for sign, pattern in patterns.now for hit in _hits(sign, pattern, rest, patterns)]
    if patterns.habit is not None and patterns.habit.search(rest):
        # Years of it are grave, and no reason to send a car this minute.
        found = [hit for hit in found if hit[0] not in _LASTING]
    if patterns.past.search(rest) is None:
        for sign, pattern in patterns.seen:
            found.extend(_hits(sign, pattern, rest, patterns))
    return found


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match.group())


def _hits(
    sign: Sign, pattern: re.Pattern[str], plain: str, patterns: _Patterns
) -> list[tuple[Sign, int, int]]:
    return [
        (sign, match.start(), match.end())
        for match in pattern.finditer(plain)
        if match.group() and not _undone(plain, match.start(), patterns)
    ]


def _undone(plain: str, start: int, patterns: _Patterns) -> bool:
    """A no, an if or a was right before the sign, in the same sentence."""
    before = _SENTENCE.split(plain[max(0, start - _REACH) : start])[-1]
    return patterns.not_before.search(before) is not None


@cache
def _patterns(tag: str) -> _Patterns | None:
    source = PATTERNS / f"{tag}.yml"
    if not source.exists():
        return None
    raw: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    spaced: bool = raw.get("spaced", True)
    return _Patterns(
        now=_compile(raw["now"], spaced=spaced, tag=tag),
        seen=_compile(raw["seen"], spaced=spaced, tag=tag),
        idioms=_any(raw["idioms"], spaced=spaced),
        not_before=re.compile(fold_pattern(raw["not_before"]) + r"[\s,']*$"),
        past=_any([raw["past"]], spaced=spaced),
        story=_any([raw["story"]], spaced=spaced),
        habit=_any([raw["habit"]], spaced=spaced) if "habit" in raw else None,
    )


def _compile(
    raw: dict[Sign, list[str]], *, spaced: bool, tag: str
) -> tuple[tuple[Sign, re.Pattern[str]], ...]:
    left = r"(?<!\w)" if spaced else ""
    # Arabic writes "and" and "so" as part of the word.
    left += "[وف]?" if tag == "ar" else ""
    return tuple(
        (sign, re.compile(f"{left}(?:{fold_pattern(pattern)})"))
        for sign, patterns in raw.items()
        for pattern in patterns
    )


def _any(patterns: list[str], *, spaced: bool) -> re.Pattern[str]:
    left, right = (r"(?<!\w)", r"(?!\w)") if spaced else ("", "")
    joined = "|".join(fold_pattern(pattern) for pattern in patterns)
    return re.compile(f"{left}(?:{joined}){right}")
