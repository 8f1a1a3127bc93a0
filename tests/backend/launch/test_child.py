"""A part that runs in a process of its own."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from backend.launch.child import Child
from backend.settings import ROOT

PARENT_OF_ONE = """
import subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(inner.pid, flush=True)
time.sleep(60)
"""


async def written(log: Path) -> str:
    while not (log.exists() and log.read_text().strip()):
        await asyncio.sleep(0.02)
    return log.read_text().strip()


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


async def until_gone(pid: int) -> bool:
    for _ in range(200):
        if gone(pid):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_stopping_a_part_ends_the_processes_it_started_too(tmp_path: Path) -> None:
    child = Child("part", [sys.executable, "-c", PARENT_OF_ONE], {}, tmp_path / "part.log")
    await child.start()
    inner = int(await written(child.log))
    await child.stop()
    assert not child.running
    assert await until_gone(inner)


async def test_a_part_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("backend.launch.child.GRACE", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    child = Child("part", [sys.executable, "-c", deaf], {}, tmp_path / "part.log")
    await child.start()
    await written(child.log)
    await child.stop()
    assert await child.wait() == -signal.SIGKILL


async def test_a_part_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    program = f"""
import asyncio, sys
from pathlib import Path
from backend.launch.child import Child
async def main():
    sleeper = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    await Child("part", [sys.executable, "-c", sleeper], {{}}, Path({str(log)!r})).start()
    await asyncio.sleep(60)
asyncio.run(main())
"""
    starter = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    part = int(await written(log))
    starter.kill()
    starter.wait()
    assert await until_gone(part)


async def test_what_a_part_says_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    child = Child("part", [sys.executable, "-c", "print('hello')"], {}, tmp_path / "part.log")
    await child.start()
    assert await child.wait() == 0
    assert child.log.read_text() == "hello\n"
    assert child.log.stat().st_mode & 0o077 == 0
