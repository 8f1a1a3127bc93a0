"""The first words of a long message, as a message of their own to learn from."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

OPENING_OF = "opening_of"  # the whole text, on the message made of its opening
PAUSE = re.compile(r"[,.;:!?…،؛؟。，；！？]+|\s[-–—]\s")
FEWEST_WORDS = 3
# Small talk and everyday requests turn on their last words as often as on their first.
WHOLE_ONLY = ("smalltalk", "out_of_scope")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class OpeningWords(GraphComponent):
    """Adds the opening of each long training message, marked, with the same kind.

    Training messages tell much, people in need tell little: "they took my bike" must be a report
    though every example of it goes on for two lines.
    """

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OpeningWords:
        """It has no settings."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The messages and their openings."""
        whole = {example.get(TEXT) for example in training_data.training_examples}
        added: Dict[Text, Message] = {}
        for example in training_data.training_examples:
            first = opening(example.get(TEXT) or "")
            if first and first not in whole and example.get(INTENT) not in (None, *WHOLE_ONLY):
                data = {TEXT: first, INTENT: example.get(INTENT), OPENING_OF: example.get(TEXT)}
                added.setdefault(first, Message(data=data))
        return training_data.merge(TrainingData(training_examples=list(added.values())))

    def process(self, messages: List[Message]) -> List[Message]:
        """What people write is left as it is."""
        return messages


def opening(text: Text) -> Optional[Text]:
    """The words before the first pause, when there are some and something follows."""
    parts = [part.strip() for part in PAUSE.split(text) if part.strip()]
    enough = len(parts) > 1 and len(parts[0].split()) >= FEWEST_WORDS
    return parts[0] if enough else None
