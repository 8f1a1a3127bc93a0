"""Errors that classify themselves: what happened, for whom, and which HTTP status says it.

SerenoError
├── NotFound (404)      it is not there, or it is not yours to see
├── Refused (403)       you are known, but may not do this
├── Conflict (409)      it was changed meanwhile, or its state does not allow it
├── Invalid (422)       what was sent cannot be used; the message says what to send
├── TooMany (429)       wait `retry_after` seconds
└── Unavailable (503)   something we need does not answer now
"""

from __future__ import annotations


class SerenoError(Exception):
    """The root; `message` is an English msgid shown in the reader's language, never anyone's words."""

    status = 500

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class NotFound(SerenoError):
    """It is not there, or it is not the asker's to see: both look the same."""

    status = 404


class Refused(SerenoError):
    """The asker is known and may not do this."""

    status = 403


class Conflict(SerenoError):
    """The state of the thing does not allow it."""

    status = 409


class Invalid(SerenoError):
    """What was sent cannot be used."""

    status = 422


class TooMany(SerenoError):
    """Too often; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(SerenoError):
    """Something needed does not answer now."""

    status = 503
