"""What a message was taken for, as the backend gets it: labels and probabilities, no words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Text

import yaml

TAXONOMY = Path(__file__).resolve().parents[2] / "nlu_data" / "taxonomy.yml"
KINDS = tuple(yaml.safe_load(TAXONOMY.read_text(encoding="utf-8"))["kinds"])
CHOICE = "choice"
SHOWN = 3


def chosen(choice: Text, text: Text) -> Dict[Text, Any]:
    """The parse of a pressed button: certain, and nothing to weigh."""
    name = choice if choice in KINDS else CHOICE
    intent = {"name": name, "confidence": 1.0}
    return {
        "text": text or choice,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [],
        "category": "",
        "category_ranking": [],
        "urgent": False,
        "urgency": 0.0,
    }


def understood(parsed: Dict[Text, Any]) -> Dict[Text, Any]:
    """The understanding of a parsed message."""
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    return {
        "kind": parsed["intent"]["name"],
        "category": parsed.get("category", ""),
        "urgent": bool(parsed.get("urgent", False)),
        "confidence": float(parsed["intent"].get("confidence") or 0.0),
        "urgency": float(parsed.get("urgency", 0.0)),
        "kinds": [[row["name"], row["confidence"]] for row in ranking[:SHOWN]],
        "categories": [list(row) for row in parsed.get("category_ranking", [])[:SHOWN]],
    }
