"""Decisions about a thread: what may come in, which language it speaks."""

from __future__ import annotations

import re
import unicodedata

from backend.answers.rules import find_receipt
from backend.conversations.schemas import Inbound
from backend.kit.catalogues import N_
from backend.kit.errors import Invalid

LONGEST = 10_000  # characters of one message
RECEIPT_MASK = "••••-••••-••••-••••"
_RUN = re.compile(r"[A-Za-z0-9]+")
_READ_AS = str.maketrans("OIL", "011")

EMPTY = N_("Your message was empty. Write what happened, or what you want to ask.")
TOO_LONG = N_(
    "Your message is too long for one go. Send it in two or three parts; we read all of them."
)


def clean(text: str) -> str:
    """The text without what nobody types: null bytes, controls, lone surrogates."""
    kept = (
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    return "".join(kept).strip()


def accepted(inbound: Inbound) -> Inbound:
    """The inbound message fit to be stored; raises `Invalid` with words for the person."""
    text = clean(inbound.text)
    if len(text) > LONGEST:
        raise Invalid(TOO_LONG)
    if not (text or inbound.choice or inbound.point or inbound.other or inbound.language):
        raise Invalid(EMPTY)
    return Inbound(**{**inbound.__dict__, "text": text})


def without_receipt(text: str) -> tuple[str, str | None]:
    """The text with its receipt masked, and the receipt: it is a key and is never stored."""
    receipt = find_receipt(text)
    if receipt is None:
        return text, None
    return _masked(text, receipt), receipt


def _masked(text: str, receipt: str) -> str:
    """The text with the run of characters that spells the receipt blotted out."""
    runs = list(_RUN.finditer(text))
    for first in range(len(runs)):
        spelled = ""
        for last in range(first, len(runs)):
            spelled += runs[last].group().upper().translate(_READ_AS)
            if spelled == receipt:
                return text[: runs[first].start()] + RECEIPT_MASK + text[runs[last].end() :]
            if not receipt.startswith(spelled):
                break
    return RECEIPT_MASK  # it was spelled in a way we cannot cut out: keep none of it
