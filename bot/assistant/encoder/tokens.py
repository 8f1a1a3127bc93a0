"""Words into pieces, as the encoder learnt them: Hugging Face's tokenizer on the file's own words."""

from __future__ import annotations

import re
from typing import List, Sequence

from tokenizers import Tokenizer, models, pre_tokenizers

from bot.assistant.encoder.file import Words

PREFIX = "query: "
_SPACES = re.compile(" {2,}")


class Tokens:
    """Piece numbers of texts, with the marks of beginning and end."""

    def __init__(self, words: Words) -> None:
        self._table = str.maketrans(dict(words.becomes))
        self._words = words
        self.padding = words.padding
        pairs = list(zip(words.pieces, words.scores.tolist()))
        self._inner = Tokenizer(models.Unigram(pairs, unk_id=words.unknown))
        self._inner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")

    def __call__(self, texts: Sequence[str]) -> List[List[int]]:
        """One list a text, however long."""
        plain = [_SPACES.sub(" ", (PREFIX + text).translate(self._table)) for text in texts]
        found = self._inner.encode_batch(plain, add_special_tokens=False)
        return [[self._words.begin, *one.ids, self._words.end] for one in found]
