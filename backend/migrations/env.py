"""How Alembic meets the database: over the connection that our `migrate` gives it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from backend.kit.clock import Instant
from backend.kit.crypto import Sealed, SealedJson
from backend.migrations.service import differs
from backend.models import Base

LOCK_SECONDS = 5


def render(kind: str, thing: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they are stored in."""
    if kind == "type" and isinstance(thing, Sealed | SealedJson):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Bring the tables to the wanted state, in one transaction."""
    if connection.dialect.name == "postgresql":
        # Fail rather than stand in the way of a running service.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render,
        compare_type=differs,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
