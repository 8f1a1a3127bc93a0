"""What the assistant asks of the backend: its dialogues and the actions. For no one else."""

from __future__ import annotations

import hmac
import json
import logging
import uuid
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from backend.assistant.service import forget, recall, remember
from backend.conversations.models import Conversation
from backend.kit.db import Database

log = logging.getLogger(__name__)

LARGEST_DIALOGUE = 4 * 1024 * 1024  # bytes


class Executor(Protocol):
    """Runs an action by its name (rasa-sdk's `ActionExecutor`)."""

    async def run(self, action_call: Any) -> Any:
        """The events and responses of the action."""
        ...


def assistant_router(database: Database, executor: Executor, token: str) -> APIRouter:
    """`/assistant/…`, open to the holder of the shared token alone."""

    def holds_token(authorization: Annotated[str, Header()] = "") -> None:
        expected = f"Bearer {token}"
        if not token or not hmac.compare_digest(authorization.encode(), expected.encode()):
            raise HTTPException(401)

    router = APIRouter(
        prefix="/assistant", dependencies=[Depends(holds_token)], include_in_schema=False
    )

    @router.get("/dialogues/{conversation_id}")
    async def read_dialogue(conversation_id: uuid.UUID) -> Response:
        async with database.reading() as session:
            events = await recall(session, conversation_id)
        if events is None:
            return Response(status_code=404)
        return _json({"events": events})

    @router.put("/dialogues/{conversation_id}", status_code=204)
    async def keep_dialogue(conversation_id: uuid.UUID, request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST_DIALOGUE:
            return Response(status_code=413)
        events = json.loads(body)["events"]
        async with database.transaction() as session:
            if await session.get(Conversation, conversation_id) is None:
                return Response(status_code=404)
            await remember(session, conversation_id, events)
        return Response(status_code=204)

    @router.delete("/dialogues/{conversation_id}", status_code=204)
    async def end_dialogue(conversation_id: uuid.UUID) -> Response:
        async with database.transaction() as session:
            await forget(session, conversation_id)
        return Response(status_code=204)

    @router.post("/actions")
    async def act(request: Request) -> Response:
        call = await request.json()
        try:
            result = await executor.run(call)
        except Exception as error:
            log.error("action failed: %s", type(error).__name__, exc_info=error)
            return _json({"error": "The action failed.", "action_name": None}, 500)
        return _json(result.model_dump(exclude_none=True) if result else {})

    return router


def _json(content: Any, status: int = 200) -> Response:
    raw = json.dumps(content, ensure_ascii=False, default=str)
    return Response(raw, status_code=status, media_type="application/json")
