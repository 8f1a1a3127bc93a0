"""The assistant's voice: English responses of the domain, said in the person's language."""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Text, Tuple

from babel.messages.pofile import read_po
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

log = logging.getLogger(__name__)

LOCALE = Path(__file__).resolve().parents[1] / "locale"


class _NamedFields(Formatter):
    """Fills `{name}` from the given values and nothing else; a value is never read as a text."""

    def __init__(self, response: Text) -> None:
        self._response = response

    def get_field(self, field_name: Text, args: Sequence[Any], kwargs: Mapping[Text, Any]) -> Any:
        if field_name not in kwargs:
            log.error("the response %s has a field that nobody fills", self._response)
        return kwargs.get(field_name), field_name

    def convert_field(self, value: Any, conversion: Optional[Text]) -> Any:
        return value

    def format_field(self, value: Any, format_spec: Text) -> Text:
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Catalogue:
    """A language's texts by English text, and which of its plural forms goes with a number."""

    texts: Mapping[Text, Tuple[Text, ...]]
    form: Callable[[int], int]


ENGLISH_ALONE = Catalogue({}, lambda n: int(n != 1))


@lru_cache(maxsize=None)
def catalogues() -> Mapping[Text, Catalogue]:
    """Every catalogue there is, by language; read once, at the start."""
    found = {}
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/sereno.po")):
        language = path.parent.parent.name
        found[language] = _read(path, language)
    return found


def _read(path: Path, language: Text) -> Catalogue:
    """A catalogue; what is missing, fuzzy or without all its plural forms is said in English."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    texts: Dict[Text, Tuple[Text, ...]] = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        msgid = message.id[0] if isinstance(message.id, tuple) else message.id
        if msgid and all(forms) and not message.fuzzy:
            texts[msgid] = tuple(forms)
    return Catalogue(texts, c2py(catalogue.plural_expr))


class CatalogueGenerator(TemplatedNaturalLanguageGenerator):
    """Takes the English response, translates it, then fills its fields.

    The fields are filled last and in one pass: braces in a person's words stay braces.
    """

    def __init__(
        self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None
    ) -> None:
        super().__init__(domain.responses if domain else {})
        catalogues()

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
            log.error("no response is named %s", utter_action)
            return None
        said = copy.deepcopy(variants[0])
        catalogue = catalogue_of(tracker)
        values = {**tracker.current_slot_values(), **kwargs}
        custom = said.pop("custom", None) or {}
        plural = custom.pop("plural", None)
        words = _words(said.get("text") or "", plural, values.get("n"), catalogue)
        said["text"] = _filled(words, values, utter_action)
        for button in said.get("buttons") or ():
            title = catalogue.texts.get(button["title"], (button["title"],))[0]
            button["title"] = _filled(title, values, utter_action)
        return {**said, "custom": custom} if custom else said


def catalogue_of(tracker: DialogueStateTracker) -> Catalogue:
    """The catalogue of the language the backend settled on for the person's last message."""
    latest = tracker.latest_message
    metadata = (latest.metadata if latest else None) or {}
    language = str(metadata.get("language") or "")
    known = catalogues()
    return known.get(language) or known.get(language.split("-", maxsplit=1)[0]) or ENGLISH_ALONE


def _words(text: Text, plural: Optional[Text], n: Any, catalogue: Catalogue) -> Text:
    """The text in the language, in the form that goes with `n`; its fields are still open."""
    forms = catalogue.texts.get(text)
    if plural is None or not isinstance(n, int):
        return forms[0] if forms else text
    if forms is None or len(forms) == 1:
        return (text, plural)[ENGLISH_ALONE.form(n)]
    return forms[min(int(catalogue.form(n)), len(forms) - 1)]


def _filled(text: Text, values: Mapping[Text, Any], response: Text) -> Text:
    if "{" not in text:
        return text
    fields = _NamedFields(response)
    try:
        return fields.vformat(text, (), values)
    except ValueError:  # a brace that was never closed: ours or a translator's, not a citizen's
        log.error("the response %s has a broken field", response)
        return text
