"""An unfinished report is not lost: after a silence it is sent as it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from backend.city.schemas import City
from backend.intake.service import send_unfinished, silent_drafts
from backend.kit.clock import now
from backend.kit.db import Database

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0  # seconds


async def send_silent_drafts(
    database: Database, city: City, silence: timedelta, wake: Callable[[], None]
) -> int:
    """Send every draft that was left alone for `silence`; returns how many."""
    async with database.reading() as session:
        silent = await silent_drafts(session, now() - silence)
    sent = 0
    for conversation_id in silent:
        async with database.transaction() as session:
            case = await send_unfinished(session, city, conversation_id, silence)
        sent += case is not None
    if sent:
        wake()
    return sent


async def watch_silence(
    database: Database, city: City, silence: timedelta, wake: Callable[[], None]
) -> None:
    """Look for silent drafts for ever."""
    while True:
        try:
            await send_silent_drafts(database, city, silence, wake)
        except Exception as error:  # noqa: BLE001 - the database may be away for a minute
            log.error("silent drafts cannot be sent now: %s", type(error).__name__)
        await asyncio.sleep(min(LOOK_EVERY, silence.total_seconds()))
