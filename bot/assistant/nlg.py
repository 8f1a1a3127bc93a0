"""The assistant's voice: English responses of the domain, said in the person's language."""

from __future__ import annotations

import copy
import logging
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import Any, Dict, Mapping, Optional, Sequence, Text, Tuple

from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

log = logging.getLogger(__name__)

LOCALE = Path(__file__).resolve().parents[1] / "locale"
ENGLISH = "en"


class _NamedFields(Formatter):
    """Fills `{name}` from the given values and nothing else; a value is never read as a text."""

    def get_field(self, field_name: Text, args: Sequence[Any], kwargs: Mapping[Text, Any]) -> Any:
        return kwargs.get(field_name, ""), field_name

    def format_field(self, value: Any, format_spec: Text) -> Text:
        return "" if value is None else str(value)


_fill = _NamedFields()


@lru_cache(maxsize=None)
def translations(language: Text) -> Dict[Text, Tuple[Text, ...]]:
    """The catalogue of a language: forms by English text; empty when there is none."""
    path = LOCALE / language / "LC_MESSAGES" / "sereno.po"
    if not language.isalpha() or not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: Dict[Text, Tuple[Text, ...]] = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        msgid = message.id[0] if isinstance(message.id, tuple) else message.id
        if msgid and all(forms) and not message.fuzzy:
            found[msgid] = tuple(forms)
    return found


class CatalogueGenerator(TemplatedNaturalLanguageGenerator):
    """Takes the English response, translates it, then fills its fields.

    The fields are filled last and in one pass: braces in a person's words stay braces.
    """

    def __init__(
        self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None
    ) -> None:
        # Rasa gives the responses to generators of this class again when the model is loaded.
        super().__init__(domain.responses if domain else {})

    async def generate(
        self,
        utter_action: Text,
        tracker: DialogueStateTracker,
        output_channel: Text,
        **kwargs: Any,
    ) -> Optional[Dict[Text, Any]]:
        """The response in the language of the conversation; None when the domain has none."""
        variants = self.responses.get(utter_action)
        if not variants:
            return None
        said = copy.deepcopy(variants[0])
        language = language_of(tracker)
        values = {**tracker.current_slot_values(), **kwargs}
        said["text"] = self._say(said.get("text", ""), said.get("custom") or {}, language, values)
        for button in said.get("buttons") or ():
            button["title"] = _filled(_translated(button["title"], language), values)
        return said

    @staticmethod
    def _say(
        text: Text, custom: Mapping[Text, Any], language: Text, values: Mapping[Text, Any]
    ) -> Text:
        many, n = custom.get("plural"), values.get("n")
        if many is None or not isinstance(n, int):
            return _filled(_translated(text, language), values)
        forms = translations(language).get(text)
        if forms is None or len(forms) == 1:
            return _filled(text if n == 1 else many, values)
        expression = get_plural(language).plural_expr.strip("()")
        return _filled(forms[min(int(c2py(expression)(n)), len(forms) - 1)], values)


def language_of(tracker: DialogueStateTracker) -> Text:
    """The language the backend settled on for the person's last message."""
    latest = tracker.latest_message
    metadata = (latest.metadata if latest else None) or {}
    return str(metadata.get("language") or ENGLISH)


def _translated(text: Text, language: Text) -> Text:
    return translations(language).get(text, (text,))[0]


def _filled(text: Text, values: Mapping[Text, Any]) -> Text:
    return _fill.vformat(text, (), values) if "{" in text else text
