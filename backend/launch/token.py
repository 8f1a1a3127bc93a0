"""The secret between service and assistant, made at the first start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from backend.settings import Settings


def with_token(settings: Settings) -> Settings:
    """The settings with the secret filled in: the one that was set, else the one kept in home."""
    if settings.assistant_token.get_secret_value():
        return settings
    token = SecretStr(_kept(settings.home / "keys" / "assistant-token"))
    return settings.model_copy(update={"assistant_token": token})


def _kept(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")
