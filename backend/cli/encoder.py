"""`sereno encoder`: train, judge and pack the sentence encoder."""

from __future__ import annotations

import subprocess
from typing import Annotated

import typer

from backend.cli.ending import fail
from backend.settings import ROOT

TRAINING = (".venv-models", "make setup-models")  # an environment, and what makes it
ASSISTANT = (".venv-assistant", "make setup")
WORKSHOP = "bot.assistant.encoder.workshop"

app = typer.Typer(help="Train, judge and pack the sentence encoder.", no_args_is_help=True)


@app.command()
def train(
    rounds: Annotated[
        int | None, typer.Option(min=1, help="How often every message is seen; else as planned.")
    ] = None,
    *,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Train further what is there, or what is shipped.")
    ] = False,
) -> None:
    """Teach the encoder from nlu_data; see docs/operating.md for how long it takes."""
    # How many are planned stands in one place, with the pace that goes with it.
    wanted = [] if rounds is None else ["--rounds", str(rounds)]
    _run(TRAINING, WORKSHOP, "train", *wanted, *(["--go-on"] if go_on else []))


@app.command()
def evaluate() -> None:
    """Judge what was trained by the messages that were held back."""
    _run(TRAINING, WORKSHOP, "evaluate")


@app.command()
def pack() -> None:
    """Make of what was trained the file that is shipped; the next start uses it."""
    _run(TRAINING, WORKSHOP, "pack")


@app.command()
def decide() -> None:
    """Learn the assistant's decisions on the packed encoder anew, and ship them; minutes."""
    _run(ASSISTANT, "bot.assistant.decided")


def _run(environment: tuple[str, str], module: str, *arguments: str) -> None:
    folder, made_by = environment
    python = ROOT / folder / "bin" / "python"
    if not python.exists():
        fail(f"The environment for this is not there. Make it with: {made_by}")
    command = [str(python), "-m", module, *arguments]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
