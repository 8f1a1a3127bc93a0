"""A turn of the dialogue is whole or has not been: Rasa's engine without its ways of going on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Text, Union

import aiohttp
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.assistant.nlg import CatalogueGenerator
from bot.assistant.tracker_store import DialogueStore

ACTION_SECONDS = 10.0


class TurnFailed(Exception):
    """An action did not do its work; the dialogue stays as it was before the message."""

    def __init__(self, action: Text) -> None:
        super().__init__(f"The action {action} failed.")
        self.action = action


class _Watched(Action):
    """An action that remembers how it failed."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.failure: Optional[Exception] = None

    def name(self) -> Text:
        return self._action.name()

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> List[Event]:
        try:
            return await self._action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as failure:
            self.failure = failure
            raise


class Turns(MessageProcessor):
    """Handles messages; when an action fails, the turn fails and nothing is saved.

    Rasa's own would log the error, go on, and keep half a turn: the person would get no answer
    and the backend would never know.
    """

    async def run_anonymization_pipeline(self, tracker: DialogueStateTracker) -> None:
        """Nothing: there is no pipeline, and looking for one reads the dialogue a second time."""

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = _Watched(action)
        goes_on = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise TurnFailed(action.name()) from watched.failure
        return goes_on


class WholeTurns(Agent):
    """An agent whose dialogues live in the backend alone.

    Rasa's own falls back to a store in memory when the real one fails: words would stay here, and
    the dialogue would split in two.
    """

    @staticmethod
    def _create_tracker_store(
        store: Optional[TrackerStore],
        domain: Domain,  # noqa: ARG004 - Rasa's own signature
    ) -> TrackerStore:
        if store is None:
            raise ValueError("The assistant needs the backend's dialogues: set tracker_store.")
        return store

    def load_model(self, model_path: Union[Text, Path], fingerprint: Optional[Text] = None) -> None:
        """Load the model and handle messages with it."""
        self.processor = Turns(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, CatalogueGenerator):  # made before the model was there
            self.nlg.responses = self.domain.responses


class _Kept:
    """A session for one request that stays open for the next."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *args: object) -> None:
        """Nothing is closed."""


class ActionsEndpoint(EndpointConfig):
    """The backend's actions over connections that are kept open, in bounded time."""

    _kept: Optional[aiohttp.ClientSession] = None

    def session(self) -> Any:
        """The one session; the secret travels in a header, never in the URL."""
        if self._kept is None or self._kept.closed:
            self._kept = aiohttp.ClientSession(
                headers=self.headers, timeout=aiohttp.ClientTimeout(total=ACTION_SECONDS)
            )
        return _Kept(self._kept)


def load(model: Path, endpoints: AvailableEndpoints) -> WholeTurns:
    """The agent with its model, or an error that says what is missing."""
    store, actions = endpoints.tracker_store, endpoints.action
    if store is None or actions is None:
        raise ValueError("endpoints.yml must name tracker_store and action_endpoint.")
    agent = WholeTurns(
        generator=CatalogueGenerator(),
        tracker_store=DialogueStore(Domain.empty(), host=store.url, headers=store.headers),
        action_endpoint=ActionsEndpoint(url=actions.url, headers=actions.headers),
    )
    agent.load_model(model)
    return agent
