"""Closed answers, contacts and receipts in what a person writes. Pure; no words are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import phonenumbers
import yaml
from rapidfuzz import fuzz

from backend.languages.folding import fold, fold_pattern, folded
from backend.languages.rules import CLOSEST

WORDS = Path(__file__).with_name("words")

Name = Literal[
    "yes", "no", "skip", "back", "drop", "confirm", "change", "help", "start_over", "stop"
]
Topic = Literal["what", "where", "when", "hurt", "who", "contact"]
Kind = Literal["phone", "email", "link", "plate", "handle", "money"]

_TOPICS: tuple[Topic, ...] = ("where", "when", "hurt", "contact", "who", "what")
_NAMES: tuple[Name, ...] = (
    "confirm",
    "skip",
    "drop",
    "start_over",
    "stop",
    "back",
    "help",
    "yes",
    "no",
)
# "Nobody" answers these; to "what happened?" or "where?" it is no answer at all.
_NOBODY_MEANS_NO = {"hurt", "who", "contact", "confirm", "yes_no"}
# People mix: after their own language and its neighbours, the ones of the city.
_CITY = ("es", "ca", "en", "fr", "ar")
_MOST_WORDS = 12
_MOST_WORDS_OF_A_CHANGE = 16
_LONGEST_ARTICLE = 3  # letters
_SIGNS: dict[str, Name] = {
    "👍": "yes",
    "✅": "yes",
    "👌": "yes",
    "✔": "yes",
    "👎": "no",
    "❌": "no",
}
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['·][^\W_\u3400-\u9fff]+)*")


@dataclass(frozen=True)
class Answer:
    """A closed answer; `about` says what to change; `language` is the one it was read in."""

    name: Name
    language: str
    about: Topic | None = None


@dataclass(frozen=True)
class Contact:
    """Something to reach or look up, as written (`text`, at `span`) and tidied (`value`)."""

    kind: Kind
    text: str
    value: str
    span: tuple[int, int]


@dataclass(frozen=True)
class _Words:
    phrases: dict[tuple[str, ...], frozenset[str]]
    longest: int
    wrong: tuple[tuple[str, ...], ...]
    topics: dict[Topic, tuple[tuple[str, ...], ...]]
    hurt_no: re.Pattern[str]
    hurt_yes: re.Pattern[str]


def read_answer(text: str, language: str, question: str | None = None) -> Answer | None:
    """The closed answer that the whole message is, or None when it says more than that.

    `question` is what was asked (`what where when hurt who contact confirm yes_no`), None for nothing.
    """
    tokens = _tokens(text)
    if not tokens:
        return _read_sign(text, language)
    for tag in _neighbours(language):
        name = _read_whole(tokens, _words(tag), question)
        if name is not None:
            return Answer(name, tag)
    for tag in _neighbours(language)[:3]:
        changed, about = _read_change(tokens, _words(tag))
        if changed:
            return Answer("change", tag, about)
    return None


def read_topic(text: str, language: str) -> Topic | None:
    """The line of a report that the whole message names: "the place", "l'hora", "المكان"."""
    said = _apart(_tokens(text))
    for tag in _neighbours(language)[:3]:
        topics = _words(tag).topics
        for topic in _TOPICS:
            # The name, with an article at most.
            if any(
                said == phrase or (said[1:] == phrase and len(said[0]) <= _LONGEST_ARTICLE)
                for phrase in topics[topic]
            ):
                return topic
    return None


def read_hurt(text: str, language: str) -> bool | None:
    """Whether someone is said to be hurt (True), said not to be (False), or it is not said (None)."""
    plain = folded(text[:4000])
    for tag in _neighbours(language):
        words = _words(tag)
        rest, denied = words.hurt_no.subn(" . ", plain)
        if words.hurt_yes.search(rest):
            return True
        if denied:
            return False
    answer = read_answer(text, language, "hurt")
    if answer is not None and answer.name in ("yes", "no"):
        return answer.name == "yes"
    return None


def find_contacts(text: str, country: str) -> list[Contact]:
    """Phones, addresses, links, plates, handles and sums of money, in the order they stand.

    `country` is the ISO 3166 code that numbers without a prefix belong to.
    """
    text = text[:8000]
    found: list[Contact] = []
    for contact in _candidates(text, country):
        start, end = contact.span
        if all(end <= other.span[0] or start >= other.span[1] for other in found):
            found.append(contact)
    return sorted(found, key=lambda contact: contact.span)


def find_receipt(text: str) -> str | None:
    """The receipt in a message as 16 Crockford base32 characters in upper case, ungrouped.

    Any case, spaces and dashes; O stands for 0, I and L for 1. Four ordinary words, a bank card
    or an account number are not taken for one.
    """
    folded_text = fold(text[:4000]).text
    tokens = [(m.group().upper(), m.start(), m.end()) for m in _ALNUM.finditer(folded_text)]
    for first in range(len(tokens)):
        last = _window(tokens, first, folded_text)
        if last is None:
            continue
        run = tokens[first : last + 1]
        raw = "".join(token for token, _, _ in run)
        if _looks_like_receipt(raw, [len(t) for t, _, _ in run], tokens, (first, last), text):
            return raw.translate(_CROCKFORD_READS)
    return None


# --- closed answers


def _read_sign(text: str, language: str) -> Answer | None:
    names = {_SIGNS[sign] for sign in _SIGNS if sign in text}
    return Answer(names.pop(), language) if len(names) == 1 else None


def _read_whole(tokens: list[str], words: _Words, question: str | None) -> Name | None:
    if len(tokens) > _MOST_WORDS:
        return None
    meanings = _cover(tokens, words)
    if meanings is None:
        meanings = _nearly(tokens, words)
    return _decide(meanings, question) if meanings else None


def _cover(tokens: list[str], words: _Words) -> list[frozenset[str]] | None:
    """The phrases that together make up all of the message, the longest first; None if they do not."""
    found: list[frozenset[str]] = []
    place = 0
    while place < len(tokens):
        for length in range(min(words.longest, len(tokens) - place), 0, -1):
            meaning = words.phrases.get(tuple(tokens[place : place + length]))
            if meaning is not None:
                found.append(meaning)
                place += length
                break
        else:
            return None
    return found


def _nearly(tokens: list[str], words: _Words) -> list[frozenset[str]] | None:
    """A phrase with a slip of the finger in it."""
    said = " ".join(tokens)
    if len(said) < 6:
        return None
    for phrase, meaning in words.phrases.items():
        known = " ".join(phrase)
        close = len(known) >= 6 and abs(len(known) - len(said)) <= 2 and known[0] == said[0]
        if close and meaning != {"filler"} and fuzz.ratio(known, said) >= 90:
            return [meaning]
    return None


def _decide(meanings: list[frozenset[str]], question: str | None) -> Name | None:
    named: set[str] = set()
    for meaning in meanings:
        solid = meaning - {"filler"}
        if not solid:
            continue
        if len(solid) > 1:
            # "Perfect" answers a question and sends a report: the question says which.
            solid = solid & ({"confirm"} if question == "confirm" else {"yes", "stop"}) or solid
        named.add(min(solid, key=_rank))
    if "nobody" in named:
        if question not in _NOBODY_MEANS_NO:
            return None
        named = named - {"nobody"} | {"no"}
    if len(named) > 1:
        # "No, forget it" is to forget it; "yes, no" is nothing.
        named = named - {"yes", "no"} if named != {"yes", "no"} else set()
    if len(named) != 1:
        return None
    only = named.pop()
    return next((name for name in _NAMES if name == only), None)


def _rank(meaning: str) -> int:
    order = ("yes", "no", "nobody", *_NAMES)
    return order.index(meaning)


def _read_change(said: list[str], words: _Words) -> tuple[bool, Topic | None]:
    tokens = [*_apart(said)]
    if len(tokens) > _MOST_WORDS_OF_A_CHANGE:
        return False, None
    wrong_at = [place for phrase in words.wrong for place in _places(tokens, phrase)]
    if not wrong_at:
        return False, None
    nearest: tuple[int, int, Topic] | None = None
    for topic in _TOPICS:
        for phrase in words.topics[topic]:
            for place in _places(tokens, phrase):
                distance = min(abs(place - wrong) for wrong in wrong_at)
                candidate = (distance, -len(phrase), topic)
                if distance <= 4 and (nearest is None or candidate[:2] < nearest[:2]):
                    nearest = candidate
    if nearest is not None:
        return True, nearest[2]
    # Without a topic only the bare word counts: "change it", "that is wrong".
    return len(tokens) <= 4, None


def _places(tokens: list[str], phrase: tuple[str, ...]) -> Iterator[int]:
    size = len(phrase)
    for place in range(len(tokens) - size + 1):
        if tuple(tokens[place : place + size]) == phrase:
            yield place


def _tokens(text: str) -> list[str]:
    plain = folded(text[:600]).replace("-", " ")
    return [_bare(token) for token in _TOKEN.findall(plain)]


def _apart(tokens: Iterable[str]) -> tuple[str, ...]:
    """`l'hora` as `l` and `hora`, so that the noun is found behind its article."""
    return tuple(piece for token in tokens for piece in token.split("'") if piece)


def _bare(token: str) -> str:
    """`siiii` is `si`, `noooo` is `no`; no word of ours has a letter three times."""
    return re.sub(r"(.)\1{2,}", r"\1", token.replace("·", ""))


@cache
def _neighbours(language: str) -> tuple[str, ...]:
    wanted = (language.split("-")[0], *CLOSEST.get(language, ()), *_CITY)
    return tuple(tag for tag in dict.fromkeys(wanted) if (WORDS / f"{tag}.yml").exists())


@cache
def _words(tag: str) -> _Words:
    raw = yaml.safe_load((WORDS / f"{tag}.yml").read_text(encoding="utf-8"))
    phrases: dict[tuple[str, ...], set[str]] = {}
    for meaning in (*_NAMES, "nobody", "fillers"):
        for phrase in _phrases(raw[meaning]):
            phrases.setdefault(phrase, set()).add("filler" if meaning == "fillers" else meaning)
    return _Words(
        phrases={phrase: frozenset(meanings) for phrase, meanings in phrases.items()},
        longest=max(map(len, phrases)),
        wrong=tuple(map(_apart, _phrases(raw["wrong"]))),
        topics={topic: tuple(map(_apart, _phrases(raw["topics"][topic]))) for topic in _TOPICS},
        hurt_no=_pattern(raw["hurt"]["no"]),
        hurt_yes=_pattern(raw["hurt"]["yes"]),
    )


def _phrases(line: str) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(tuple(_tokens(part)) for part in line.split(";") if part.strip()))


def _pattern(lines: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{fold_pattern(line)})" for line in lines))


# --- contacts

# Chinese has no spaces: its letters stand right beside a number, an address or a plate.
_LETTER = r"[^\W\u3400-\u9fff]"
_START = rf"(?<!{_LETTER})(?<![@.-])"
# Without "https" only what can be no slip of the space bar: a path, or a hyphen in the name.
_DOMAINS = "com|net|org|info|top|xyz|online|site|shop|app|live|club|click|link|icu|vip"
_COUNTRIES = "es|cat|uk|fr|de|it|pt|ro|ua|ma|pk|cn|eu|co|io|me|ly|gl|gg|to|cc|tk|ru|in"
_LINK = re.compile(
    rf"(?<!{_LETTER})(?:(?:https?://|www\.)[^\s<>\"'，。；！？、）]+[^\s<>\"'.,;:!?)\]，。；！？、）]"
    rf"|(?<![@.])(?:[a-z0-9-]{{1,63}}\.){{1,3}}(?:{_DOMAINS}|{_COUNTRIES})/[\w%?=&#./-]*[\w%=#/-]"
    rf"|(?<![@.])(?:[a-z0-9-]{{1,63}}\.){{0,2}}[a-z0-9]{{1,30}}-[a-z0-9-]{{1,30}}\.(?:{_DOMAINS})(?![\w-]))",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    rf"(?<!{_LETTER})(?:{_LETTER}|[.+-]){{1,64}}@(?:{_LETTER}|-){{1,63}}(?:\.(?:{_LETTER}|-){{2,63}}){{1,4}}"
)
_HANDLE = re.compile(rf"{_START}@[A-Za-z0-9_](?:[A-Za-z0-9_.]{{0,28}}[A-Za-z0-9_])")
_CURRENCY = (
    r"€|£|\$|euros?|eur\b|euri|eurillos|euritos|pavos|balles|pounds?|quid|bucks|gbp\b|dollars?|d[oó]lares|"
    r"d[oò]lars|usd\b|lei|roni?\b|dirhams?|dh\b|mad\b|rupees?|rup[ae]ye?|гривень|гривн[іяю]|грн|євро|"
    r"долар\w{0,3}|баксів|يورو|اورو|درهم|دراهم|دولار|یورو|روپے|欧元|歐元|元|欧|歐|块钱|塊錢|"
    r"(?<=\d{3})[块塊]"  # of fewer it may be pieces
)
_THOUSANDS = r"k|mil|mila|mille|tausend|mii|thousand|grand|тис(?:яч\w?|\.)?|ألف|الف|آلاف|ہزار|hazaa?r|千|万|萬"
_AMOUNT = r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_MONEY = re.compile(
    rf"(?<!{_LETTER})(?<![.,])(?:(?:[€£$]|rs\.?|eur)\s?(?:{_AMOUNT})(?!\w)"
    rf"|(?:{_AMOUNT})(?:\s?(?:{_THOUSANDS}))?\s?(?:(?:de|d')\s?)?(?:{_CURRENCY})(?!{_LETTER}))",
    re.IGNORECASE,
)
_UKRAINIAN = "АВЕІКМНОРСТХ"
_CHINESE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Spain since 2000 (no vowels, no Ñ or Q) and before; then France and Italy, the UK, Germany,
# Portugal and Romania, Ukraine, Morocco, China. Written apart, or the letters of a message would
# make plates.
_PLATE = re.compile(
    rf"{_START}(?P<plate>"
    r"(?i:\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3})"
    r"|[A-Z]{1,2}[ -]?\d{4}[ -]?[A-Z]{1,2}"
    r"|(?i:[A-Z]{2}-\d{3}-[A-Z]{2})|[A-Z]{2} ?\d{3} ?[A-Z]{2}"
    r"|[A-Z]{2}\d{2} ?[A-Z]{3}"
    r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}"
    r"|\d{2}-[A-Z]{2}-\d{2}|[A-Z]{2}-\d{2}-[A-Z]{2}|\d{2}-\d{2}-[A-Z]{2}"
    r"|(?:B|[A-Z]{2})[ -]\d{2,3}[ -][A-Z]{3}"
    rf"|[{_UKRAINIAN}]{{2}} ?\d{{4}} ?[{_UKRAINIAN}]{{2}}"
    r"|\d{1,5} ?[-|] ?[أابجدهوط] ?[-|] ?\d{1,2}"
    rf"|(?i:[{_CHINESE}][A-Z][ ·.-]?[A-Z0-9]{{5,6}})"
    rf")(?!{_LETTER}|-)"
)
_ROMANIAN = (
    "b|a[bgr]|b[chnrtvz]|c[sljtv]|d[bj]|g[ljr]|h[dr]|i[lsf]|m[mhs]|nt|ot|ph|s[mjbv]|t[rml]|v[sln]"
)
# In small letters, or as short as "LEA 1234", it is a plate only where the person says so; a
# "number" may be any number, so there it must look like the plates of the place.
_PLATE_SAID = re.compile(
    r"(?:plates?|reg(?:istration)?|matr[ií]cul\w*|immatr\w*|plaque|kennzeichen|nummernschild|targa\w*|"
    r"(?<!case )(?<!report )(?<!file )(?<!reference )number(?= (?-i:[A-Z]))|"
    rf"(?:num[aă]rul|nr)(?= (?:e |este |auto )?(?:{_ROMANIAN})[ -]?\d)|"
    r"номер\w*|رقمها|رقمه|لوحة|(?<!کیس )نمبر|车牌|車牌|车号)"
    r"(?: (?:was|is|es|era|és|est|ist|war|è|e|é|este|number|no|nr|auto|de|la|машини|авто|پلیٹ))*+[ :.#]{0,3}"
    r"(?P<plate>[a-z]{2}[ -]?\d{2,4}[ -]?[a-z]{2,3}|[a-z]{1,3}-[a-z]{1,2}[ -]?\d{1,4}|b \d{2,3} [a-z]{3}"
    r"|(?:(?<=kennzeichen )|(?<=kennzeichen ist ))[a-z]{1,3} [a-z]{1,2} \d{1,4}"
    r"|(?:(?<=number )|(?<=plate )|(?<=نمبر ))(?-i:[A-Z]{2,3}[ -]?\d{3,4})"
    r"|\d{2}[ -][a-z]{2}[ -]\d{2}|[a-z]{2}[ -]\d{2}[ -][a-z]{2}|\d{1,5} [a-z] \d{1,2}"
    rf"|[{_UKRAINIAN}]{{2}} ?\d{{4}} ?[{_UKRAINIAN}]{{2}}|\d{{1,5}} [أابجدهوط] \d{{1,2}})(?!{_LETTER}|-)",
    re.IGNORECASE,
)


def _candidates(text: str, country: str) -> Iterator[Contact]:
    """Every contact that could be meant, the surest kinds first."""
    for match in _EMAIL.finditer(text):
        yield Contact("email", match.group(), match.group().lower(), match.span())
    for match in _LINK.finditer(text):
        yield Contact("link", match.group(), match.group(), match.span())
    for match in _MONEY.finditer(text):
        yield Contact("money", match.group(), " ".join(match.group().split()), match.span())
    for match in (*_PLATE.finditer(text), *_PLATE_SAID.finditer(text)):
        tidy = re.sub(r"[ ·|.-]", "", match["plate"]).upper()
        yield Contact("plate", match["plate"], tidy, match.span("plate"))
    yield from _phones(text, country)
    for match in _HANDLE.finditer(text):
        yield Contact("handle", match.group(), match.group().lower(), match.span())


def _phones(text: str, country: str) -> Iterator[Contact]:
    if sum(letter.isdecimal() for letter in text) < 6 or find_receipt(text) is not None:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, country):
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        yield Contact("phone", match.raw_string, number, (match.start, match.end))


# --- receipts

_ALNUM = re.compile(r"[a-z0-9]+")
_CROCKFORD = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZOIL")
_CROCKFORD_READS = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s.,_:/-]{0,3}")
_SIZE = 16


def _window(tokens: list[tuple[str, int, int]], first: int, text: str) -> int | None:
    """The last of the tokens that, from `first` on, hold sixteen characters, or None."""
    size = 0
    for last in range(first, min(len(tokens), first + _SIZE)):
        if last > first and not _BETWEEN.fullmatch(text, tokens[last - 1][2], tokens[last][1]):
            return None
        size += len(tokens[last][0])
        if size >= _SIZE:
            return last if size == _SIZE else None
    return None


def _looks_like_receipt(
    raw: str,
    sizes: list[int],
    tokens: list[tuple[str, int, int]],
    window: tuple[int, int],
    text: str,
) -> bool:
    digits = sum(letter.isdigit() for letter in raw)
    if not set(raw) <= _CROCKFORD or digits == _SIZE:
        return False
    first, last = window
    around = [tokens[i][0] for i in (first - 1, last + 1) if 0 <= i < len(tokens)]
    if any(len(t) == 4 and any(c.isdigit() for c in t) for t in around) and set(sizes) == {4}:
        return False
    if sizes == [_SIZE]:
        return digits >= 1
    if sizes == [4, 4, 4, 4]:
        return _grouped_like_ours(raw, digits, text)
    if len(set(sizes)) == 1:
        return digits >= 1
    # Dictated unevenly: any word of two letters in between may just as well be a word.
    words = any(token.isalpha() and len(token) > 1 for token, _, _ in tokens[first : last + 1])
    return not words and max(sizes) <= 8 and 4 <= digits <= _SIZE - 3


def _grouped_like_ours(raw: str, digits: int, text: str) -> bool:
    as_written = text.translate(_DASHES)
    if re.search("-".join(raw[i : i + 4] for i in range(0, _SIZE, 4)), as_written, re.IGNORECASE):
        return True
    groups = [raw[i : i + 4] for i in range(0, _SIZE, 4)]
    mixed = sum(any(c.isdigit() for c in group) for group in groups)
    alone = len(re.sub(r"\W", "", text)) <= _SIZE + 12
    upper = " ".join(groups) in as_written
    return mixed >= 2 or (digits >= 1 and (alone or upper))


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
