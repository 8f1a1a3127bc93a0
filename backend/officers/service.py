"""Officers: who they are, how they sign in, and their sessions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.service import record
from backend.city.schemas import City
from backend.kit.catalogues import N_
from backend.kit.clock import now
from backend.kit.crypto import vault
from backend.kit.errors import Conflict, Invalid, NotFound, Refused, TooMany
from backend.kit.ids import new_id
from backend.officers.models import Officer, OfficerSession, OfficerUnit, SignInFailure
from backend.officers.rules import (
    AT_MOST,
    FREE_FAILURES,
    FREE_FAILURES_OF_ORIGIN,
    ROLES,
    WINDOW,
    checked_password,
    spoken_password,
    still_valid,
    wait_after,
)

WRONG = N_("Name or password are not right. Please try again.")
WAIT = N_("Too many tries. Please wait before the next one.")
NO_SUCH_OFFICER = N_("There is no officer with this name.")

_hasher = PasswordHasher()  # argon2id with the library's current parameters (RFC 9106)
_nobody = _hasher.hash(secrets.token_hex(16))  # an unknown name takes as long as a known one


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the cookie's token is shown once and stored as a hash."""

    officer: Officer
    token: str
    csrf: str


async def create(
    session: AsyncSession,
    city: City,
    *,
    username: str,
    name: str,
    password: str,
    units: Iterable[str],
    role: str = "officer",
    language: str = "en",
) -> Officer:
    """A new officer; raises `Invalid` or `Conflict`."""
    wanted = username.strip().lower()
    members = sorted(set(units))
    unknown = [unit for unit in members if unit not in city.unit_ids]
    if not wanted or role not in ROLES or unknown:
        raise Invalid(N_("Give a name, a role and units that the city file knows."))
    if await by_name(session, wanted) is not None:
        raise Conflict(N_("There is already an officer with this name."))
    officer = Officer(
        id=new_id(),
        username=wanted,
        name=name.strip() or wanted,
        role=role,
        password_hash=_hasher.hash(checked_password(password)),
        language=language,
        memberships=[OfficerUnit(unit=unit) for unit in members],
    )
    session.add(officer)
    await record(session, "administration", "officer:create", "officer", officer.id)
    return officer


async def by_name(session: AsyncSession, username: str) -> Officer | None:
    """The officer of a name."""
    return await session.scalar(select(Officer).where(Officer.username == username.strip().lower()))


async def everyone(session: AsyncSession) -> Sequence[Officer]:
    """All officers by name."""
    return (await session.scalars(select(Officer).order_by(Officer.username))).all()


async def set_password(session: AsyncSession, username: str, password: str) -> None:
    """A new password; every session of the officer ends."""
    officer = await _known(session, username)
    officer.password_hash = _hasher.hash(checked_password(password))
    await _end_all(session, officer)
    await record(session, "administration", "officer:password", "officer", officer.id)


async def disable(session: AsyncSession, username: str) -> None:
    """The officer may not sign in any more; every session ends."""
    officer = await _known(session, username)
    officer.disabled_at = now()
    await _end_all(session, officer)
    await record(session, "administration", "officer:disable", "officer", officer.id)


async def demo_officers(session: AsyncSession, city: City) -> list[tuple[str, str]]:
    """An officer for each unit, a supervisor and an administrator, where there is nobody yet.

    Returns their names and passwords; the passwords exist nowhere else.
    """
    if await session.scalar(select(func.count()).select_from(Officer)):
        return []
    everywhere = [unit.id for unit in city.units]
    wanted = [(unit, [unit], "officer") for unit in everywhere]
    wanted += [("supervisor", everywhere, "supervisor"), ("administrator", [], "administrator")]
    made: list[tuple[str, str]] = []
    for username, units, role in wanted:
        password = spoken_password()
        await create(
            session,
            city,
            username=username,
            name=username.replace("_", " ").capitalize(),
            password=password,
            units=units,
            role=role,
        )
        made.append((username, password))
    return made


