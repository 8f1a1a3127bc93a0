"""One service at a time on one home folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StillRunning(Exception):
    """The service runs on this home folder."""


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home folder until the process ends, however it ends; raises `StillRunning`."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StillRunning(
                f"The service runs already on {home}. Stop it first (Ctrl-C where it was started)."
            ) from None
        yield
    finally:
        os.close(descriptor)
