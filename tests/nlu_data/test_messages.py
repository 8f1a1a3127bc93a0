"""The messages that are learnt from and judged by, held to what the data sheet says of them."""

import re
import unicodedata
from collections import Counter
from functools import cache

import pytest
import yaml

from bot.assistant import datasheet, messages, spoken
from bot.assistant.messages import LEARNT, messages_of

# Read once: there are tens of thousands.
learnt_from, judged_by = cache(messages.learnt_from), cache(messages.judged_by)
TAXONOMY = yaml.safe_load((LEARNT / "taxonomy.yml").read_text(encoding="utf-8"))
LANGUAGES = tuple(TAXONOMY["languages"])
NEAR = 0.8  # share of a message's pieces that another one may have


def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\W+", " ", letters).strip()


def pieces(text: str) -> frozenset[str]:
    letters = f" {plain(text)} "
    size = 2 if re.search(r"[\u4e00-\u9fff]", letters) else 4
    return frozenset(letters[i : i + size] for i in range(max(1, len(letters) - size + 1)))


def too_near(judged, learnt) -> list[tuple[str, str]]:
    """The judged messages that stand among the learnt ones, in nearly the same words."""
    holders: dict[str, list[int]] = {}
    cut = [pieces(one) for one in learnt]
    for place, its in enumerate(cut):
        for piece in its:
            holders.setdefault(piece, []).append(place)
    found = []
    for text in judged:
        own = pieces(text)
        shared = Counter(place for piece in own for place in holders.get(piece, ()))
        for place, common in shared.most_common(3):
            if common / len(own | cut[place]) >= NEAR:
                found.append((text, learnt[place]))
                break
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_both_learnt_from_and_judged_by(language):
    learnt = [one.text for one in learnt_from() if one.language == language]
    judged = [one.text for one in judged_by() if one.language == language]
    # A word or two ("hola", "yes") are everyone's.
    assert too_near([text for text in judged if len(plain(text)) > 12], learnt) == []


def test_a_near_copy_is_noticed():
    assert too_near(["they stole my bike at the station!!"], ["They stole my bike at the station"])
    assert not too_near(["they stole my bike at the station"], ["my grandmother is lost"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_judged_by_forty_messages_or_more(language):
    assert sum(one.language == language for one in judged_by()) >= 40


def test_no_message_is_labelled_in_two_ways():
    told = [one for path in sorted(LEARNT.glob("*/*.yml")) for one in messages_of(path)]
    labels = {(one.text, one.kind, one.category, one.urgent) for one in told}
    assert [text for text, times in Counter(text for text, *_ in labels).items() if times > 1] == []


def test_every_message_carries_labels_of_the_taxonomy():
    allowed = {"report": TAXONOMY["incidents"], "tip": TAXONOMY["incidents"]}
    allowed["information_request"] = TAXONOMY["topics"]
    wrong = [
        (one.language, one.text)
        for one in [*learnt_from(), *judged_by()]
        if one.kind not in TAXONOMY["kinds"] or one.category not in allowed.get(one.kind, {"": ""})
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_of_a_report_has_messages_in_every_language(language):
    own = [one for one in learnt_from() if one.language == language]
    counted = Counter(one.category for one in own if one.kind in ("report", "tip"))
    assert min(counted[name] for name in TAXONOMY["incidents"]) >= 25


def test_the_data_sheet_tells_what_is_there(monkeypatch):
    monkeypatch.setattr(datasheet, "learnt_from", learnt_from)
    sheet = datasheet.SHEET.read_text(encoding="utf-8")
    assert datasheet.renewed(sheet) == sheet


def test_the_words_of_the_languages_are_those_of_the_messages():
    assert spoken.SPOKEN.read_text(encoding="utf-8") == spoken.sheet(learnt_from())
