"""Words in, parses out: the understanding part of the model, for one message or many."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Sequence, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.nlu.constants import ENTITIES, TEXT

from bot.assistant.understanding import chosen
from bot.assistant.words import not_a_command, plain, within_reach

AT_ONCE = 16  # messages weighed before other people's turns go on


async def weigh(agent: Agent, texts: Sequence[Text]) -> List[Dict[Text, Any]]:
    """The parse of each text; what people type is words, never a command."""
    parses: List[Dict[Text, Any]] = []
    for start in range(0, len(texts), AT_ONCE):
        parses += _weighed(agent, texts[start : start + AT_ONCE])
        if start + AT_ONCE < len(texts):
            await asyncio.sleep(0)
    return parses


def _weighed(agent: Agent, texts: Sequence[Text]) -> List[Dict[Text, Any]]:
    words = [not_a_command(within_reach(text)) for text in texts]
    messages = [UserMessage(text) for text in words if text.strip()]
    found = iter(_run(agent, messages))
    return [
        {**next(found), TEXT: plain(text)} if read.strip() else chosen("out_of_scope", plain(text))
        for text, read in zip(texts, words)
    ]


def _run(agent: Agent, messages: List[UserMessage]) -> List[Dict[Text, Any]]:
    if not messages:
        return []
    assert agent.processor is not None
    target = agent.processor.model_metadata.nlu_target
    inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: None}
    results = agent.processor.graph_runner.run(inputs=inputs, targets=[target])
    return [
        {ENTITIES: [], **message.as_dict(only_output_properties=True)}
        for message in results[target]
    ]
