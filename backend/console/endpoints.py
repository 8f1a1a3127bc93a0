"""The pages of the console. Reading a case, and every change, leaves a row in the audit."""

# Annotations are evaluated here, not kept as text: they name the door of the enclosing function.

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.service import record
from backend.cases import service as cases
from backend.cases.models import Case
from backend.cases.rules import NEXT_STATES, STATE_NAMES
from backend.city.schemas import City
from backend.console.door import LANGUAGES, TYPES, Desk, Door, assets, to
from backend.console.views import DOORS, FAILURES, case_page, cases_of, queue, said_for, thread_rows
from backend.conversations.models import Conversation
from backend.handovers import service as handovers
from backend.kit.catalogues import N_, Catalogue, catalogue
from backend.kit.db import Database
from backend.kit.errors import Conflict, Invalid, NotFound, SerenoError, TooMany
from backend.kit.ids import new_id
from backend.languages.rules import closest
from backend.officers import service as officers
from backend.outbox.service import dead_letters, retry
from backend.settings import Settings
from backend.taxonomy.rules import taxonomy

CHANGED = N_(
    "The case has changed since you opened it. Look at what is new; to send it anyway, send it again."
)
FILTERS = ("state", "category", "unit", "number", "page")
DONE = {
    "reply": N_("Sent to the citizen."),
    "question": N_("Sent to the citizen."),
    "note": N_("Kept. No citizen sees it."),
    "moved": N_("The case is with the other unit now. The citizen is told."),
    "state": N_("Changed. The citizen is told."),
    "retry": N_("It is tried again now."),
    "settled": N_("Taken off the queue."),
}

# Longer than any answer may be: what is too long comes back to its writer with a sentence.
Text = Annotated[str, Form(max_length=100_000)]
Version = Annotated[str, Form(max_length=60)]


def console_router(
    database: Database, city: City, settings: Settings, wake: Callable[[], None]
) -> APIRouter:
    """`/console/…`. `wake` is called after each commit that may have written to a citizen."""
    door = Door(database, city, settings)
    router = APIRouter(prefix="/console", include_in_schema=False)
    _sign_in_pages(router, door)
    _queue_pages(router, door, wake)
    _case_pages(router, door, wake)
    _conversation_pages(router, door, wake)
    return router


