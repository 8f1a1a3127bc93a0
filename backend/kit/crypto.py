"""Encryption at rest: keys with ids, so that they can be rotated, and the columns that use them.

A sealed value is `key-id:base64url(nonce || AES-256-GCM ciphertext)`. The column's name is bound in
as associated data (NIST SP 800-38D), so that a value moved to another column does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12
KEY_BYTES = 32
KEY_ID = re.compile(r"k[0-9]{1,6}")


class CannotOpen(Exception):
    """A sealed value that no key of ours opens: a lost key, or a value that was changed."""


class KeysUnreadable(Exception):
    """The key file is missing a part or is not ours; the message says what to do."""


@dataclass(frozen=True)
class Keyring:
    """The keys by id, the id that seals new values, and the pepper of one-way hashes."""

    keys: dict[str, bytes]
    current: str
    pepper: bytes

    def seal(self, clear: str, purpose: str) -> str:
        """Encrypt for one purpose (a column's name)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, clear.encode(), purpose.encode())
        return f"{self.current}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, purpose: str) -> str:
        """Decrypt what `seal` made; raises `CannotOpen`."""
        key_id, _, body = sealed.partition(":")
        key = self.keys.get(key_id)
        if key is None:
            raise CannotOpen(f"There is no key {key_id[:8]!r} in the key file.")
        try:
            raw = base64.urlsafe_b64decode(body)
            clear = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise CannotOpen("A stored value was changed or belongs to another key.") from error
        return clear.decode()

    def fingerprint(self, secret: str, purpose: str) -> str:
        """A keyed one-way hash (HMAC-SHA-256), to find again what must not be readable."""
        message = f"{purpose}\x00{secret}".encode()
        return hmac.new(self.pepper, message, hashlib.sha256).hexdigest()

    def rotated(self) -> Keyring:
        """The same keys and one more, which seals from now on."""
        fresh = f"k{max(int(key_id[1:]) for key_id in self.keys) + 1}"
        keys = {**self.keys, fresh: secrets.token_bytes(KEY_BYTES)}
        return Keyring(keys=keys, current=fresh, pepper=self.pepper)

    def only_current(self) -> Keyring:
        """The current key alone, for when everything stored is sealed with it."""
        return Keyring({self.current: self.keys[self.current]}, self.current, self.pepper)


def new_keyring() -> Keyring:
    """A keyring of one fresh key."""
    return Keyring(
        keys={"k1": secrets.token_bytes(KEY_BYTES)},
        current="k1",
        pepper=secrets.token_bytes(KEY_BYTES),
    )


def read_keyring(path: Path) -> Keyring:
    """The keyring of a file; raises `KeysUnreadable`."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        keys = {key_id: base64.b64decode(key) for key_id, key in raw["keys"].items()}
        keyring = Keyring(keys, raw["current"], base64.b64decode(raw["pepper"]))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise KeysUnreadable(
            f"The key file {path} cannot be read. Put back the copy you keep of it; "
            "without it nothing stored can be opened."
        ) from error
    sound = keyring.current in keys and all(
        KEY_ID.fullmatch(key_id) and len(key) == KEY_BYTES for key_id, key in keys.items()
    )
    if not sound or len(keyring.pepper) != KEY_BYTES:
        raise KeysUnreadable(f"The key file {path} is not whole. Put back the copy you keep of it.")
    return keyring


def write_keyring(keyring: Keyring, path: Path) -> None:
    """Store the keyring, readable by its owner only, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    raw = {
        "current": keyring.current,
        "keys": {key_id: base64.b64encode(key).decode() for key_id, key in keyring.keys.items()},
        "pepper": base64.b64encode(keyring.pepper).decode(),
    }
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(raw, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def keyring_at(path: Path) -> Keyring:
    """The keyring of a file, made at the first start."""
    if not path.exists():
        write_keyring(new_keyring(), path)
    return read_keyring(path)


class Vault:
    """The one keyring of the running process; columns ask it at the moment they seal or open."""

    def __init__(self) -> None:
        self._keyring: Keyring | None = None

    def unlock(self, keyring: Keyring) -> None:
        """Use this keyring from now on."""
        self._keyring = keyring

    @property
    def keyring(self) -> Keyring:
        """The keyring in use; raises `RuntimeError` while locked, so that nothing is stored clear."""
        if self._keyring is None:
            raise RuntimeError("The vault is locked: no keyring was given to this process.")
        return self._keyring


vault = Vault()


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest; `purpose` is `table.column`."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault.keyring.seal(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault.keyring.open(value, self.purpose)


class SealedJson(TypeDecorator[Any]):
    """A JSON value that is encrypted at rest; `purpose` is `table.column`."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return vault.keyring.seal(json.dumps(value, ensure_ascii=False), self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(vault.keyring.open(value, self.purpose))
