"""How a message is read before it is weighed."""

from __future__ import annotations

import re
import unicodedata
from typing import Text

LONG = 4000  # characters; a longer message is weighed by its first and last thousand
END = 1000


def plain(text: Text) -> Text:
    """The text as it is kept: no null bytes, no half characters, no space around it."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8").strip()


def within_reach(text: Text) -> Text:
    """The text as it is weighed: plain, not shouted, and of a very long one both ends."""
    kept = plain(text)
    if kept.isupper():  # no small letter at all: the words mean what they mean in small ones
        kept = kept.lower()
    if len(kept) > LONG:
        return kept[:END] + " … " + kept[-END:]
    return kept


def not_a_command(text: Text) -> Text:
    """The text without leading slashes: what a citizen types is never an order to the engine."""
    return re.sub(r"^[/\s]+", "", text)


def folded(text: Text) -> Text:
    """Lower case, no accents, no tatweel: how people write in a hurry."""
    decomposed = unicodedata.normalize("NFKD", within_reach(text).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "ـ")
