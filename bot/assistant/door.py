"""The assistant's one door: an input channel for the backend and for nobody else."""

from __future__ import annotations

import hmac
import logging
import os
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.assistant.turns import TurnFailed
from bot.assistant.understanding import chosen, understood
from bot.assistant.weighing import weigh
from bot.assistant.words import plain

log = logging.getLogger(__name__)

TOKEN = "SERENO_ASSISTANT_TOKEN"  # noqa: S105 - the name of a setting, not a secret
LARGEST_BATCH = 256
SHORTEST_TOKEN = 20
WANTED = "sender and message must be texts, choice a text or null, metadata an object."


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
        custom = message.get("custom")
        custom = custom if isinstance(custom, dict) else {}
        self.said.append(
            {
                "text": message.get("text"),
                "buttons": [
                    {"title": button["title"], "choice": button["payload"]}
                    for button in message.get("buttons") or ()
                ],
                "ask": custom.get("ask"),
                "data": custom.get("data") or {},
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
            shown = request.headers.get("authorization", "").encode("utf-8", "replace")
            if hmac.compare_digest(shown, self._expected):
                return None
            return response.json({"error": "This door is for the backend."}, status=401)

        @door.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent: Optional[Agent] = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "loading"}, status=503)
            return response.json({"status": "ok", "model": agent.model_id})

        @door.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = _json(request)
            if not _sound(body):
                return response.json({"error": WANTED}, status=422)
            try:
                return response.json(await _turn(request.app.ctx.agent, body, on_new_message))
            except Exception as error:  # noqa: BLE001 - its text may hold a citizen's words
                log.error("a turn failed: %s", _chain(error))
                return response.json({"error": "The turn failed; nothing was kept."}, status=503)

        @door.post("/classify")
        async def classify(request: Request) -> HTTPResponse:
            texts: Any = (_json(request) or {}).get("texts")
            if not _are_texts(texts):
                wanted = f"texts must be a list of at most {LARGEST_BATCH} texts."
                return response.json({"error": wanted}, status=422)
            parses = await weigh(request.app.ctx.agent, texts)
            return response.json({"understandings": [understood(parse) for parse in parses]})

        return door


async def _turn(
    agent: Agent, body: Dict[Text, Any], handle: Callable[[UserMessage], Awaitable[Any]]
) -> Dict[Text, Any]:
    """Understand one message, let the dialogue go on, and collect what is said."""
    metadata: Dict[Text, Any] = {**(body.get("metadata") or {})}
    choice = body.get("choice")
    if choice:
        metadata["choice"] = choice
        parsed = chosen(choice, plain(body["message"]))
    else:
        parsed = (await weigh(agent, [body["message"]]))[0]
    replies = Replies()
    await handle(
        UserMessage(
            text=parsed["text"],
            output_channel=replies,
            sender_id=body["sender"],
            input_channel=SerenoDoor.name(),
            metadata=metadata,
            parse_data=parsed,
        )
    )
    return {"replies": replies.said, "understanding": understood(parsed)}


def _json(request: Request) -> Any:
    try:
        body = request.json
    except InvalidUsage:
        return None
    return body if isinstance(body, dict) else None


def _chain(error: Optional[BaseException]) -> Text:
    """The kinds of an error and of those behind it, and the action; never their texts."""
    names = []
    while error is not None:
        action = f" of {error.action}" if isinstance(error, TurnFailed) else ""
        names.append(type(error).__name__ + action)
        error = error.__cause__ or error.__context__
    return " from ".join(names)


def _are_texts(texts: Any) -> bool:
    return (
        isinstance(texts, list)
        and len(texts) <= LARGEST_BATCH
        and all(isinstance(text, str) for text in texts)
    )


def _sound(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(body.get("sender"), str)
        and bool(body["sender"])
        and isinstance(body.get("message"), str)
        and isinstance(body.get("choice"), (str, type(None)))
        and isinstance(body.get("metadata"), (dict, type(None)))
    )
