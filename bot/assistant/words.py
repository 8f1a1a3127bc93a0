"""How a message is read before it is weighed."""

from __future__ import annotations

import unicodedata
from typing import Text

LONG = 4000  # characters; a longer message is weighed by its first and last thousand
END = 1000


def within_reach(text: Text) -> Text:
    """The text as it is weighed: no null bytes, and of a very long one both ends."""
    plain = text.replace("\x00", " ").strip()
    if len(plain) > LONG:
        return plain[:END] + " … " + plain[-END:]
    return plain


def not_a_command(text: Text) -> Text:
    """The text without leading slashes: what a citizen types is never an order to the engine."""
    return text.lstrip("/ \t\n") or text.replace("/", " ")


def folded(text: Text) -> Text:
    """Lower case, no accents, no tatweel: how people write in a hurry."""
    decomposed = unicodedata.normalize("NFKD", within_reach(text).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "ـ")
