"""An error of ours, said in plain words: a page for the console, JSON for machines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import HTTPException, Request, Response
from fastapi.responses import JSONResponse

from backend.city.schemas import City
from backend.console.door import Door
from backend.kit.catalogues import catalogue
from backend.kit.db import Database
from backend.kit.errors import SerenoError
from backend.settings import Settings


def refusal(
    database: Database, city: City, settings: Settings
) -> Callable[[Request, Exception], Awaitable[Response]]:
    """A handler for every error that classifies itself."""
    door = Door(database, city, settings)

    async def handle(request: Request, error: Exception) -> Response:
        if not isinstance(error, SerenoError):
            raise error
        if not request.url.path.startswith("/console"):
            message = catalogue("en").text(error.message, **error.params)
            return JSONResponse({"error": message}, status_code=error.status)
        try:
            desk = await door.desk(request)
        except HTTPException:
            desk = None
        words = desk.words if desk else catalogue("en")
        fault = words.text(error.message, **error.params)
        return door.page("fault.html", words, status=error.status, desk=desk, fault=fault)

    return handle
