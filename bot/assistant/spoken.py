"""Count the words that give a language away: `python -m bot.assistant.spoken [--check]`.

They are written into backend/languages/spoken.yml, from the messages of nlu_data. A word counts for
a language when most of its use, language by language as if all had as many messages, is there.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter, defaultdict
from typing import DefaultDict, Dict, List, Optional, Sequence, Text

from bot.assistant.datasheet import brought_up_to_date
from bot.assistant.messages import ROOT, Told, learnt_from
from bot.assistant.words import folded

SPOKEN = ROOT / "backend" / "languages" / "spoken.yml"
MOST, SHARE, LEAST = 2500, 0.8, 2  # words a language, of a word's use, messages that hold it
HEAD = """# Words that our messages in a language hold and those in the others hardly do, most frequent
# first; Arabic, Urdu, Ukrainian and Chinese in Latin letters too. Counted by `make data`, not chosen.
"""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ·-][^\W\d_]+)*")


def counted(messages: Sequence[Told]) -> Dict[Text, List[Text]]:
    """The words of each language, most frequent first."""
    sizes: Counter[Text] = Counter()
    holding: DefaultDict[Text, Counter[Text]] = defaultdict(Counter)
    for one in messages:
        written = f"{one.language}-latin" if one.latin else one.language
        if written == "zh":  # its script is enough
            continue
        sizes[written] += 1
        holding[written].update(set(_WORD.findall(folded(one.text))))
    found: DefaultDict[Text, List[Text]] = defaultdict(list)
    for written in sorted(holding):
        language = written.partition("-")[0]
        own = _telling(language, written, holding, sizes)
        found[language] += [word for word in own if word not in found[language]]
    return dict(found)


def _telling(
    language: Text,
    written: Text,
    holding: Dict[Text, Counter[Text]],
    sizes: Counter[Text],
) -> List[Text]:
    words = []
    for word, times in holding[written].items():
        if times < LEAST or len(word) < 2:
            continue
        here = times / sizes[written]
        elsewhere = sum(
            other[word] / sizes[name]
            for name, other in holding.items()
            if name.partition("-")[0] != language
        )
        if here / (here + elsewhere) >= SHARE:
            words.append((-times, word))
    return [word for _, word in sorted(words)[:MOST]]


def sheet(messages: Sequence[Told]) -> Text:
    """The file as it should stand."""
    lines = [HEAD]
    for language, words in sorted(counted(messages).items()):
        text = textwrap.fill(" ".join(words), 100, break_long_words=False, break_on_hyphens=False)
        lines.append(f"{language}: >-\n{textwrap.indent(text, '  ')}\n")
    return "".join(lines)


def main(arguments: Optional[List[Text]] = None) -> int:
    """The command."""
    return brought_up_to_date(SPOKEN, sheet(learnt_from()), arguments)


if __name__ == "__main__":
    sys.exit(main())
