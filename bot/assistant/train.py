"""Train the assistant: `python -m bot.assistant.train --out var/model`.

When nothing it is made of has changed since the last time, it says so and returns at once.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import shutil
import sys
from pathlib import Path
from typing import Iterator, List, Optional

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "bot" / "assistant"
DATA = ROOT / "nlu_data"
MODEL = "assistant.tar.gz"


def sources() -> Iterator[Path]:
    """Every file that a model is made of."""
    yield HERE / "config.yml"
    yield from sorted((HERE / "domain").glob("*.yml"))
    yield from sorted((HERE / "components").glob("*.py"))
    yield from sorted((HERE / "encoder").glob("*.py"))
    yield HERE / "encoder" / "trained.npz"
    yield from sorted((HERE / "shipped_decisions").glob("heads.*"))
    yield from (HERE / name for name in ("words.py", "decisions.py", "decided.py", "messages.py"))
    yield from sorted(DATA.rglob("*.yml"))


def fingerprint() -> str:
    """A hash of everything a model is made of."""
    digest = hashlib.sha256(os.environ.get("SERENO_ENCODER", "").encode())
    for path in sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(out: Path) -> bool:
    """Whether the model in `out` was made of what is there now."""
    mark = out / "fingerprint"
    return (out / MODEL).exists() and mark.exists() and mark.read_text().strip() == fingerprint()


def training_files() -> List[str]:
    """Messages and rules; the taxonomy is no training data."""
    return [str(path) for path in sorted(DATA.rglob("*.yml")) if path.name != "taxonomy.yml"]


def train(out: Path) -> None:
    """Train and put the model in place; an older one stays until the new one is whole."""
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # the fingerprint is cache enough
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from bot.assistant import quiet, without_tensorflow  # noqa: PLC0415

    quiet.environment()
    without_tensorflow.leave_out()
    quiet.keep_quiet()
    import rasa.model_training  # noqa: PLC0415 - takes seconds, not wanted when nothing changed

    mark = fingerprint()
    fresh = out / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    with contextlib.redirect_stderr(io.StringIO()):  # Rasa's progress bars
        result = rasa.model_training.train(
            domain=str(HERE / "domain"),
            config=str(HERE / "config.yml"),
            training_files=training_files(),
            output=str(fresh),
            fixed_model_name=MODEL,
            force_training=True,
        )
    if result.model is None or result.code != 0:
        raise RuntimeError("The training ended without a model.")
    os.replace(result.model, out / MODEL)
    (out / "fingerprint").write_text(mark)
    shutil.rmtree(fresh, ignore_errors=True)


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Train Sereno's assistant.")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "model")
    parser.add_argument("--check", action="store_true", help="say whether training is needed")
    options = parser.parse_args(arguments)
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if is_current(out):
        print("The assistant is up to date.")
        return 0
    if options.check:
        print("The assistant must be trained.")
        return 3
    print("Training the assistant …", flush=True)
    try:
        train(out)
    except Exception as error:  # noqa: BLE001 - one sentence for whoever installs it
        print(f"The training failed: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print("The assistant is trained.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
