"""The assistant's one door: an input channel for the backend and for nobody else."""

from __future__ import annotations

import hmac
import logging
import os
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.assistant.tracker_store import DialogueStore
from bot.assistant.understanding import chosen, understood
from bot.assistant.words import not_a_command, within_reach

log = logging.getLogger(__name__)

TOKEN = "SERENO_ASSISTANT_TOKEN"  # noqa: S105 - the name of a setting, not a secret
LARGEST_BATCH = 256
SHORTEST_TOKEN = 20


class Replies(OutputChannel):
    """Collects what the assistant says in one turn, each response whole."""

    def __init__(self) -> None:
        self.said: List[Dict[Text, Any]] = []

    @classmethod
    def name(cls) -> Text:
        """The name responses may be written for."""
        return "sereno"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Keep one response."""
        custom = message.get("custom") or {}
        self.said.append(
            {
                "text": message.get("text"),
                "buttons": [
                    {"title": button["title"], "choice": button["payload"]}
                    for button in message.get("buttons") or ()
                ],
                "ask": custom.get("ask"),
                "data": {},
            }
        )


class SerenoDoor(InputChannel):
    """`/webhooks/sereno/…`: a message in, replies and understanding out."""

    def __init__(self, token: Text) -> None:
        if len(token) < SHORTEST_TOKEN:
            raise ValueError(f"{TOKEN} must be set to a secret of {SHORTEST_TOKEN} characters.")
        self._expected = f"Bearer {token}".encode()

    @classmethod
    def name(cls) -> Text:
        """The part of the URL that is ours."""
        return "sereno"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        """The token comes from the environment, never from a file of the project."""
        return cls(os.environ.get(TOKEN, ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the door."""
        door = Blueprint("sereno_door")

        @door.middleware("request")
        async def holds_token(request: Request) -> Optional[HTTPResponse]:
            shown = request.headers.get("authorization", "").encode()
            if hmac.compare_digest(shown, self._expected):
                return None
            return response.json({"error": "This door is for the backend."}, status=401)

        @door.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready() and _remembers_at_the_backend(agent)
            return response.json(
                {"status": "ok" if ready else "loading"}, status=200 if ready else 503
            )

        @door.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = request.json
            if not _sound(body):
                return response.json({"error": "sender and message must be texts."}, status=422)
            agent: Agent = request.app.ctx.agent
            metadata: Dict[Text, Any] = {**(body.get("metadata") or {})}
            choice = body.get("choice")
            if choice:
                metadata["choice"] = choice
                parsed = chosen(choice, body["message"])
            else:
                parsed = await weigh(agent, body["message"])
            replies = Replies()
            await on_new_message(
                UserMessage(
                    text=parsed["text"],
                    output_channel=replies,
                    sender_id=body["sender"],
                    input_channel=self.name(),
                    metadata=metadata,
                    parse_data=parsed,
                )
            )
            return response.json({"replies": replies.said, "understanding": understood(parsed)})

        @door.post("/classify")
        async def classify(request: Request) -> HTTPResponse:
            texts = (request.json or {}).get("texts")
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                return response.json({"error": "texts must be a list of texts."}, status=422)
            agent: Agent = request.app.ctx.agent
            weighed = [understood(await weigh(agent, text)) for text in texts[:LARGEST_BATCH]]
            return response.json({"understandings": weighed})

        return door

    def get_metadata(self, request: Request) -> Optional[Dict[Text, Any]]:
        """The backend's notes on the message."""
        return (request.json or {}).get("metadata")


async def weigh(agent: Agent, text: Text) -> Dict[Text, Any]:
    """The parse of what a person typed; words alone, never a command."""
    plain = within_reach(text)
    if not plain:
        return chosen("out_of_scope", text)
    parsed: Dict[Text, Any] = await agent.parse_message(not_a_command(plain))
    parsed["text"] = plain
    return parsed


def _remembers_at_the_backend(agent: Agent) -> bool:
    """Rasa falls back to its own memory in silence when a store fails: never with people's words.

    The wrapper that does so is taken off; a turn that cannot be stored fails, and the backend
    notices.
    """
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, DialogueStore):
        return False
    if agent.tracker_store is not store:
        agent.tracker_store = store
        if agent.processor is not None:
            agent.processor.tracker_store = store
    return True


def _sound(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(body.get("sender"), str)
        and isinstance(body.get("message"), str)
        and isinstance(body.get("choice"), (str, type(None)))
        and isinstance(body.get("metadata") or {}, dict)
    )


