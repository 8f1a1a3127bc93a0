"""Who is at the console: cookies, CSRF, and pages in the officer's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from backend.city.schemas import City
from backend.kit.catalogues import N_, Catalogue, catalogue
from backend.kit.clock import now
from backend.kit.db import Database
from backend.kit.errors import Refused
from backend.officers.models import Officer, OfficerSession
from backend.officers.rules import SEEN_EVERY
from backend.officers.service import same_csrf, seen, session_of
from backend.settings import Settings
from backend.taxonomy.rules import taxonomy

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "es", "ca", "fr")
TYPES = {".js": "text/javascript", ".css": "text/css"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Desk:
    """An officer signed in, and what their pages need."""

    officer: Officer
    held: OfficerSession
    words: Catalogue

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return self.held.csrf


class Door:
    """Lets officers in and shows them pages."""

    def __init__(self, database: Database, city: City, settings: Settings) -> None:
        self.database = database
        self.city = city
        self.settings = settings
        prefix = "__Host-" if settings.cookie_secure else ""
        self.cookie = f"{prefix}sereno_session"
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["lines"] = lambda text: Markup("<br>").join(str(text).split("\n"))

    async def desk(self, request: Request) -> Desk:
        """The officer of the request; anonymous ones are shown the way to sign in."""
        token = request.cookies.get(self.cookie, "")
        async with self.database.reading() as session:
            found = await session_of(session, token) if token else None
        if found is not None and _to_be_noted(request, found[1]):
            async with self.database.transaction() as session:
                await seen(session, found[1])
        if found is None:
            raise self._to_sign_in(request)
        officer, held = found
        return Desk(officer, held, catalogue(officer.language))

    async def acting(self, request: Request) -> Desk:
        """The officer of a request that changes something: from our own page, with its token."""
        desk = await self.desk(request)
        self.from_here(request)
        form = await request.form()
        same_csrf(desk.held, str(form.get("csrf") or request.headers.get("x-csrf-token") or ""))
        return desk

    def from_here(self, request: Request) -> None:
        """Raises `Refused` for a form sent from another site."""
        sent_from = request.headers.get("origin") or request.headers.get("referer")
        ours = {request.headers.get("host", ""), _host(self.settings.public_url)}
        foreign = sent_from is not None and _host(sent_from) not in ours - {""}
        if foreign or request.headers.get("sec-fetch-site") == "cross-site":
            raise Refused(N_("This page is too old. Go back, load it again and send it once more."))

    def page(
        self,
        name: str,
        words: Catalogue,
        *,
        status: int = 200,
        desk: Desk | None = None,
        **more: Any,
    ) -> HTMLResponse:
        """A page in the officer's language."""
        html = self._templates.get_template(name).render(
            words=words,
            text=words.text,
            plural=words.plural,
            city=self.city,
            zone=self.city.zone,
            desk=desk,
            asset=asset_url,
            languages=[taxonomy().languages[tag] for tag in LANGUAGES],
            known=taxonomy().languages,
            **more,
        )
        return HTMLResponse(html, status_code=status, headers=HEADERS)

    def give_cookie(self, response: Response, token: str) -> None:
        """Hand the session's token to the browser."""
        response.set_cookie(
            self.cookie,
            token,
            httponly=True,
            samesite="lax",
            secure=self.settings.cookie_secure,
            path="/",
            max_age=12 * 3600,
        )

    def _to_sign_in(self, request: Request) -> HTTPException:
        where = {"Location": "/console/sign-in"}
        if request.headers.get("hx-request"):
            return HTTPException(200, headers={"HX-Redirect": "/console/sign-in"})
        return HTTPException(303, headers=where)


def _to_be_noted(request: Request, held: OfficerSession) -> bool:
    """Whether this shows that the officer is there: a page that refreshes itself does not."""
    return "background" not in request.query_params and now() - held.seen_at >= SEEN_EVERY


def _host(url: str) -> str:
    """Host and port of an address; empty when it has none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def to(path: str) -> RedirectResponse:
    """After a change: show the page afresh, so that reloading changes nothing twice."""
    return RedirectResponse(path, status_code=303, headers=HEADERS)


def asset_url(name: str) -> str:
    """The address of a static file; it changes with its content."""
    return f"/console/static/{hashlib.sha256(assets()[name]).hexdigest()[:12]}/{name}"


@cache
def assets() -> Mapping[str, bytes]:
    """The static files by name."""
    return {p.name: p.read_bytes() for p in (HERE / "static").iterdir() if p.suffix in TYPES}