def _origin(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _wait_words(words: Catalogue, seconds: int) -> str:
    minutes = -(-seconds // 60)
    return words.plural(
        "Too many tries. Please wait {n} minute, then try again.",
        "Too many tries. Please wait {n} minutes, then try again.",
        minutes,
    )


def _browser_language(request: Request) -> str:
    asked = request.headers.get("accept-language", "en").split(",")[0].split("-")[0]
    return closest(asked, LANGUAGES)


def _sign_in_pages(router: APIRouter, door: Door) -> None:
    @router.get("/sign-in")
    async def sign_in_page(request: Request) -> HTMLResponse:
        return door.page(
            "sign_in.html", catalogue(_browser_language(request)), fault=None, username=""
        )

    @router.post("/sign-in")
    async def sign_in(
        request: Request,
        username: Annotated[str, Form(max_length=60)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        door.from_here(request)
        words = catalogue(_browser_language(request))
        try:
            signed = await _checked(request, username, password)
        except TooMany as many:
            fault = _wait_words(words, many.retry_after)
            page = door.page("sign_in.html", words, status=429, fault=fault, username=username)
            page.headers["Retry-After"] = str(many.retry_after)
            return page
        if signed is None:
            fault = words.text(officers.WRONG)
            return door.page("sign_in.html", words, status=401, fault=fault, username=username)
        response = to("/console/")
        door.give_cookie(response, signed.token)
        return response

    async def _checked(request: Request, username: str, password: str) -> officers.SignedIn | None:
        """A session if name and password are right; no transaction is open while we hash."""
        async with door.database.transaction() as session:
            tries = await officers.note_try(session, username, _origin(request))
            officer = await officers.by_name(session, username)
        if not await asyncio.to_thread(officers.right_password, officer, password):
            return None
        assert officer is not None  # noqa: S101 - nobody has no right password
        leaving = request.cookies.get(door.cookie, "")
        async with door.database.transaction() as session:
            return await officers.sign_in(session, officer, tries=tries, leaving=leaving)

    @router.post("/sign-out")
    async def sign_out(request: Request, desk: Annotated[Desk, Depends(door.acting)]) -> Response:
        async with door.database.transaction() as session:
            await officers.sign_out(session, request.cookies.get(door.cookie, ""))
        response = to("/console/sign-in")
        response.delete_cookie(door.cookie, path="/", secure=door.settings.cookie_secure)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    @router.post("/language")
    async def language(
        desk: Annotated[Desk, Depends(door.acting)], tag: Annotated[str, Form(max_length=10)]
    ) -> Response:
        if tag in LANGUAGES:
            async with door.database.transaction() as session:
                await officers.set_language(session, desk.officer.id, tag)
        return to("/console/")

    @router.get("/static/{mark}/{name}")
    async def static(mark: str, name: str) -> Response:
        body = assets().get(name)
        if body is None:
            return Response(status_code=404)
        kept = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type=TYPES[Path(name).suffix], headers=kept)


def _queue_pages(router: APIRouter, door: Door, wake: Callable[[], None]) -> None:
    async def shown(desk: Desk, request: Request) -> Any:
        asked = request.query_params
        raw = asked.get("page", "1")
        async with door.database.reading() as session:
            return await queue(
                session,
                door.city,
                desk.officer,
                desk.words,
                state=asked.get("state", "open"),
                category=asked.get("category", ""),
                unit=asked.get("unit", ""),
                number=asked.get("number", "")[:20],
                page=max(1, int(raw)) if raw.isdigit() else 1,
            )

    @router.get("/")
    async def first_page(
        request: Request, desk: Annotated[Desk, Depends(door.desk)]
    ) -> HTMLResponse:
        return door.page(
            "queue.html",
            desk.words,
            desk=desk,
            queue=await shown(desk, request),
            asked=_filters(request),
            categories=[(i.name, desk.words.text(i.label)) for i in taxonomy().incidents.values()],
            units=[u for u in door.city.units if u.id in desk.officer.units],
            states=[(key, desk.words.text(name)) for key, name in STATE_NAMES.items()],
            notice=_notice(request, desk),
        )

    @router.get("/queue")
    async def fragment(request: Request, desk: Annotated[Desk, Depends(door.desk)]) -> Response:
        found = await shown(desk, request)
        if request.query_params.get("version") == found.version:
            return Response(status_code=204)
        return door.page("_queue.html", desk.words, desk=desk, queue=found, asked=_filters(request))

    @router.get("/dead-letters")
    async def undelivered(
        request: Request, desk: Annotated[Desk, Depends(door.desk)]
    ) -> HTMLResponse:
        async with door.database.reading() as session:
            mine = (await session.scalars(handovers.readable(desk.officer))).all()
            rows = await dead_letters(session, [one.id for one in mine])
        return door.page(
            "dead_letters.html",
            desk.words,
            desk=desk,
            rows=rows,
            doors=DOORS,
            failures=FAILURES,
            notice=_notice(request, desk),
        )

    @router.post("/dead-letters/{row_id:uuid}/retry")
    async def again(row_id: uuid.UUID, desk: Annotated[Desk, Depends(door.acting)]) -> Response:
        async with door.database.transaction() as session:
            mine = (await session.scalars(handovers.readable(desk.officer))).all()
            rows = await dead_letters(session, [one.id for one in mine])
            if row_id not in {row.id for row in rows} or not await retry(session, row_id):
                raise NotFound(N_("There is no such message."))
            await record(session, desk.officer.id, "outbox:retry", "outbox", row_id)
        wake()
        return to("/console/dead-letters?done=retry")


def _filters(request: Request) -> dict[str, str]:
    """What the queue was asked for, and nothing else of the address."""
    asked = request.query_params
    return {name: asked[name][:60] for name in FILTERS if name in asked}


def _notice(request: Request, desk: Desk) -> str:
    done = DONE.get(request.query_params.get("done", ""))
    return desk.words.text(done) if done else ""


def _case_pages(router: APIRouter, door: Door, wake: Callable[[], None]) -> None:
    async def show(
        desk: Desk,
        case_id: uuid.UUID,
        *,
        status: int = 200,
        fault: str = "",
        kept: str = "",
        form: str = "",
        notice: str = "",
    ) -> HTMLResponse:
        async with door.database.transaction() as session:
            case = await cases.case_of(session, desk.officer, case_id)
            await record(session, desk.officer.id, "case:read", "case", case.id)
            if not fault:
                await cases.opened_by_officer(session, door.city, case, desk.officer)
            view = await case_page(session, door.city, case, desk.officer, desk.words)
        wake()
        return door.page(
            "case.html",
            desk.words,
            status=status,
            desk=desk,
            fault=fault,
            kept=kept,
            form=form,
            notice=notice,
            next_states=NEXT_STATES[case.state],
            units=[u for u in door.city.units if u.id != case.unit],
            **view,
        )

    async def change(
        desk: Desk,
        case_id: uuid.UUID,
        form: str,
        kept: str,
        act: Callable[[AsyncSession, Case], Awaitable[object]],
        version: str = "",
    ) -> Response:
        """Do one thing to a case; what was typed survives when it cannot be done."""
        try:
            async with door.database.transaction() as session:
                case = await cases.case_of(session, desk.officer, case_id)
                happened = await cases.entries(session, case)
                if version and str(happened[-1].id) != version:
                    raise Conflict(CHANGED)
                await act(session, case)
        except NotFound:
            raise
        except SerenoError as error:
            fault = desk.words.text(error.message, **error.params)
            return await show(desk, case_id, status=error.status, fault=fault, kept=kept, form=form)
        wake()
        return to(f"/console/cases/{case_id}?done={form}")

    @router.get("/cases/{case_id:uuid}")
    async def case_view(
        case_id: uuid.UUID, request: Request, desk: Annotated[Desk, Depends(door.desk)]
    ) -> HTMLResponse:
        return await show(desk, case_id, notice=_notice(request, desk))

    @router.post("/cases/{case_id:uuid}/write")
    async def write(
        case_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        what: Annotated[str, Form(pattern="^(reply|question|note)$")],
        words: Text = "",
        version: Version = "",
    ) -> Response:
        acts = {"reply": cases.reply, "question": cases.ask, "note": cases.note}
        return await change(
            desk,
            case_id,
            what,
            words,
            lambda session, case: acts[what](session, case, desk.officer, words),
            version,
        )

    @router.post("/cases/{case_id:uuid}/move")
    async def move(
        case_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        unit: Annotated[str, Form(max_length=60)] = "",
        why: Text = "",
        version: Version = "",
    ) -> Response:
        done = await change(
            desk,
            case_id,
            "moved",
            why,
            lambda session, case: cases.move(session, door.city, case, unit, why, desk.officer),
            version,
        )
        if done.status_code == 303 and unit not in desk.officer.units:
            return to("/console/?done=moved")
        return done

    @router.post("/cases/{case_id:uuid}/state")
    async def state(
        case_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        state: Annotated[str, Form(max_length=20)],
        outcome: Annotated[str, Form(max_length=40)] = "",
        words: Text = "",
        version: Version = "",
    ) -> Response:
        return await change(
            desk,
            case_id,
            "state",
            words,
            lambda session, case: cases.set_state(
                session, door.city, case, state, desk.officer, outcome or None, words
            ),
            version,
        )


def _conversation_pages(router: APIRouter, door: Door, wake: Callable[[], None]) -> None:
    async def show(
        desk: Desk,
        conversation_id: uuid.UUID,
        *,
        status: int = 200,
        fault: str = "",
        kept: str = "",
        notice: str = "",
    ) -> HTMLResponse:
        async with door.database.transaction() as session:
            conversation = await handovers.conversation_for(session, desk.officer, conversation_id)
            await record(
                session, desk.officer.id, "conversation:read", "conversation", conversation.id
            )
            said = await said_for(session, desk.officer, conversation)
            rows = await thread_rows(session, said, desk.words, door.city)
            about = await cases_of(session, desk.officer, conversation, desk.words)
            waits = await handovers.current(session, conversation.id)
        return door.page(
            "conversation.html",
            desk.words,
            status=status,
            desk=desk,
            conversation=conversation,
            thread=rows,
            cases=about,
            waits=waits,
            fault=fault,
            kept=kept,
            notice=notice,
            key=new_id(),
        )

    async def change(
        desk: Desk,
        conversation_id: uuid.UUID,
        kept: str,
        act: Callable[[AsyncSession, Conversation], Awaitable[object]],
        after: str,
    ) -> Response:
        try:
            async with door.database.transaction() as session:
                conversation = await handovers.conversation_for(
                    session, desk.officer, conversation_id
                )
                await act(session, conversation)
        except NotFound:
            raise
        except SerenoError as error:
            fault = desk.words.text(error.message, **error.params)
            return await show(desk, conversation_id, status=error.status, fault=fault, kept=kept)
        wake()
        return to(after)

    @router.get("/conversations/{conversation_id:uuid}")
    async def conversation_view(
        conversation_id: uuid.UUID, request: Request, desk: Annotated[Desk, Depends(door.desk)]
    ) -> HTMLResponse:
        return await show(desk, conversation_id, notice=_notice(request, desk))

    @router.get("/conversations/{conversation_id:uuid}/thread")
    async def thread_fragment(
        conversation_id: uuid.UUID, request: Request, desk: Annotated[Desk, Depends(door.desk)]
    ) -> Response:
        seen = request.query_params.get("seen", "")
        after = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        async with door.database.reading() as session:
            conversation = await handovers.conversation_for(session, desk.officer, conversation_id)
            if after >= conversation.last_seq:
                return Response(status_code=204)
            said = await said_for(session, desk.officer, conversation)
            fresh = [message for message in said if message.seq > after]
            rows = await thread_rows(session, fresh, desk.words, door.city)
        if not rows:
            return Response(status_code=204)
        return door.page("_thread.html", desk.words, desk=desk, thread=rows)

    @router.post("/conversations/{conversation_id:uuid}/take")
    async def take(
        conversation_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        back: Annotated[str, Form(max_length=80)] = "",
    ) -> Response:
        return await change(
            desk,
            conversation_id,
            "",
            lambda session, found: handovers.take(session, desk.officer, found),
            _own_page(back, conversation_id),
        )

    @router.post("/conversations/{conversation_id:uuid}/give-back")
    async def give_back(
        conversation_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        back: Annotated[str, Form(max_length=80)] = "",
    ) -> Response:
        return await change(
            desk,
            conversation_id,
            "",
            lambda session, found: handovers.give_back(session, desk.officer, found),
            _own_page(back, conversation_id) if back else "/console/",
        )

    @router.post("/conversations/{conversation_id:uuid}/settle")
    async def settle(
        conversation_id: uuid.UUID, desk: Annotated[Desk, Depends(door.acting)]
    ) -> Response:
        return await change(
            desk,
            conversation_id,
            "",
            lambda session, found: handovers.settle(session, desk.officer, found),
            "/console/?done=settled",
        )

    @router.post("/conversations/{conversation_id:uuid}/reply")
    async def reply(
        conversation_id: uuid.UUID,
        desk: Annotated[Desk, Depends(door.acting)],
        key: Annotated[uuid.UUID, Form()],
        words: Text = "",
    ) -> Response:
        async def act(session: AsyncSession, found: Conversation) -> None:
            said = _sendable(words)
            await handovers.reply(session, desk.officer, found, said, f"console:{key}")

        return await change(
            desk, conversation_id, words, act, f"/console/conversations/{conversation_id}"
        )


def _sendable(words: str) -> str:
    """What an officer wrote, if it fits one message; raises `Invalid`."""
    kept = words.strip()
    if not kept:
        raise Invalid(N_("Write something first."))
    if len(kept) > cases.LONGEST_REPLY:
        raise Invalid(N_("That is too long for one message. Send it in two."))
    return kept


def _own_page(back: str, conversation_id: uuid.UUID) -> str:
    """Back to the case one came from, never to another site."""
    try:
        return f"/console/cases/{uuid.UUID(back)}"
    except ValueError:
        return f"/console/conversations/{conversation_id}"
