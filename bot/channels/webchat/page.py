"""The page of the web chat, its widget, and the plain page that works without JavaScript."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from babel.core import negotiate_locale
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from backend.city.schemas import City
from backend.conversations.schemas import Inbound
from backend.conversations.service import by_address, shown_to_person, thread
from backend.kit.catalogues import N_, Catalogue, catalogue
from backend.kit.errors import Invalid
from backend.settings import Settings
from backend.taxonomy.rules import taxonomy
from bot.channels.webchat.socket import WebChat

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

# What the script shows; it holds no words of its own.
SCRIPT_WORDS = {
    "sending": N_("Sending…"),
    "stored": N_("Received"),
    "waiting": N_("Waiting for a connection. Your message is kept and sent by itself."),
    "lost": N_("No connection. Trying again…"),
    "back": N_("Connected"),
    "typing": N_("The assistant is writing…"),
    "you": N_("You"),
    "assistant": N_("Assistant"),
    "officer": N_("Officer"),
    "service": N_("Police"),
    "place": N_("Share where I am"),
    "place_sent": N_("My place on the map"),
    "place_failed": N_("Your phone did not give its place. Please write where it is."),
    "again": N_("Send again"),
    "forget": N_("This chat is erased from this device. What you sent stays with the police."),
}


def pages_router(chat: WebChat, city: City, settings: Settings) -> APIRouter:
    """`/chat`, `/chat/plain`, `/chat/widget.js` and the files they need."""
    router = APIRouter()
    templates = _environment()

    def words_for(request: Request) -> Catalogue:
        asked = request.query_params.get("lang", "")
        if asked in city.languages:
            return catalogue(asked)
        accepted = [
            part.split(";")[0].strip()
            for part in request.headers.get("accept-language", "").split(",")
        ]
        known = negotiate_locale([tag.split("-")[0] for tag in accepted if tag], city.languages)
        return catalogue(known or city.languages[0])

    def page(name: str, request: Request, **more: Any) -> HTMLResponse:
        words = words_for(request)
        names = taxonomy().languages
        html = templates.get_template(name).render(
            words=words,
            text=words.text,
            city=city,
            languages=[names[tag] for tag in city.languages],
            asset=asset_url,
            embedded=request.query_params.get("embedded") == "1",
            **more,
        )
        return HTMLResponse(html, headers=security_headers(settings))

    @router.get("/chat")
    async def chat_page(request: Request) -> HTMLResponse:
        words = words_for(request)
        shown = {key: words.text(text) for key, text in SCRIPT_WORDS.items()}
        return page("chat.html", request, script_words=json_attribute(shown))

    @router.get("/chat/plain")
    async def plain(request: Request) -> HTMLResponse:
        return page(
            "plain.html",
            request,
            token=secrets.token_urlsafe(24),
            messages=[],
            fault=None,
            message_id=uuid.uuid4().hex,
        )

    @router.post("/chat/plain")
    async def plain_say(
        request: Request,
        token: Annotated[str, Form(min_length=22, max_length=128)],
        message_id: Annotated[str, Form(min_length=8, max_length=64)],
        text: Annotated[str, Form(max_length=20_000)] = "",
        choice: Annotated[str | None, Form(max_length=120)] = None,
    ) -> HTMLResponse:
        address = hashlib.sha256(token.encode()).hexdigest()
        fault: str | None = None
        if text.strip() or choice:
            try:
                await chat.turns.accept(
                    Inbound(
                        channel="webchat",
                        address=address,
                        external_id=message_id,
                        text=text,
                        choice=choice,
                        hint=words_for(request).language,
                    )
                )
                await _a_moment_for_the_answer(chat, address)
            except Invalid as invalid:
                fault = words_for(request).text(invalid.message)
        async with chat.database.reading() as session:
            conversation = await by_address(session, "webchat", address)
            messages = await thread(session, conversation.id) if conversation else []
        return page(
            "plain.html",
            request,
            token=token,
            fault=fault,
            kept=text if fault else "",
            message_id=uuid.uuid4().hex,
            messages=[shown_to_person(message) for message in messages],
        )

    @router.get("/chat/widget.js")
    async def widget() -> Response:
        body = (STATIC / "widget.js").read_bytes()
        return Response(body, media_type=TYPES[".js"], headers={"Cache-Control": "max-age=300"})

    @router.get("/chat/static/{mark}/{name}")
    async def static(mark: str, name: str) -> Response:
        body = _assets().get(name)
        if body is None:
            return Response(status_code=404)
        kept = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type=TYPES[Path(name).suffix], headers=kept)

    return router


def security_headers(settings: Settings) -> Mapping[str, str]:
    """Nothing from outside, nothing inline, nothing kept, nobody told where the person was."""
    embedding = " ".join(("'self'", *settings.webchat_origins))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {embedding}; require-trusted-types-for 'script'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def json_attribute(value: Mapping[str, str]) -> str:
    """A mapping for a data attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


def asset_url(name: str) -> str:
    """The address of a static file; it changes with its content."""
    mark = hashlib.sha256(_assets()[name]).hexdigest()[:12]
    return f"/chat/static/{mark}/{name}"


@cache
def _assets() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in STATIC.iterdir() if path.suffix in TYPES}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lines"] = _lines
    return environment


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


async def _a_moment_for_the_answer(chat: WebChat, address: str) -> None:
    """Without a script nothing can follow later: wait a little for the turn to end."""
    for _ in range(25):
        await asyncio.sleep(0.1)
        async with chat.database.reading() as session:
            conversation = await by_address(session, "webchat", address)
            last = await thread(session, conversation.id, limit=1) if conversation else []
        if last and last[-1].author != "citizen":
            return
