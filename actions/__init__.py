"""What the assistant can do: one module a kind of message."""

from __future__ import annotations

from actions.case_followup import followup_actions
from actions.contract import Desk, DeskAction
from actions.feedback import feedback_actions
from actions.handover import handover_actions
from actions.information import information_actions
from actions.report import report_actions
from actions.smalltalk import smalltalk_actions


def all_actions(desk: Desk) -> list[DeskAction]:
    """Every action, at one desk."""
    kinds = (
        *report_actions(),
        *information_actions(),
        *followup_actions(),
        *handover_actions(),
        *feedback_actions(),
        *smalltalk_actions(),
    )
    return [kind(desk) for kind in kinds]
