"""`sereno up`, whole: the service, the assistant, and their end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.launch.service import ASSISTANT_PYTHON
from backend.settings import ROOT

MODEL = ROOT / "var" / "model"
pytestmark = [pytest.mark.assistant, pytest.mark.timeout(400)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def members(session: int) -> list[int]:
    """The living processes that a process started, and theirs."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == session and state != "Z":
            found += [int(stat.parent.name), *members(int(stat.parent.name))]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Running:
    """One `sereno up` with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.port, self.said = free_port(), home / "said"
        (home / "model").symlink_to(MODEL)
        environment = {
            **os.environ,
            "SERENO_HOME": str(home),
            "SERENO_PORT": str(self.port),
            "SERENO_ASSISTANT_PORT": str(free_port()),
        }
        with self.said.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "up"],
                cwd=ROOT,
                env=environment,
                stdout=sink,
                stderr=sink,
            )

    def until(self, words: str, seconds: float = 300) -> str:
        end = time.monotonic() + seconds
        while words not in self.said.read_text():
            assert self.process.poll() is None and time.monotonic() < end, self.said.read_text()
            time.sleep(0.1)
        return self.said.read_text()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Everything, ready."""
    if not ASSISTANT_PYTHON.exists() or not (MODEL / "assistant.tar.gz").exists():
        pytest.skip("The assistant is not there: run make setup, then make test.")
    started = Running(tmp_path)
    try:
        started.until("Ready after")
        yield started
    finally:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)


def test_it_says_where_everything_is_and_ctrl_c_leaves_no_process(running: Running) -> None:
    said = running.said.read_text()
    assert f"Web chat: http://localhost:{running.port}/chat" in said
    assert "Demo officers" in said
    health = httpx.get(f"http://127.0.0.1:{running.port}/health", trust_env=False)
    assert health.json()["status"] == "ok"
    started = members(running.process.pid)
    assert len(started) >= 2
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert [pid for pid in started if alive(pid)] == []


def test_killing_the_starter_leaves_no_process_either(running: Running) -> None:
    started = members(running.process.pid)
    running.process.kill()
    end = time.monotonic() + 20
    while any(alive(pid) for pid in started) and time.monotonic() < end:
        time.sleep(0.1)
    assert [pid for pid in started if alive(pid)] == []


def test_a_service_that_is_killed_comes_back_by_itself(running: Running) -> None:
    service = next(
        pid
        for pid in members(running.process.pid)
        if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )
    os.kill(service, signal.SIGKILL)
    running.until("The service ended (-9) and is started again in 1 s.")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{running.port}/health", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail("The service did not come back.")
