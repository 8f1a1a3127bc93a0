"""The program that hears: a file's path in, its words out, a JSON line each.

It runs apart from the service (its own environment, its own process), because sound files are a
stranger's bytes and a decoder is much code. It opens no socket, and reads the model from a local
directory only. Needs `transformers`, `torch` and `av`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

RATE = 16_000  # samples a second, what speech models learn from
LONGEST = 180  # seconds


class CannotHear(Exception):
    """The file is no sound that can be read; the message says so without its name."""


def samples(path: Path) -> Any:
    """A sound file as one channel of numbers from -1 to 1, at most `LONGEST` seconds of it."""
    import av  # noqa: PLC0415 - not in the service's environment
    import numpy as np  # noqa: PLC0415

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    pieces = []
    length = 0
    try:
        with av.open(str(path), mode="r") as container:
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0])
                    length += len(pieces[-1])
                if length >= RATE * LONGEST:
                    break
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise CannotHear("This is no sound file.") from error
    if not pieces:
        raise CannotHear("There is no sound in it.")
    return np.concatenate(pieces)[: RATE * LONGEST]


class Model:
    """A Hugging Face speech model from a directory."""

    def __init__(self, folder: Path) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"  # before the import: it is read there
        from transformers import pipeline  # noqa: PLC0415

        self._hear: Any = pipeline("automatic-speech-recognition", model=str(folder), device="cpu")

    def __call__(self, path: Path) -> str:
        """The words of a sound file. Raises `CannotHear`."""
        heard = self._hear({"raw": samples(path), "sampling_rate": RATE})
        return str(heard["text"]).strip()


def main(folder: str) -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's word is no answer
    model = Model(Path(folder))
    answers.write(json.dumps({"ready": True}) + "\n")
    for line in sys.stdin:
        try:
            answer = {"text": model(Path(json.loads(line)["path"]))}
        except CannotHear as error:
            answer = {"error": str(error)}
        except Exception as error:  # noqa: BLE001 - one bad file must not end the hearing
            answer = {"error": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
