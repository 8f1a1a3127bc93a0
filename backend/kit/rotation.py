"""Changing the encryption key: everything sealed is opened and sealed again, batch by batch.

Safe to interrupt: the new key is stored before anything is sealed with it, and the old ones are
dropped only when nothing needs them. Run again, it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kit.crypto import Keyring, Sealed, SealedJson, read_keyring, write_keyring
from backend.kit.db import engine_for

BATCH = 500


async def rotate(metadata: MetaData, url: str, keys: Path) -> int:
    """How many values were sealed anew; raises `CannotOpen` and leaves both keys in place then."""
    keyring = read_keyring(keys)
    if len(keyring.keys) == 1:  # more than one: an earlier run was interrupted, go on with its key
        keyring = keyring.rotated()
        write_keyring(keyring, keys)
    engine = engine_for(url)
    try:
        count = 0
        for table in metadata.sorted_tables:
            columns = sealed_columns(table)
            after: Sequence[Any] | None = None
            while columns:
                async with engine.begin() as connection:
                    done, after = await _batch(connection, table, columns, keyring, after)
                count += done
                if after is None:
                    break
    finally:
        await engine.dispose()
    write_keyring(keyring.only_current(), keys)
    return count


def sealed_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that are encrypted at rest."""
    return [column for column in table.columns if isinstance(column.type, Sealed | SealedJson)]


async def _batch(
    connection: AsyncConnection,
    table: Table,
    columns: Sequence[Column[Any]],
    keyring: Keyring,
    after: Sequence[Any] | None,
) -> tuple[int, Sequence[Any] | None]:
    """Seal one batch anew; how many values, and the key of the last row (None: that was all)."""
    primary = list(table.primary_key.columns)
    raw = [type_coerce(column, Text).label(column.name) for column in columns]
    old = or_(
        *(
            and_(column.is_not(None), type_coerce(column, Text).not_like(f"{keyring.current}:%"))
            for column in columns
        )
    )
    query = select(*primary, *raw).where(old).order_by(*primary).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(*primary) > tuple_(*after))
    rows = (await connection.execute(query)).mappings().all()
    count = 0
    for row in rows:
        fresh = {
            column.name: anew(keyring, row[column.name], column)
            for column in columns
            if row[column.name] is not None
        }
        count += len(fresh)
        change = update(table).where(*(column == row[column.name] for column in primary))
        # Text, so that the column's own type does not seal the sealed value again.
        values = {name: bindparam(f"sealed_{name}", value, Text) for name, value in fresh.items()}
        await connection.execute(change.values(values))
    last = [rows[-1][column.name] for column in primary] if len(rows) == BATCH else None
    return count, last


def anew(keyring: Keyring, sealed: str, column: Column[Any]) -> str:
    """The same value sealed with the current key."""
    if not isinstance(column.type, Sealed | SealedJson):
        raise TypeError(f"{column} is not sealed.")
    purpose = column.type.purpose
    return keyring.seal(keyring.open(sealed, purpose), purpose)
