"""Make the two environments: `python3 deploy/setup.py`. Needs Python 3.11 or newer, nothing else.

`.venv` holds the service, `.venv-assistant` the assistant (CPython 3.10, the newest Rasa allows),
`.venv-models`, only when asked for, what trains the encoder and hears voice messages.
What is there already and made of the same requirements is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "deploy" / "requirements"
STAMP = "sereno-made-of"
ASSISTANT_PYTHON = "3.10"
# By pip, which takes a processor's build where a machine offers one; gigabytes elsewhere.
TORCH = "torch==2.13.0"
SPEAK_EVERY = 10  # seconds between two signs of life


class CannotSetUp(Exception):
    """A step failed; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Make the environments of Sereno.")
    parser.add_argument(
        "--only", choices=("app", "assistant", "models"), help="make this one alone"
    )
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
    (ROOT / "var" / "logs").mkdir(mode=0o700, exist_ok=True)
    try:
        if options.only in (None, "app"):
            make(ROOT / ".venv", "app", sys.executable)
            make_importable(ROOT / ".venv")
        if options.only in (None, "assistant"):
            make(ROOT / ".venv-assistant", "assistant", None)
        if options.only == "models":
            make(ROOT / ".venv-models", "models", sys.executable, beside=TORCH)
    except CannotSetUp as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Start again and it goes on from here.", file=sys.stderr)
        return 130
    return 0


def make(folder: Path, name: str, python: str | None, beside: str = "") -> None:
    """Make one environment, unless it is there and made of the same requirements.

    `beside` is one more requirement, installed first and by pip.
    """
    requirements = REQUIREMENTS / f"{name}.txt"
    wanted = fingerprint(requirements) + beside
    if is_made(folder, wanted):
        return
    uv = find_uv()
    stamp = folder / STAMP
    stamp.unlink(missing_ok=True)
    if not works(folder / "bin" / "python"):
        python = python or assistant_python(uv)
        seed = ["--seed"] if beside else []
        run(
            f"Making {folder.name}", [uv, "venv", "--clear", *seed, "--python", python, str(folder)]
        )
    if beside:
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", beside]
        run(f"Installing {beside} (minutes, the first time)", pip)
    command = [uv, "pip", "install", "--python", str(folder / "bin" / "python")]
    command += ["--require-hashes", "--no-config", "-r", str(requirements)]
    run(f"Installing what the {words_for(name)} needs (minutes, the first time)", command)
    stamp.write_text(wanted, encoding="utf-8")


def words_for(name: str) -> str:
    """What an environment is for."""
    return {"app": "service", "models": "training"}.get(name, name)


def fingerprint(requirements: Path) -> str:
    """A hash of what an environment is made of."""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def is_made(folder: Path, wanted: str) -> bool:
    """Whether an environment is whole and made of these requirements."""
    stamp = folder / STAMP
    return (
        (folder / "bin" / "python").exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == wanted
    )


def make_importable(folder: Path) -> None:
    """Let the service's Python find the source, and give it the `sereno` command."""
    (packages,) = folder.glob("lib/python3.*/site-packages")
    (packages / "sereno.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = folder / "bin" / "sereno"
    command.write_text(
        f"#!{folder}/bin/python\nimport sys\n\nfrom backend.cli import main\n\nsys.exit(main())\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def find_uv() -> str:
    """The installer: the one in PATH, or one of our own in var/tools."""
    own = ROOT / "var" / "tools"
    for candidate in (own / "bin" / "uv", shutil.which("uv")):
        if candidate and works(candidate):
            return str(candidate)
    venv = [sys.executable, "-m", "venv", "--clear", str(own)]
    hint = "Python's venv module is incomplete. On Debian: apt install python3-venv"
    run("Making a place for the installer", venv, hint)
    pip = [str(own / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    run("Fetching the installer", [*pip, "-r", str(REQUIREMENTS / "tools.txt")])
    return str(own / "bin" / "uv")


def assistant_python(uv: str) -> str:
    """A CPython 3.10: in PATH, among pyenv's, or fetched."""
    found = [Path(shutil.which(f"python{ASSISTANT_PYTHON}") or "")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found += sorted(pyenv.glob(f"versions/{ASSISTANT_PYTHON}.*/bin/python"), reverse=True)
    for candidate in found:
        if candidate.is_file() and is_version(candidate, ASSISTANT_PYTHON):
            return str(candidate)
    run(
        f"Fetching Python {ASSISTANT_PYTHON} for the assistant",
        [uv, "python", "install", ASSISTANT_PYTHON],
        f"The assistant needs Python {ASSISTANT_PYTHON} and there is none. Install it "
        f"(pyenv install {ASSISTANT_PYTHON}, or your system's python{ASSISTANT_PYTHON} with its "
        "venv) and start again.",
    )
    return ASSISTANT_PYTHON


def is_version(python: Path, version: str) -> bool:
    """Whether an interpreter starts and is of a version; a broken shim does not."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(python), "-c", program], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == version


def works(program: str | Path) -> bool:
    """Whether a program starts."""
    try:
        answer = subprocess.run(
            [str(program), "--version"], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def run(step: str, command: Sequence[str], hint: str = "") -> None:
    """Run one step, say that it goes on, keep what it says in the log; raises `CannotSetUp`."""
    log = ROOT / "var" / "logs" / "setup.log"
    print(f"{step} …", flush=True)
    with log.open("ab") as sink, alive():
        try:
            code = subprocess.run(command, stdout=sink, stderr=sink, check=False).returncode
        except OSError:
            code = 1
    if code != 0:
        raise CannotSetUp(hint or f"This step failed: {step}. Why stands in {log}.")


@contextmanager
def alive() -> Iterator[None]:
    """Say every few seconds that the work goes on."""
    done = threading.Event()
    began = time.monotonic()

    def speak() -> None:
        while not done.wait(SPEAK_EVERY):
            print(f"  … {time.monotonic() - began:.0f} s", flush=True)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
