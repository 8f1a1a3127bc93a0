"""What must be true before a start, and when a part is ready."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping

import httpx

from backend.launch.errors import CannotStart

EVERY = 0.15  # seconds between two questions


def need_port(host: str, port: int, setting: str) -> None:
    """Raises `CannotStart` when something else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop what uses it, or choose another: {setting}={port + 10} make up"
            ) from error


async def healthy(url: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether a part says that it is well."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            return (await client.get(url, headers=dict(headers or {}))).status_code == 200
    except httpx.HTTPError:
        return False


async def wait_until_healthy(
    url: str, headers: Mapping[str, str] | None = None, seconds: float = 180
) -> bool:
    """Wait until a part is well; False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if await healthy(url, headers):
            return True
        await asyncio.sleep(EVERY)
    return False
