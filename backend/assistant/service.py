"""The assistant as the backend sees it: asked over HTTP, watched, and remembered for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.assistant.models import Dialogue
from backend.assistant.schemas import Answer, Reply
from backend.kit.clock import now

log = logging.getLogger(__name__)

HEALTH_SECONDS = 2.0


class AssistantAway(Exception):
    """It did not answer, was too slow, or what it answered makes no sense."""


class Assistant:
    """A client of the assistant's door; knows whether it is there.

    `on_return` is awaited when it answers again after having been away.
    """

    def __init__(
        self,
        url: str,
        token: str,
        timeout: float,
        on_return: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.up = False
        self.on_return = on_return
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(timeout),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
            trust_env=False,
        )

    async def answer(
        self,
        conversation_id: uuid.UUID,
        text: str,
        choice: str | None,
        metadata: dict[str, Any],
        seconds: float | None = None,
    ) -> Answer:
        """The answer to one message; raises `AssistantAway` within `seconds`."""
        body = {
            "sender": str(conversation_id),
            "message": text,
            "choice": choice,
            "metadata": metadata,
        }
        try:
            async with asyncio.timeout(seconds or self._timeout):
                response = await self._http.post("/webhooks/sereno/webhook", json=body)
            response.raise_for_status()
            answer = Answer.model_validate_json(response.content)
        except (TimeoutError, httpx.HTTPError) as error:
            self.up = False
            raise AssistantAway(type(error).__name__) from None
        except ValidationError:
            raise AssistantAway("InvalidAnswer") from None
        self.up = True
        return answer

    async def watch(self) -> None:
        """Look after the assistant for ever; notices when it goes and when it comes back."""
        while True:
            was_up, self.up = self.up, await self._healthy()
            if self.up and not was_up and self.on_return is not None:
                with contextlib.suppress(Exception):
                    await self.on_return()
            if was_up != self.up:
                log.info("assistant is %s", "back" if self.up else "away")
            await asyncio.sleep(HEALTH_SECONDS)

    async def _healthy(self) -> bool:
        try:
            response = await self._http.get("/webhooks/sereno/health", timeout=HEALTH_SECONDS)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


async def remember(session: AsyncSession, conversation_id: uuid.UUID, events: list[Any]) -> None:
    """Keep the dialogue of a conversation, sealed."""
    dialogue = await session.get(Dialogue, conversation_id)
    if dialogue is None:
        session.add(Dialogue(conversation_id=conversation_id, events=events))
    else:
        dialogue.events, dialogue.updated_at = events, now()
    await session.flush()


async def recall(session: AsyncSession, conversation_id: uuid.UUID) -> list[dict[str, Any]] | None:
    """The dialogue of a conversation, or None."""
    dialogue = await session.get(Dialogue, conversation_id)
    return dialogue.events if dialogue else None


async def forget(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """End the dialogue of a conversation: its report is done."""
    dialogue = await session.get(Dialogue, conversation_id)
    if dialogue is not None:
        await session.delete(dialogue)
        await session.flush()


def replies_already_given(events: list[dict[str, Any]], inbound: str) -> list[Reply] | None:
    """What the assistant said to a message whose answer was lost on the way, else None.

    The assistant stores its dialogue once at the end of a turn, so a turn found there is whole.
    """
    asked = (
        place
        for place, event in enumerate(events)
        if event.get("event") == "user" and (event.get("metadata") or {}).get("inbound") == inbound
    )
    place = next(asked, None)
    if place is None:
        return None
    replies: list[Reply] = []
    for event in events[place + 1 :]:
        if event.get("event") == "user":
            break
        if event.get("event") == "bot":
            data = event.get("data") or {}
            custom = data.get("custom") or {}
            buttons = [
                {"title": button["title"], "choice": button["payload"]}
                for button in data.get("buttons") or ()
            ]
            replies.append(
                Reply.model_validate(
                    {"text": event.get("text"), "buttons": buttons, "ask": custom.get("ask")}
                )
            )
    return replies
