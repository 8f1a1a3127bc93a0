"""Moments in people's words: never in the future, right across summer time, honest about doubt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time

from backend.kit.catalogues import N_
from backend.languages.folding import Folded, fold
from backend.languages.rules import CLOSEST
from backend.moments.lexicon import UNITS, Lexicon, Part, Unit, lexicon

Precision = Literal["minute", "hour", "part_of_day", "day", "week", "month", "year"]

# Where each part of the day begins and ends, in hours from midnight; each begins at its own hour,
# so that `say_moment` can tell them apart.
PART_HOURS: dict[Part, tuple[int, int]] = {
    "dawn": (0, 6),
    "morning": (6, 12),
    "noon": (12, 14),
    "afternoon": (13, 19),
    "evening": (18, 22),
    "night": (21, 30),
}
_MINUTES: dict[Unit, int] = {
    "minute": 1,
    "hour": 60,
    "day": 1440,
    "week": 10080,
    "month": 43200,
    "year": 525600,
}
_READ = 2000
# What stands where a greeting, opening hours or a habit were: no word of any language.
_ASIDE, _HABIT = "\1", "\0"
_DIGITAL = re.compile(r"(?<![\d.,:/\-])([01]?\d|2[0-3])(?::|h)([0-5]\d)(?![\d:]|[.,/]\d|-\d)")
_FRENCH_HOUR = re.compile(r"(?<![\w.,:/\-])(1[3-9]|2[0-3])h(?!\w)")
_NUMERIC_DATE = re.compile(
    r"(?<![\w.,:/\-])(?:(?P<yy1>20\d\d)-(?P<mm1>[01]?\d)-(?P<dd1>[0-3]?\d)"
    r"|(?P<dd2>[0-3]?\d)[/.\-](?P<mm2>[01]?\d)(?:[/.\-](?P<yy2>20\d\d|\d\d))?)(?![\w/\-]|[.,]\d)"
)
# Streets and squares are called after days: Via 25 Aprile, rue du 8 mai 1945.
_STREET = re.compile(
    r"(?<!\w)(?:calle|carrer|c/|plaza|placa|avenida|avda|avinguda|passeig|paseo|rue|place|avenue|quai|"
    r"boulevard|via|viale|piazza|corso|rua|praca|largo|strada|str|piata|bulevardul|strasse|platz|"
    r"street|road|square|вулиц[яію]|вул|площ[аі]|شارع|ساحه|ميدان)\.?\s?(?:(?:del?|du|do|da|des|la|el) )*$"
)
# The year one was born in is no moment of a report.
_BORN = re.compile(
    r"(?<!\w)(?:born|naci|nacid[oa]|nascuda|vaig neixer|(?:suis|est) nee?|geboren|nat[oa]|nasci|"
    r"nascid[oa]|nascuta?|"
    r"народи\w+|ولدت|مواليد|مولود|پيدا)(?: (?:\w+|a \w+))? ?$"
)

# The texts `say_moment` is put together from, marked for the catalogues.
SAID = (
    N_("today"),
    N_("yesterday"),
    N_("just now"),
    N_("{day}"),
    N_("{day} at {time}"),
    N_("{day} around {time}"),
    N_("{day}, more or less"),
    N_("{day}, in the small hours"),
    N_("{day} in the morning"),
    N_("{day} around midday"),
    N_("{day} in the afternoon"),
    N_("{day} in the evening"),
    N_("{day} at night"),
    N_("the week of {day}"),
    N_("since {moment}"),
    N_("{moment} until {time}"),
)


@dataclass(frozen=True)
class Moment:
    """When something happened, in the city's zone.

    `end` is there for a stretch of time; `approximate` when the words or the reading leave doubt;
    `words` are the person's own, `span` their place in the message.
    """

    start: datetime
    end: datetime | None
    precision: Precision
    approximate: bool
    words: str
    span: tuple[int, int]


@dataclass(frozen=True)
class _Day:
    day: date
    sure: bool
    """Whether the words leave no other day (a weekday may be a week earlier)."""
    step: int = 0
    """Days to go back by if the moment would lie in the future; 0 when it cannot move."""
    night: bool = False


@dataclass(frozen=True)
class _Clock:
    hour: int
    minute: int
    exact: bool
    """Minutes were said, or a colon was written."""
    settled: bool
    """24 hours, or morning and afternoon told apart."""
    lasts: int | None = None
    """Hours until the end, where an end was said."""


@dataclass
class _Found:
    """What was found of a moment, with the places it was found at."""

    spans: list[tuple[int, int]]

    def keep(self, match: re.Match[str]) -> None:
        self.spans.append(match.span())


def read_moment(text: str, language: str, now: datetime, zone: ZoneInfo) -> Moment | None:
    """The moment a message tells of, or None when there is no time in it.

    Raises ValueError when `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("Give `now` with its time zone.")
    here = now.astimezone(zone).replace(microsecond=0)
    message = fold(text[:_READ])
    base = language.split("-")[0]
    for tag in dict.fromkeys((base, *CLOSEST.get(base, ()), "en")):
        words = lexicon(tag)
        if words is None:
            continue
        moment = _read(message, words, here, zone, text)
        if moment is not None:
            return moment
        if words.false_friends is not None:
            # German "hier" is no French yesterday.
            plain = words.false_friends.sub(lambda m: _ASIDE * len(m.group()), message.text)
            message = replace(message, text=plain)
    return None


def say_moment(
    moment: Moment,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    translate: Callable[[str], str],
) -> str:
    """The moment in the person's language; `translate` is the gettext of that language."""
    start, here = moment.start.astimezone(zone), now.astimezone(zone)
    if _still_going(moment, start, here):
        day = _say_day(start.date(), here.date(), language, translate)
        return translate("since {moment}").format(moment=day)
    said = _say_start(moment, start, here, language, translate)
    if moment.end is None or moment.precision not in ("minute", "hour"):
        return said
    until = format_time(moment.end.astimezone(zone), "short", locale=language, tzinfo=zone)
    return translate("{moment} until {time}").format(moment=said, time=until)


def _still_going(moment: Moment, start: datetime, now: datetime) -> bool:
    """Days or more that run up to now (today itself always does)."""
    if moment.end is None or moment.precision in ("minute", "hour", "part_of_day"):
        return False
    return moment.end >= now - timedelta(minutes=1) and start.date() != now.date()


# --- reading


def _read(
    message: Folded, words: Lexicon, now: datetime, zone: ZoneInfo, original: str
) -> Moment | None:
    plain = _without_habits(message.text, words)
    found = _Found([])
    moment = _stretch(plain, words, now, zone, found) or _composed(plain, words, now, zone, found)
    if moment is None:
        moment = _present(plain, words, now, found)
    if moment is None:
        return None
    start, end = min(s for s, _ in found.spans), max(e for _, e in found.spans)
    pieces = [original[slice(*message.span(*span))] for span in sorted(set(found.spans))]
    span = message.span(start, end)
    near = end - start <= 60
    said = original[slice(*span)] if near else " … ".join(pieces)
    return replace(moment, words=said.strip(), span=span)


def _without_habits(plain: str, words: Lexicon) -> str:
    """What happens every night, tomorrow or when we are open is not when it happened."""
    plain = words.aside.sub(lambda match: _ASIDE * len(match.group()), plain)
    return words.habit.sub(lambda match: _HABIT * len(match.group()), plain)


def _present(plain: str, words: Lexicon, now: datetime, found: _Found) -> Moment | None:
    for pattern, precision, back, doubt in (
        (words.just_now, "minute", 0, True),
        (words.now, "minute", 0, False),
        (words.recently, "day", 0, True),
    ):
        match = pattern.search(plain)
        if match is None:
            continue
        found.keep(match)
        if precision == "day":
            # "A while ago" is no day to put in a report: it says only that it is past.
            return None
        return Moment(now - timedelta(minutes=back), None, "minute", doubt, "", (0, 0))
    return None


def _stretch(
    plain: str, words: Lexicon, now: datetime, zone: ZoneInfo, found: _Found
) -> Moment | None:
    """So long ago, or since then."""
    for patterns, lasting in ((words.since, True), (words.ago, False)):
        for pattern in patterns:
            match = pattern.search(plain)
            if match is None:
                continue
            minutes, unit = _duration(match, words)
            if minutes <= 0 or minutes > 60 * _MINUTES["year"]:
                continue
            found.keep(match)
            start = (now.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(zone)
            if unit in ("minute", "hour"):
                return Moment(start, now if lasting else None, unit, True, "", (0, 0))
            start = _at(start.date(), 0, 0, zone)
            if lasting:
                return Moment(start, now, unit, True, "", (0, 0))
            if unit == "day":
                return _fill(_Day(start.date(), sure=True), plain, words, now, zone, found)
            end = start + timedelta(days=7 if unit == "week" else 30)
            return Moment(start, min(end, now), unit, True, "", (0, 0))
    return None


def _duration(match: re.Match[str], words: Lexicon) -> tuple[int, Unit]:
    groups = match.groupdict()
    if groups.get("d"):
        minutes = words.durations[groups["d"]]
        unit: Unit = [u for u in UNITS if minutes >= _MINUTES[u]][-1]
    elif groups.get("hh"):
        return int(groups["hh"]) * 60 + int(groups["hm"]), "minute"
    else:
        unit = next((u for u, p in words.units if p.fullmatch(groups["u"])), "minute")
        minutes = _number(groups["n"], words) * _MINUTES[unit]
    if groups.get("x"):
        return minutes + _number(groups["x"], words), "minute"
    half = _MINUTES[unit] // 2 if groups.get("hb") or groups.get("ha") else 0
    return minutes + half, unit


def _number(said: str, words: Lexicon) -> int:
    return int(said) if said.isdigit() else words.numbers[said]


def _composed(
    plain: str, words: Lexicon, now: datetime, zone: ZoneInfo, found: _Found
) -> Moment | None:
    """A day, a part of it, an hour: whatever of them was said."""
    today = now.date()
    span = _long_span(plain, words, today, now, zone, found)
    if span is not None:
        return span
    day = _find_day(plain, words, today, found)
    if day is None:
        span = _month_or_year(plain, words, now, zone, found)
        if span is not None:
            return span
    return _fill(day, plain, words, now, zone, found)


def _month_or_year(
    plain: str, words: Lexicon, now: datetime, zone: ZoneInfo, found: _Found
) -> Moment | None:
    """A month or a year that stands alone: "in June", "since 2019"."""
    for pattern in (*words.in_months, *words.in_years):
        match = pattern.search(plain)
        if match is None or _BORN.search(plain[max(0, match.start() - 20) : match.start()]):
            continue
        said = match.groupdict()
        month = words.months[said["mo"]] if said.get("mo") else None
        year = int(said["yy"]) if said.get("yy") else now.year
        start = date(year, month or 1, 1)
        if start > now.date() and not said.get("yy"):
            start = start.replace(year=year - 1)
        if start > now.date():
            continue
        found.keep(match)
        end = date(start.year + 1, 1, 1)
        if month is not None:
            end = (start + timedelta(days=32)).replace(day=1)
        until = now if said.get("since") else min(_at(end, 0, 0, zone), now)
        precision: Precision = "month" if month else "year"
        return Moment(_at(start, 0, 0, zone), until, precision, True, "", (0, 0))
    return None


def _long_span(
    plain: str, words: Lexicon, today: date, now: datetime, zone: ZoneInfo, found: _Found
) -> Moment | None:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    spans: dict[str, tuple[date, date, Precision]] = {
        "last_weekend": _weekend(today),
        "last_week": (monday - timedelta(days=7), monday, "week"),
        "this_week": (monday, monday + timedelta(days=7), "week"),
        "last_month": (before, first, "month"),
        "last_year": (date(today.year - 1, 1, 1), date(today.year, 1, 1), "year"),
    }
    if any(pattern.search(plain) for pattern in (*words.weekdays, *words.dates)):
        return None
    for name, pattern in words.spans:
        if match := pattern.search(plain):
            found.keep(match)
            start, end, precision = spans[name]
            until = min(_at(end, 0, 0, zone), now)
            return Moment(_at(start, 0, 0, zone), until, precision, True, "", (0, 0))
    return None


def _weekend(today: date) -> tuple[date, date, Precision]:
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return saturday, saturday + timedelta(days=2), "day"


def _find_day(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    return (
        _night_or_tonight(plain, words, today, found)
        or _relative_day(plain, words, today, found)
        or _calendar_day(plain, words, today, found)
        or _weekday(plain, words, today, found)
        or _day_of_month(plain, words, today, found)
    )


def _night_or_tonight(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    if any(pattern.search(plain) for back, pattern in words.days if back >= 2):
        return None
    if match := words.last_night.search(plain):
        found.keep(match)
        return _Day(today - timedelta(days=1), sure=True, night=True)
    if words.last_evening is not None and (match := words.last_evening.search(plain)):
        found.keep(match)
        return _Day(today - timedelta(days=1), sure=True)
    if match := words.tonight.search(plain):
        found.keep(match)
        return _Day(today, sure=False, step=1, night=True)
    return None


def _relative_day(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    for back, pattern in words.days:
        if match := pattern.search(plain):
            found.keep(match)
            return _Day(today - timedelta(days=back), sure=True)
    return None


def _weekday(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    for number, pattern in enumerate(words.last_weekdays):
        if match := pattern.search(plain):
            found.keep(match)
            return _Day(today - timedelta(days=(today.weekday() - number - 1) % 7 + 1), sure=True)
    last_week = dict(words.spans).get("last_week")
    for number, pattern in enumerate(words.weekdays):
        if match := pattern.search(plain):
            found.keep(match)
            if last_week and (week := last_week.search(plain)):
                found.keep(week)
                monday = today - timedelta(days=today.weekday() + 7)
                return _Day(monday + timedelta(days=number), sure=True)
            return _Day(today - timedelta(days=(today.weekday() - number) % 7), sure=True, step=7)
    return None


def _calendar_day(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    for pattern in (*words.dates, _NUMERIC_DATE):
        for match in pattern.finditer(plain):
            if _STREET.search(plain[max(0, match.start() - 24) : match.start()]):
                continue
            day = _date_of(match.groupdict(), words, today)
            if day is not None:
                found.keep(match)
                return _Day(day, sure=True)
    return None


def _date_of(said: dict[str, str | None], words: Lexicon, today: date) -> date | None:
    day = said.get("dd") or said.get("dd1") or said.get("dd2")
    if said.get("dw"):
        day = str(words.numbers[said["dw"] or ""])
    month = said.get("mm") or said.get("mm1") or said.get("mm2")
    year = said.get("yy") or said.get("yy1") or said.get("yy2")
    number = words.months[said["mo"] or ""] if said.get("mo") else int(month or 0)
    try:
        if year is not None:
            full = int(year) if len(year) == 4 else 2000 + int(year)
            found = date(full, number, int(day or 0))
            return found if found <= today else None
        found = date(today.year, number, int(day or 0))
        return found if found <= today else found.replace(year=today.year - 1)
    except ValueError:
        return None


def _day_of_month(plain: str, words: Lexicon, today: date, found: _Found) -> _Day | None:
    for pattern in words.days_of_month:
        match = pattern.search(plain)
        if match is None:
            continue
        wanted, month = _number(match["dd"], words), today.replace(day=1)
        for _ in range(3):
            try:
                day = month.replace(day=wanted)
            except ValueError:
                day = today + timedelta(days=1)
            if day <= today:
                found.keep(match)
                return _Day(day, sure=True)
            month = (month - timedelta(days=1)).replace(day=1)
    return None


def _fill(
    day: _Day | None,
    plain: str,
    words: Lexicon,
    now: datetime,
    zone: ZoneInfo,
    found: _Found,
) -> Moment | None:
    """The day with its part and its hour, if they were said."""
    part = _find_part(plain, words, found, day)
    part_at = found.spans[-1][0] if part is not None and found.spans else -1
    clock = _find_clock(plain, words, found)
    if clock is not None and part == "night" and not (day is not None and day.night):
        part, clock = _of_the_small_hours(part, part_at, clock, found)
    if day is None and part is None and clock is None:
        return None
    if day is None and _of_a_habit(plain, words, found):
        return None
    lasting = _lasting(plain, words, found, named=day is not None)
    doubt = _is_about(plain, words, found)
    if clock is not None:
        return _with_clock(day, part, clock, now, zone, doubt, lasting)
    if part is not None:
        return _with_part(day, part, now, zone)
    assert day is not None  # noqa: S101 - one of the three was found, or we would not be here
    start = _at(day.day, 0, 0, zone)
    end = now if lasting else min(_at(day.day + timedelta(days=1), 0, 0, zone), now)
    return Moment(start, end, "day", doubt or not day.sure, "", (0, 0))


def _of_the_small_hours(
    part: Part, part_at: int, clock: _Clock, found: _Found
) -> tuple[Part, _Clock]:
    """The night said after its hour: three at night on Sunday is Sunday, Sunday night at three is not."""
    said_after = 0 <= part_at - found.spans[-1][1] <= 2
    if not said_after or not 0 < clock.hour % 12 < 7 or clock.hour >= 18:
        return part, clock
    return "dawn", replace(clock, hour=clock.hour % 12, settled=True)


def _of_a_habit(plain: str, words: Lexicon, found: _Found) -> bool:
    """Whether the hour belongs to what happens again and again: "every night until three"."""
    if any(pattern.search(plain) for pattern in words.this_parts):
        return False
    start, end = min(found.spans)[0], max(end for _, end in found.spans)
    sentence = max(plain.rfind(mark, 0, start) for mark in ".!?;\n。!?") + 1
    return (
        _HABIT in plain[max(sentence, start - 60) : start]
        or plain[end : end + 2].strip()[:1] == _HABIT
    )


def _find_part(plain: str, words: Lexicon, found: _Found, day: _Day | None) -> Part | None:
    if words.last_evening is not None and (match := words.last_evening.search(plain)):
        found.keep(match)
        return "evening"
    if day is not None and day.night:
        return "night"
    for pattern in words.this_parts:
        if match := pattern.search(plain):
            found.keep(match)
            return next((p for w, p in words.this_words if w in match.group()), None)
    best: tuple[int, int, Part, re.Match[str]] | None = None
    for part, pattern in words.parts:
        if match := pattern.search(plain):
            candidate = (match.start(), -len(match.group()), part, match)
            if best is None or candidate[:2] < best[:2]:
                best = candidate
    if best is None:
        return None
    found.keep(best[3])
    return best[2]


def _find_clock(plain: str, words: Lexicon, found: _Found) -> _Clock | None:
    for pattern in words.ranges:
        if match := pattern.search(plain):
            found.keep(match)
            return _range_clock(match, plain, words)
    if match := _DIGITAL.search(plain):
        found.keep(match)
        hour, minute = int(match[1]), int(match[2])
        clock = _settle_hour(hour, minute, plain, match, words, exact=True)
        return replace(clock, settled=clock.settled or match[1].startswith("0"))
    for pattern in words.quarters:
        if match := pattern.search(plain):
            found.keep(match)
            quarters = 1 if match.groupdict().get("one") else _number(match["q"], words)
            minutes = (_number(match["h"], words) - 1) * 60 + 15 * quarters
            hour, minute = divmod(minutes, 60)
            return _settle_hour(hour % 24, minute, plain, match, words, exact=True)
    for pattern, shift in words.clock:
        if match := pattern.search(plain):
            found.keep(match)
            return _said_clock(match, shift, plain, words)
    if match := _FRENCH_HOUR.search(plain):
        found.keep(match)
        return _Clock(int(match[1]), 0, exact=False, settled=True)
    if match := words.midnight.search(plain):
        found.keep(match)
        return _Clock(24, 0, exact=False, settled=True)
    return None


def _range_clock(match: re.Match[str], plain: str, words: Lexicon) -> _Clock:
    """From one hour to another; whatever tells morning from afternoon for one tells it for both."""
    first, last = _number(match["h"], words) % 24, _number(match["k"], words) % 24
    if first >= 13 or last >= 13 or 0 in (first, last):
        return _Clock(first, 0, exact=False, settled=True, lasts=(last - first) % 24 or None)
    opened = _late_in_day(plain[match.end("h") : match.end("h") + 24].lstrip(), words)
    closed = _late_in_day(plain[match.end("k") : match.end("k") + 24].lstrip(), words)
    if opened is None:
        opened = _late_before(plain[max(0, match.start() - 12) : match.start("h")], words)
    lasts = (last - first) % 12 or 12
    night = dict(words.parts)["night"]
    if last == 12 and night.match(plain[match.end("k") :].lstrip()):
        # Twelve at night ends the day.
        return _Clock(24 - lasts, 0, exact=False, settled=True, lasts=lasts)
    if opened is not None:
        first = first % 12 + (12 if opened else 0)
        if closed is not None:
            lasts = (last % 12 + (12 if closed else 0) - first) % 24
    elif closed is not None:
        first = (last % 12 + (12 if closed else 0) - lasts) % 24
    settled = opened is not None or closed is not None
    return _Clock(first, 0, exact=False, settled=settled, lasts=lasts)


def _late_in_day(after: str, words: Lexicon) -> bool | None:
    """Whether the words right after an hour say that it is past noon; None when they are silent."""
    if words.pm.match(after):
        return True
    return False if words.am.match(after) else None


def _late_before(before: str, words: Lexicon) -> bool | None:
    if words.pm.search(before):
        return True
    return False if words.am.search(before) else None


def _said_clock(match: re.Match[str], shift: int, plain: str, words: Lexicon) -> _Clock:
    said = match.groupdict()
    past = _number(said["m"], words) if said.get("m") else 0
    to = _number(said["l"], words) if said.get("l") else 0
    hours = _number(said["h"], words) if said.get("h") else 0
    minutes = hours * 60 + shift + past - to
    hour, minute = divmod(minutes % 1440, 60)
    return _settle_hour(hour, minute, plain, match, words, exact=bool(shift or past or to))


def _settle_hour(
    hour: int, minute: int, plain: str, match: re.Match[str], words: Lexicon, *, exact: bool
) -> _Clock:
    """Morning or afternoon, where the words right after the hour say so."""
    after = plain[match.end() : match.end() + 24]
    before = plain[max(0, match.start() - 12) : match.start()]
    if hour >= 13 or hour == 0:
        return _Clock(hour, minute, exact, settled=True)
    tails = [after.lstrip()]
    if "h" in match.groupdict():
        tails.append(plain[match.end("h") : match.end() + 24].lstrip())
    late = any(words.pm.match(tail) for tail in tails)
    early = any(words.am.match(tail) for tail in tails)
    if late or words.pm.search(before):
        return _Clock(hour % 12 + 12, minute, exact, settled=True)
    if early or words.am.search(before):
        return _Clock(hour % 12 if hour == 12 else hour, minute, exact, settled=True)
    return _Clock(hour, minute, exact, settled=False)


def _lasting(plain: str, words: Lexicon, found: _Found, *, named: bool) -> bool:
    if not found.spans:
        return False
    first, last = min(found.spans)[0], max(end for _, end in found.spans)
    before = plain[max(0, first - 20) : first]
    # Words as short as Italian "da" mean since before a day only.
    if named and words.since_day is not None and words.since_day.search(before):
        return True
    after = plain[last : last + 20].lstrip()
    if named and words.since_after is not None and words.since_after.match(after):
        return True
    if words.since_before is None:
        return False
    match = words.since_before.search(before)
    # "From the car yesterday" does not last; only the words that mean since do, and "from" as well
    # as its sisters mean origin far too often.
    return match is not None and len(match.group().strip(" '")) > 3 and "from" not in match.group()


def _is_about(plain: str, words: Lexicon, found: _Found) -> bool:
    first = min(start for start, _ in found.spans)
    last = max(end for _, end in found.spans)
    return words.about.search(plain, max(0, first - 16), min(len(plain), last + 16)) is not None


def _with_part(day: _Day | None, part: Part, now: datetime, zone: ZoneInfo) -> Moment:
    first, last = PART_HOURS[part]
    when = day.day if day is not None else now.date()
    step = day.step if day is not None else 1
    start = _at(when, first, 0, zone)
    if start > now:
        # "Tonight" at noon, "in the evening" at four: the last one there was. A day that was
        # named stays: it is the part that began later than people think.
        if step == 0:
            hour_now = _at(when, 0, 0, zone)
            return Moment(hour_now, now, "day", True, "", (0, 0))
        when -= timedelta(days=step)
        start = _at(when, first, 0, zone)
    end = min(_at(when, last, 0, zone), now)
    return Moment(start, end, "part_of_day", True, "", (0, 0))


def _with_clock(
    day: _Day | None,
    part: Part | None,
    clock: _Clock,
    now: datetime,
    zone: ZoneInfo,
    doubt: bool,
    lasting: bool,
) -> Moment:
    hours, sure = _hours(clock, part, named=day is not None and day.day != now.date())
    best = _latest(day, hours, clock.minute, now, zone)
    if best is None:
        when = day.day if day is not None else now.date()
        start = min(_at(when, 0, 0, zone), now)
        return Moment(start, now, "day", True, "", (0, 0))
    start, moved = best
    end: datetime | None = now if lasting else None
    if clock.lasts is not None:
        end = min(_at(start.date(), start.hour + clock.lasts, 0, zone), now)
    precision: Precision = "minute" if clock.exact else "hour"
    return Moment(start, end, precision, doubt or moved or not sure, "", (0, 0))


def _hours(clock: _Clock, part: Part | None, *, named: bool) -> tuple[tuple[int, ...], bool]:
    """The hours from the midnight of the day that the words allow, and whether it is only one."""
    hour = clock.hour
    if part == "night":
        # The night of a day runs into the next: three o'clock last night is this morning.
        late = hour % 12
        if hour >= 18:
            return (hour,), True
        return ((late + 24,) if late < 7 else (late + 12,)), True
    if clock.settled:
        return (hour,), True
    if part in ("afternoon", "evening"):
        return ((hour if hour == 12 else hour + 12),), True
    if part == "noon":
        return ((hour + 12 if hour < 5 else hour),), True
    if part in ("morning", "dawn"):
        return ((hour % 12 if part == "dawn" else hour),), True
    if hour == 12:
        return (12, 24), False
    if named:
        # By the sense of a day: one to six is the afternoon, seven to eleven the morning.
        return ((hour + 12 if hour < 7 else hour),), False
    return (hour, hour + 12), False


def _latest(
    day: _Day | None, hours: tuple[int, ...], minute: int, now: datetime, zone: ZoneInfo
) -> tuple[datetime, bool] | None:
    """The latest of the readings that is past, and whether it meant leaving the day of the words."""
    when = day.day if day is not None else now.date()
    step = day.step if day is not None else 1
    for moved, shift in ((False, 0), (True, step)):
        if moved and step == 0:
            break
        options = [_at(when - timedelta(days=shift), h, minute, zone) for h in hours]
        past = [option for option in options if option <= now]
        if past:
            return max(past), moved
    return None


def _at(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """That wall-clock time; an hour that summer time skipped becomes the one the clocks showed."""
    day, hour = day + timedelta(days=hour // 24), hour % 24
    wall = datetime.combine(day, time(hour, minute), tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


# --- saying

_PART_SAID = {
    0: "{day}, in the small hours",
    6: "{day} in the morning",
    12: "{day} around midday",
    13: "{day} in the afternoon",
    18: "{day} in the evening",
    21: "{day} at night",
}


def _say_start(
    moment: Moment,
    start: datetime,
    now: datetime,
    language: str,
    translate: Callable[[str], str],
) -> str:
    if moment.precision == "year":
        return format_skeleton("y", start, locale=language)
    if moment.precision == "month":
        return format_skeleton("yMMMM", start, locale=language)
    day = _say_day(start.date(), now.date(), language, translate)
    if moment.precision == "week":
        return translate("the week of {day}").format(day=day)
    if moment.precision == "day":
        msgid = "{day}, more or less" if moment.approximate else "{day}"
        return translate(msgid).format(day=day)
    if moment.precision == "part_of_day":
        return translate(_PART_SAID[start.hour]).format(day=day)
    if now - start < timedelta(minutes=1):
        return translate("just now")
    clock = format_time(start, "short", locale=language, tzinfo=start.tzinfo)
    msgid = "{day} around {time}" if moment.approximate else "{day} at {time}"
    return translate(msgid).format(day=day, time=clock)


def _say_day(day: date, today: date, language: str, translate: Callable[[str], str]) -> str:
    if day == today:
        return translate("today")
    if day == today - timedelta(days=1):
        return translate("yesterday")
    if day.year == today.year:
        noon = datetime.combine(day, time(12), tzinfo=UTC)
        return format_skeleton("MMMMEEEEd", noon, locale=language)
    return format_date(day, "long", locale=language)
