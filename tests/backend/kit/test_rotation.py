"""Changing the encryption key."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from backend.conversations.models import Contact
from backend.kit import rotation
from backend.kit.crypto import CannotOpen, new_keyring, read_keyring, vault, write_keyring
from backend.kit.db import Database
from backend.kit.ids import new_id
from backend.kit.rotation import rotate, sealed_columns
from backend.models import Base, OutboxMessage

COUNT = 7


@pytest.fixture
async def keys(database: Database, tmp_path: Path) -> Path:
    """A key file, and some sealed rows in the database."""
    path = tmp_path / "keys" / "keyring.json"
    keyring = new_keyring()
    write_keyring(keyring, path)
    vault.unlock(keyring)
    async with database.transaction() as session:
        for n in range(COUNT):
            session.add(Contact(channel="webchat", fingerprint=f"{n}", address=f"address {n}"))
        row = OutboxMessage(
            key="k",
            channel="webchat",
            conversation_id=new_id(),
            payload={"text": "ñ"},
            next_at=datetime.now(UTC),
        )
        session.add(row)
    return path


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def addresses(database: Database) -> set[str]:
    async with database.reading() as session:
        return set(await session.scalars(select(Contact.address)))


async def test_after_a_rotation_everything_opens_and_the_old_key_opens_nothing(
    database: Database, keys: Path, monkeypatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    old = read_keyring(keys)
    assert await rotate(Base.metadata, url_of(database), keys) == COUNT + 1
    fresh = read_keyring(keys)
    assert old.current not in fresh.keys
    vault.unlock(fresh)
    assert await addresses(database) == {f"address {n}" for n in range(COUNT)}
    async with database.reading() as session:
        assert await session.scalar(select(OutboxMessage.payload)) == {"text": "ñ"}
    vault.unlock(old)
    with pytest.raises(CannotOpen):
        await addresses(database)


async def test_people_are_found_again_after_a_rotation(database: Database, keys: Path) -> None:
    before = read_keyring(keys).fingerprint("someone", "contacts.address")
    await rotate(Base.metadata, url_of(database), keys)
    assert read_keyring(keys).fingerprint("someone", "contacts.address") == before


async def test_a_rotation_that_was_interrupted_is_finished_by_the_next(
    database: Database, keys: Path, monkeypatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    seal, sealed = rotation.anew, []

    def breaks(*arguments):
        if len(sealed) == 5:
            raise KeyboardInterrupt
        sealed.append(1)
        return seal(*arguments)

    monkeypatch.setattr(rotation, "anew", breaks)
    with pytest.raises(KeyboardInterrupt):
        await rotate(Base.metadata, url_of(database), keys)
    vault.unlock(read_keyring(keys))
    assert await addresses(database) == {f"address {n}" for n in range(COUNT)}
    monkeypatch.setattr(rotation, "anew", seal)
    await rotate(Base.metadata, url_of(database), keys)
    vault.unlock(read_keyring(keys))
    assert len(read_keyring(keys).keys) == 1
    assert await addresses(database) == {f"address {n}" for n in range(COUNT)}


async def test_a_value_that_does_not_open_leaves_the_old_keys_in_place(
    database: Database, keys: Path
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE contacts SET address = 'k1:AAAA' WHERE fingerprint = '0'")
        )
    with pytest.raises(CannotOpen):
        await rotate(Base.metadata, url_of(database), keys)
    assert "k1" in read_keyring(keys).keys


def test_every_sealed_column_is_known_to_the_rotation_by_its_own_name() -> None:
    for table in Base.metadata.tables.values():
        for column in sealed_columns(table):
            assert column.type.purpose == f"{table.name}.{column.name}"
