"""Train, judge and pack the encoder: `python -m bot.assistant.encoder.workshop train|evaluate|pack`.

`train` leaves a Hugging Face directory (and the decisions it was trained through), `evaluate` judges
what is in it by messages it was not trained on, `pack` makes of it the file that is shipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, List, Optional, Sequence

import torch
from transformers import BertModel

from bot.assistant.encoder import trained
from bot.assistant.encoder.file import EncoderFile, NotAnEncoder, read
from bot.assistant.encoder.model import take, tensors, to_model
from bot.assistant.encoder.tokens import Tokens
from bot.assistant.encoder.train import FURTHER, Heads, Plan, Result, judged, settled, train
from bot.assistant.messages import Told, held_back, learnt_from

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "var" / "encoder" / "training"
HEADS, ABOUT = "heads.pt", "about.json"


def teach(
    base: EncoderFile, folder: Path, plan: Plan, messages: Sequence[Told], *, go_on: bool = False
) -> None:
    """Train and store; the messages held back are left out.

    `go_on`: from what is stored, or, where nothing is, from what is shipped.
    """
    teaching = [one for one in messages if not held_back(one.text)]
    print(f"Learning from {len(teaching)} messages, {plan.rounds} rounds …", flush=True)
    began = time.monotonic()
    start, before = _taught(base, folder, teaching, plan) if go_on else (None, None)
    result = train(base, teaching, plan, lambda line: print(line, flush=True), start)
    folder.mkdir(parents=True, exist_ok=True)
    result.model.save_pretrained(folder)
    heads = result.heads
    torch.save(
        {
            "labels": heads.labels(),
            "weights": heads.state_dict(),
        },
        folder / HEADS,
    )
    minutes = round((time.monotonic() - began) / 60, 1)
    about = {"messages": len(teaching), "minutes": minutes, "plan": asdict(plan), "after": before}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    print(f"Trained in {minutes} minutes; it stands in {folder}.")


def evaluate(base: EncoderFile, folder: Path, messages: Sequence[Told]) -> None:
    """Print what the training directory makes of messages it has not seen, a row a language."""
    model, heads = _restored(folder, base)
    tokens = Tokens(base.words)
    unseen = [one for one in messages if held_back(one.text)]
    for language in [*sorted({one.language for one in unseen}), "all"]:
        here = [one for one in unseen if language in (one.language, "all")]
        shares = judged(model, heads, tokens, here)
        row = "  ".join(
            f"{name} {'–' if share is None else f'{share:.3f}'}" for name, share in shares.items()
        )
        print(f"{language:4} {len(here):5}  {row}", flush=True)


def pack(base: EncoderFile, folder: Path, out: Path) -> None:
    """Make the shipped file of the training directory."""
    model, _ = _restored(folder, base)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    trained.store(trained.moved(base, tensors(model, base.shape), about), out)
    print(f"Packed into {out}, {out.stat().st_size / 1e6:.1f} MB.")


def _taught(
    base: EncoderFile, folder: Path, messages: Sequence[Told], plan: Plan
) -> "tuple[Result, dict[str, Any]]":
    """Where teaching goes on from, and what is said of how it came about."""
    if (folder / HEADS).exists():
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return Result(*_restored(folder, base)), about
    shipped = trained.restore()
    model = to_model(base)
    take(model, trained.layers(base, shipped), base.shape)
    return Result(model, settled(model, base, messages, plan)), shipped.about


def _restored(folder: Path, base: EncoderFile) -> "tuple[BertModel, Heads]":
    if not (folder / HEADS).exists():
        raise NotAnEncoder(f"There is nothing trained in {folder}. Train first.")
    model = BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True)
    stored = torch.load(folder / HEADS, weights_only=True)
    heads = Heads(base.shape.width, *stored["labels"])
    heads.load_state_dict(stored["weights"])
    return model.eval(), heads.eval()


def main(arguments: Optional[List[str]] = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Train, judge and pack the encoder.")
    parser.add_argument("what", choices=("train", "evaluate", "pack"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="the training directory")
    parser.add_argument("--rounds", type=int, help="how often every message is seen")
    parser.add_argument(
        "--go-on", action="store_true", help="train further what is there, or what is shipped"
    )
    parser.add_argument("--out", type=Path, default=trained.SHIPPED, help="the packed file")
    options = parser.parse_args(arguments)
    base = read(trained.stock())
    try:
        if options.what == "train":
            plan = FURTHER if options.go_on else Plan()
            plan = replace(plan, rounds=options.rounds or plan.rounds)
            teach(base, options.folder, plan, learnt_from(), go_on=options.go_on)
        elif options.what == "evaluate":
            evaluate(base, options.folder, learnt_from())
        else:
            pack(base, options.folder, options.out)
    except NotAnEncoder as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
