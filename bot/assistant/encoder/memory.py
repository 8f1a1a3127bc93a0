"""The vectors of training texts, most of them from the last training; citizens' messages never."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional
from zipfile import BadZipFile

import numpy as np

from bot.assistant.encoder.engine import TRAINED, Engine, mark, open_encoder
from bot.assistant.words import within_reach

BATCH = 64


def chosen() -> str:
    """The encoder that is used: ours, or the directory that `SERENO_ENCODER` names."""
    return os.environ.get("SERENO_ENCODER") or TRAINED


class Memory:
    """Encodes training texts on all processors and keeps the vectors, without the words.

    `choice`: see `open_encoder`; `cache`: where they are kept, or None.
    """

    def __init__(self, choice: str, cache: Optional[Path]) -> None:
        self.choice = choice
        self._cache = cache
        self._engine: Optional[Engine] = None

    def vectors(self, texts: List[str]) -> np.ndarray:
        """One row a text, float32, length one."""
        known = self._read()
        by = mark(self.choice)
        marks = [hashlib.sha256(f"{by} {text}".encode()).hexdigest() for text in texts]
        missing = [(m, t) for m, t in dict(zip(marks, texts)).items() if m not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            for (place, _), vector in zip(batch, self._at_once([text for _, text in batch])):
                known[place] = vector
            if start and start % (BATCH * 20) == 0:
                print(f"  {start} of {len(missing)} new messages encoded", flush=True)
        if missing:
            self._write({place: known[place] for place in marks})
        return np.stack([known[place] for place in marks])

    def _at_once(self, texts: List[str]) -> np.ndarray:
        """A text's own vector does not depend on the others, so that threads may share them out."""
        if self._engine is None:
            self._engine = open_encoder(self.choice)
        encode = self._engine.encode
        with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
            found = threads.map(lambda text: encode([within_reach(text)]), texts)
            return np.concatenate(list(found))

    def _read(self) -> Dict[str, np.ndarray]:
        if self._cache is None or not self._cache.exists():
            return {}
        try:
            with np.load(self._cache, allow_pickle=False) as stored:
                return dict(zip(stored["marks"].tolist(), stored["vectors"]))
        except (OSError, ValueError, KeyError, BadZipFile):  # half written: encode again
            return {}

    def _write(self, known: Dict[str, np.ndarray]) -> None:
        if self._cache is None:
            return
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(self._cache, marks=np.array(list(known)), vectors=np.stack(list(known.values())))
