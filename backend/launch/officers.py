"""The demo officers of the first start."""

from __future__ import annotations

from backend.city.schemas import City
from backend.kit.crypto import keyring_at, vault
from backend.kit.db import Database
from backend.settings import Settings


async def first_officers(settings: Settings, city: City) -> list[str]:
    """Make the demo officers when there is no officer at all; the lines that say who they are.

    Their passwords are shown here, once, and stored only as hashes.
    """
    if not settings.demo_officers:
        return []
    from backend.officers.service import demo_officers  # noqa: PLC0415

    vault.unlock(keyring_at(settings.keys))
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            made = await demo_officers(session, city)
    finally:
        await database.close()
    if not made:
        return []
    lines = ["Demo officers for the console (shown this once; write them down):"]
    return lines + [f"  {username:<24} {password}" for username, password in made]
