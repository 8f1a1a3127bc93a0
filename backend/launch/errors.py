"""Why a start failed, in one sentence for whoever runs it."""

from __future__ import annotations


class CannotStart(Exception):
    """The message says what is wrong, what to do, and where the log is."""
