"""Why a message could not be sent; each error says itself what to do next.

    SendError
    ├── Retryable       a passing fault: try again, later and later
    │   └── NotConnected    nobody is there to take it: wait to be woken, counts as no attempt
    ├── Throttled       the vendor asks us to wait `retry_after` seconds: the whole channel waits
    ├── Blocked         the person does not want us any more: stop, and tell nobody off
    └── Permanent       it will never go through: an officer must know

None of them ever carries a word of the message or an address.
"""

from __future__ import annotations


class SendError(Exception):
    """The root."""


class Retryable(SendError):
    """A passing fault."""


class NotConnected(Retryable):
    """Nobody is there to take the message now."""


class Throttled(SendError):
    """Too fast for the vendor; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("throttled")
        self.retry_after = retry_after


class Blocked(SendError):
    """The person has blocked us."""


class Permanent(SendError):
    """It will never go through."""
