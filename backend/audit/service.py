"""Who did what and who read what."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditRow


async def record(
    session: AsyncSession,
    actor: uuid.UUID | str,
    act: str,
    object_type: str,
    object_id: uuid.UUID | str,
    why: str | None = None,
) -> None:
    """Write one row, in the transaction of the act itself."""
    session.add(
        AuditRow(
            actor=str(actor),
            act=act,
            object_type=object_type,
            object_id=str(object_id),
            why=why[:500] if why else None,
        )
    )
    await session.flush()


async def of_object(
    session: AsyncSession, object_type: str, object_id: object
) -> Sequence[AuditRow]:
    """Every row about one object, oldest first."""
    query = select(AuditRow).where(
        AuditRow.object_type == object_type, AuditRow.object_id == str(object_id)
    )
    return (await session.scalars(query.order_by(AuditRow.id))).all()
