"""Words for people: the gettext catalogues, with plurals, dates and numbers through Babel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from backend.taxonomy.rules import Direction, taxonomy

LOCALE = Path(__file__).resolve().parents[2] / "bot" / "locale"
FALLBACK = "en"
# English as it is written in Europe: the day stands before the month.
_WRITTEN_AS = {"en": "en_150"}


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for a mark, known to every extractor
    """Mark an English text for the catalogues; it is looked up later, in the reader's language."""
    return msgid


class _KnownFields(Formatter):
    """Fills `{name}` and nothing else: no attributes, no indexing, no conversion.

    A person's words only ever arrive as values, so braces in them are never interpreted.
    """

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(field_name, ""), field_name


_fill = _KnownFields()
_LATIN = re.compile(r"[0-9A-Za-z]")


def isolated(value: str) -> str:
    """A value for a right-to-left text, kept in its own order (Unicode UAX 9, isolates).

    Without it a case number such as 26-FYNJHT is read from its end.
    """
    if "\n" in value or not _LATIN.search(value):
        return value
    return f"\u2068{value}\u2069"


@dataclass(frozen=True)
class Catalogue:
    """The words of one language. A text without a translation comes out in English."""

    language: str
    direction: Direction
    messages: dict[str, tuple[str, ...]]
    locale: Locale

    def unfilled(self, msgid: str) -> str:
        """The text in this language with its named fields still open."""
        return self.messages.get(msgid, (msgid,))[0]

    def text(self, msgid: str, **params: object) -> str:
        """The text in this language with its named fields filled."""
        return self._filled(self.unfilled(msgid), params)

    def plural(self, one: str, many: str, n: int, **params: object) -> str:
        """The form of a text that fits `n` in this language."""
        forms = self.messages.get(one)
        if forms is None:
            return self._filled(one if n == 1 else many, {"n": self.number(n), **params})
        return self._filled(forms[self._form(n, len(forms))], {"n": self.number(n), **params})

    def number(self, n: float) -> str:
        """A number as it is written in this language."""
        return str(format_decimal(n, locale=self.locale))

    def day(self, at: datetime, zone: ZoneInfo) -> str:
        """`23 November 2026`, in this language and zone."""
        return format_date(at.astimezone(zone), "long", locale=self.locale)

    def hour(self, at: datetime, zone: ZoneInfo) -> str:
        """`17:05`, in this language and zone."""
        return format_time(at, "short", tzinfo=zone, locale=self.locale)

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """`23 November 2026, 17:05`, in this language and zone."""
        joined = str(get_datetime_format("medium", self.locale))
        hour = format_time(at, "HH:mm", tzinfo=zone, locale=self.locale)
        return joined.format(hour, self.day(at, zone))

    def _form(self, n: int, forms: int) -> int:
        from babel.messages.plurals import get_plural  # noqa: PLC0415 - heavy, rarely needed

        index = int(_plural_index(get_plural(self.language).plural_expr, n))
        return min(index, forms - 1)

    def _filled(self, text: str, params: dict[str, object]) -> str:
        if "{" not in text and "}" not in text:
            return text
        if self.direction == "rtl":
            params = {name: isolated(str(value)) for name, value in params.items()}
        return _fill.vformat(text, (), params)


@cache
def _plural_index(expression: str, n: int) -> int:
    from gettext import c2py  # noqa: PLC0415

    return int(c2py(expression.strip("()"))(n))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; one that is not offered gives English."""
    known = taxonomy().languages.get(language)
    if known is None or not known.on:
        known = taxonomy().languages[FALLBACK]
    path = LOCALE / known.tag / "LC_MESSAGES" / "sereno.po"
    messages: dict[str, tuple[str, ...]] = {}
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=known.tag):
                forms = message.string if isinstance(message.string, tuple) else (message.string,)
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                if msgid and all(forms) and not message.fuzzy:
                    messages[msgid] = tuple(str(form) for form in forms)
    locale = Locale.parse(_WRITTEN_AS.get(known.tag, known.tag))
    return Catalogue(known.tag, known.direction, messages, locale)
