"""The words for time in one language, compiled once from `words/<tag>.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from babel.dates import get_month_names

from backend.languages.folding import fold_pattern, folded

WORDS = Path(__file__).with_name("words")

Unit = Literal["minute", "hour", "day", "week", "month", "year"]
Part = Literal["dawn", "morning", "noon", "afternoon", "evening", "night"]
UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "year")
PARTS: tuple[Part, ...] = ("dawn", "morning", "noon", "afternoon", "evening", "night")

# What follows a number that counts something, numbers a house or prices it: no hour.
_COUNTED = (
    r"(?!\s?(?:[%€$£º°]|[.,]\d|[/:\-]\s?\d|\d))"
    r"(?!\s(?:euros?|eur|pounds?|dollars?|dolares|anys|anos|ans|years?|people|men|women|guys|girls|boys|"
    r"persones|personas|personnes|persone|pessoas|metres?|metros|meters?|km|carrer|calle|rue|street|st|"
    r"road|avenue|avinguda|avenida|placa|plaza|place|via|rua|noies|nois|chicas|chicos|dones|mujeres|"
    r"noias|amigues|amigas|hermanas|germanes|ninas|nenes|senoras|senyores|ragazze|donne|meves|mias|"
    r"minutes?|minutos?|minuts?|mins?|hours?|horas?(?! d)|hores?(?! d)|days?|dias?|dies|weeks?|"
    r"semanas?|setmanes?|months?|mois|"
    r"times|cops|veces|fois|other|altres|otros|autres|of (?:them|us)|stars)\b)"
)


@dataclass(frozen=True)
class Lexicon:
    """The patterns of one language; all of them search folded text."""

    numbers: dict[str, int]
    durations: dict[str, int]
    units: tuple[tuple[Unit, re.Pattern[str]], ...]
    ago: tuple[re.Pattern[str], ...]
    since: tuple[re.Pattern[str], ...]
    since_before: re.Pattern[str] | None
    since_day: re.Pattern[str] | None
    since_after: re.Pattern[str] | None
    now: re.Pattern[str]
    just_now: re.Pattern[str]
    recently: re.Pattern[str]
    days: tuple[tuple[int, re.Pattern[str]], ...]
    weekdays: tuple[re.Pattern[str], ...]
    last_weekdays: tuple[re.Pattern[str], ...]
    spans: tuple[tuple[str, re.Pattern[str]], ...]
    days_of_month: tuple[re.Pattern[str], ...]
    in_months: tuple[re.Pattern[str], ...]
    in_years: tuple[re.Pattern[str], ...]
    months: dict[str, int]
    dates: tuple[re.Pattern[str], ...]
    last_night: re.Pattern[str]
    last_evening: re.Pattern[str] | None
    tonight: re.Pattern[str]
    parts: tuple[tuple[Part, re.Pattern[str]], ...]
    this_parts: tuple[re.Pattern[str], ...]
    this_words: tuple[tuple[str, Part], ...]
    midnight: re.Pattern[str]
    am: re.Pattern[str]
    pm: re.Pattern[str]
    about: re.Pattern[str]
    quarters: tuple[re.Pattern[str], ...]
    clock: tuple[tuple[re.Pattern[str], int], ...]
    ranges: tuple[re.Pattern[str], ...]
    habit: re.Pattern[str]
    aside: re.Pattern[str]
    false_friends: re.Pattern[str] | None


@cache
def lexicon(tag: str) -> Lexicon | None:
    """The lexicon of a language, None when the product does not have it."""
    source = WORDS / f"{tag}.yml"
    if not source.exists():
        return None
    raw: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return _Compiler(tag, raw).compile()


class _Compiler:
    """Turns the templates of one file into patterns."""

    def __init__(self, tag: str, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.spaced: bool = raw.get("spaced", True)
        self.left = r"(?<!\w)" if self.spaced else ""
        self.right = r"(?!\w)" if self.spaced else ""
        # Arabic writes "and", "in", "for" as part of the word that follows.
        if tag == "ar":
            self.left += "[وفبل]?"
        self.numbers = self._read_numbers()
        self.durations = {folded(k): v for k, v in raw["durations"].items()}
        self.months = self._read_months(tag)
        self.holes = self._holes()

    def compile(self) -> Lexicon:
        raw = self.raw
        parts = tuple((part, self.one(raw["parts"][part])) for part in PARTS)
        return Lexicon(
            numbers=self.numbers,
            durations=self.durations,
            units=tuple((u, re.compile(fold_pattern(raw["units"][u]))) for u in UNITS),
            ago=self.many(raw["ago"]),
            since=self.many(raw["since"]),
            since_before=self._before(raw["since_before"]),
            since_day=self._before(raw.get("since_day", "")),
            since_after=self.one(raw["since_after"]) if "since_after" in raw else None,
            now=self.one(raw["now"]),
            just_now=self.one(raw["just_now"]),
            recently=self.one(raw["recently"]),
            days=(
                *(((3, self.one(raw["three_days_ago"])),) if "three_days_ago" in raw else ()),
                (2, self.one(raw["before_yesterday"])),
                (1, self.one(raw["yesterday"])),
                (0, self.one(raw["today"])),
            ),
            weekdays=tuple(self.one(day) for day in raw["weekdays"]),
            last_weekdays=self._last_weekdays(),
            spans=tuple(
                (name, self.one(raw[name]))
                for name in ("last_weekend", "last_week", "this_week", "last_month", "last_year")
            ),
            days_of_month=self.many(raw["day_of_month"]),
            in_months=self.many(raw["in_month"]),
            in_years=self.many(raw["in_year"]),
            months=self.months,
            dates=self._dates(),
            last_night=self.one(raw["last_night"]),
            last_evening=self.one(raw["last_evening"]) if "last_evening" in raw else None,
            tonight=self.one(raw["tonight"]),
            parts=parts,
            this_parts=self.many(raw["this_part"]),
            this_words=self._this_words(),
            midnight=self.one(raw["midnight"]),
            am=self.one(raw["am"]),
            pm=self.one(raw["pm"]),
            about=self.one(raw["about"]),
            quarters=self.many(raw.get("quarters", [])),
            clock=tuple((self.one(pattern), shift) for pattern, shift in raw["clock"]),
            ranges=self.many(raw["range"]),
            habit=self.one(raw["habit"]),
            aside=self.one(raw["aside"]),
            false_friends=self.one(raw["false_friends"]) if "false_friends" in raw else None,
        )

    def one(self, template: str) -> re.Pattern[str]:
        pattern = fold_pattern(template)
        for hole, filling in self.holes.items():
            pattern = pattern.replace("{" + hole + "}", filling)
        return re.compile(f"{self.left}(?:{pattern}){self.right}")

    def many(self, templates: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(map(self.one, templates))

    def _holes(self) -> dict[str, str]:
        words = _alternatives(self.numbers)
        hours = _alternatives(
            {w: n for w, n in self.numbers.items() if n <= 24 and w not in _ARTICLES}
        )
        # "Seven a" is not a minute past seven: "at 7 a man ..." goes on with a man.
        minutes = _alternatives(
            {w: n for w, n in self.numbers.items() if n < 60 and w not in _ARTICLES | _FEMININE}
        )
        units = "|".join(fold_pattern(self.raw["units"][unit]) for unit in UNITS)
        gap = r"\s?" if self.spaced else ""
        half = rf"(?:[.,]5|{gap}(?:{fold_pattern(self.raw['half'])}))"
        minute = fold_pattern(self.raw["units"]["minute"])
        rest = rf"\s?(?:\w{{1,3}}\s|و)?(?P<x>\d{{1,2}}|{minutes})\s?(?:de )?(?:{minute})"
        durations = _alternatives(self.durations)
        # A duration first: "half an hour" before "an hour".
        counted = (
            rf"(?:(?P<d>{durations})|(?P<n>\d{{1,4}}|{words})(?P<hb>{half})?{gap}(?P<u>{units}))"
            rf"{self.right}(?:(?P<ha>{half})|{rest})?|(?P<hh>\d{{1,2}})\s?h\s?(?P<hm>[0-5]\d)"
        )
        numerals = "" if self.spaced else "|" + _alternatives(_upto(self.numbers, 31))
        return {
            "D": rf"(?:{counted}){self.right}",
            "N": rf"(?P<n>\d{{1,4}}|{words})",
            "H": rf"(?P<h>(?:[01]?\d|2[0-4])|{hours}){_COUNTED}",
            "K": rf"(?P<k>(?:[01]?\d|2[0-4])|{hours}){_COUNTED}",
            "M": rf"(?P<m>[0-5]?\d|{minutes})",
            "L": rf"(?P<l>[0-5]?\d|{minutes})",
            "Q": rf"(?P<q>[1-3]|{words})",
            "DD": rf"(?P<dd>(?:3[01]|[12]\d|0?[1-9])(?!\d){numerals})",
            "MO": rf"(?P<mo>{_alternatives(self.months)})",
            "YY": rf"(?P<yy>(?:19|20)\d\d){_COUNTED}",
            "W": "(?:" + "|".join(fold_pattern(day) for day in self.raw["weekdays"]) + ")",
            "P": "(?:" + "|".join(fold_pattern(p) for p in self.raw["parts"].values()) + ")",
        }

    def _read_numbers(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for value, words in enumerate(self.raw["numbers"].split(), start=1):
            for word in words.split("|"):
                found[folded(word.replace("_", " "))] = value
        found |= {folded(word): value for word, value in self.raw["more_numbers"].items()}
        if not self.spaced:
            found |= _chinese_numerals()
        return found

    def _read_months(self, tag: str) -> dict[str, int]:
        names = {folded(word): value for word, value in self.raw["month_words"].items()}
        for width, context in (("wide", "format"), ("wide", "stand-alone")):
            for number, name in get_month_names(width, context, locale=tag).items():  # type: ignore[arg-type]
                plain = re.sub(r"^(?:de |d')", "", folded(name))
                names[plain] = number
        if not self.spaced:
            names |= {f"{number}月": number for number in range(1, 13)}
        return names

    def _dates(self) -> tuple[re.Pattern[str], ...]:
        names = _alternatives(self.months)
        day = r"(?P<dd>3[01]|[12]\d|0?[1-9])"
        if not self.spaced:
            numerals = _alternatives(_upto(self.numbers, 31))
            return (
                re.compile(
                    rf"(?<!\d)(?:(?P<yy>20\d\d)年)?(?P<mo>{names})(?:{day}[日号號]?|(?P<dw>{numerals})[日号號])"
                ),
            )
        year = r"(?:,?\s(?:del? )?(?P<yy>20\d\d))?"
        return (
            re.compile(
                rf"(?<!\w){day}(?:st|nd|rd|th|er|\.|o|a)?\s(?:de |d'|of |di )?(?P<mo>{names}){year}(?!\w)"
            ),
            re.compile(
                rf"(?<!\w)(?<!\d\s)(?P<mo>{names})\s(?:the )?{day}(?:st|nd|rd|th)?{year}(?![\w:])"
            ),
        )

    def _last_weekdays(self) -> tuple[re.Pattern[str], ...]:
        days = [fold_pattern(day) for day in self.raw["weekdays"]]
        found = []
        for day in days:
            forms = [fold_pattern(t).replace("{W}", f"(?:{day})") for t in self.raw["last_weekday"]]
            found.append(re.compile(f"{self.left}(?:{'|'.join(forms)}){self.right}"))
        return tuple(found)

    def _this_words(self) -> tuple[tuple[str, Part], ...]:
        given: dict[str, Part] = self.raw.get("this_words", {})
        if given:
            return tuple((folded(word), part) for word, part in given.items())
        return tuple((word, word) for word in PARTS)

    def _before(self, words: str) -> re.Pattern[str] | None:
        if not words:
            return None
        return re.compile(f"{self.left}(?:{fold_pattern(words)})[ ']?$")


# "At a" is not "at one": these count things and never tell the hour.
_ARTICLES = {"a", "an", "un", "uno", "um", "ein", "eine", "einer", "einem", "einen", "o"}
# These are an hour as well ("a la una"), but no minute.
_FEMININE = {"una", "une", "uma"}


def _upto(numbers: dict[str, int], most: int) -> dict[str, int]:
    return {word: number for word, number in numbers.items() if 0 < number <= most}


def _chinese_numerals() -> dict[str, int]:
    """Thirteen to fifty-nine as they are written: tens, the word ten, ones."""
    ones = "一二三四五六七八九"
    return {
        f"{ones[n // 10 - 1] if n >= 20 else ''}十{ones[n % 10 - 1] if n % 10 else ''}": n
        for n in range(13, 60)
    }


def _alternatives(words: dict[str, int]) -> str:
    """The words as one alternation, the longest first so that none hides behind a shorter one."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