def marks_of(username: str, origin: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """The keyed hashes under which failures are counted, and how many of each are free."""
    keyring = vault.keyring
    return (
        (keyring.fingerprint(username.strip().lower(), "sign-in:name"), FREE_FAILURES),
        (keyring.fingerprint(origin, "sign-in:origin"), FREE_FAILURES_OF_ORIGIN),
    )


async def note_try(session: AsyncSession, username: str, origin: str) -> list[uuid.UUID]:
    """Count a try as failed before its password is looked at; raises `TooMany`.

    Counted first, so that many tries at once cannot slip past the limit. Hand the ids to
    `sign_in` when the password was right.
    """
    marks = marks_of(username, origin)
    wait = max([await _wait_of(session, who, free) for who, free in marks])
    if wait:
        raise TooMany(WAIT, retry_after=wait)
    await session.execute(delete(SignInFailure).where(SignInFailure.at < now() - WINDOW))
    tries = [SignInFailure(id=new_id(), who=who, at=now()) for who, _ in marks]
    session.add_all(tries)
    await session.flush()
    return [one.id for one in tries]


def right_password(officer: Officer | None, password: str) -> bool:
    """Whether the officer may come in; an unknown name takes as long as a known one. Slow."""
    try:
        _hasher.verify(officer.password_hash if officer else _nobody, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False
    return officer is not None and officer.disabled_at is None


async def sign_in(
    session: AsyncSession, officer: Officer, *, tries: Sequence[uuid.UUID] = (), leaving: str = ""
) -> SignedIn:
    """A session for an officer whose password was right.

    It takes back the counted `tries` and ends the session that the browser came with (`leaving`).
    """
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    gone = or_(OfficerSession.expires_at < now(), OfficerSession.token_hash == _hashed(leaving))
    await session.execute(delete(OfficerSession).where(gone))
    await session.execute(delete(SignInFailure).where(SignInFailure.id.in_(tries)))
    session.add(
        OfficerSession(
            token_hash=_hashed(token),
            officer_id=officer.id,
            csrf=csrf,
            seen_at=now(),
            expires_at=now() + AT_MOST,
        )
    )
    await record(session, officer.id, "session:open", "officer", officer.id)
    return SignedIn(officer, token, csrf)


async def session_of(session: AsyncSession, token: str) -> tuple[Officer, OfficerSession] | None:
    """The officer of a cookie, if the session still holds; `seen` keeps it alive."""
    held = await session.get(OfficerSession, _hashed(token))
    if held is None or not still_valid(held.seen_at, held.expires_at, now()):
        return None
    officer = await session.get(Officer, held.officer_id)
    if officer is None or officer.disabled_at is not None:
        return None
    return officer, held


async def seen(session: AsyncSession, held: OfficerSession) -> None:
    """Keep a session alive."""
    mine = OfficerSession.token_hash == held.token_hash
    await session.execute(update(OfficerSession).where(mine).values(seen_at=now()))


async def sign_out(session: AsyncSession, token: str) -> None:
    """End a session."""
    held = await session.get(OfficerSession, _hashed(token))
    if held is not None:
        await record(session, held.officer_id, "session:close", "officer", held.officer_id)
        await session.delete(held)


def same_csrf(held: OfficerSession, shown: str) -> None:
    """Raises `Refused` when a form was not made by this session."""
    if not hmac.compare_digest(held.csrf.encode(), shown.encode(errors="replace")):
        raise Refused(N_("This page is too old. Go back, load it again and send it once more."))


async def set_language(session: AsyncSession, officer_id: uuid.UUID, language: str) -> None:
    """The language of the officer's console."""
    officer = await session.get_one(Officer, officer_id)
    officer.language = language


async def _wait_of(session: AsyncSession, who: str, free: int) -> int:
    """Seconds to wait for one mark."""
    counted = select(func.count(), func.max(SignInFailure.at)).where(
        SignInFailure.who == who, SignInFailure.at > now() - WINDOW
    )
    count, last = (await session.execute(counted)).one()
    return wait_after(count, last, now(), free) if count else 0


async def _known(session: AsyncSession, username: str) -> Officer:
    officer = await by_name(session, username)
    if officer is None:
        raise NotFound(NO_SUCH_OFFICER)
    return officer


async def _end_all(session: AsyncSession, officer: Officer) -> None:
    await session.execute(delete(OfficerSession).where(OfficerSession.officer_id == officer.id))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
