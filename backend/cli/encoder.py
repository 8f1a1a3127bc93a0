"""`sereno encoder`: train, judge and pack the sentence encoder."""

from __future__ import annotations

import subprocess
from typing import Annotated

import typer

from backend.cli.ending import fail
from backend.settings import ROOT

PYTHON = ROOT / ".venv-models" / "bin" / "python"
ASSISTANT = ROOT / ".venv-assistant" / "bin" / "python"

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
    _run("train", *wanted, *(["--go-on"] if go_on else []))


@app.command()
def evaluate() -> None:
    """Judge what was trained by the messages that were held back."""
    _run("evaluate")


@app.command()
def pack() -> None:
    """Make of what was trained the file that is shipped; the next start uses it."""
    _run("pack")


@app.command()
def decide() -> None:
    """Learn the assistant's decisions on the packed encoder anew, and ship them; minutes."""
    if not ASSISTANT.exists():
        fail("The assistant's environment is not there. Make it with: make setup")
    command = [str(ASSISTANT), "-m", "bot.assistant.decided"]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def _run(*arguments: str) -> None:
    if not PYTHON.exists():
        fail("The environment for training is not there. Make it with: make setup-models")
    command = [str(PYTHON), "-m", "bot.assistant.encoder.workshop", *arguments]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
