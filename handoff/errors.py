"""Errors of the handoff core; `handoff.api` maps them to problems, once.

HandoffError
├── NotFound            no such conversation, handoff, slot or person
├── Forbidden           the caller may not do this
├── Unauthenticated     no valid token
├── IllegalTransition   the lifecycle has no such step from this state
├── Stale               decided on an older version, or another took it first
├── AlreadyReviewed     another reviewer has decided of this sentence before
├── BadPayload          a button that was not issued in this episode
├── KeyReused           the same idempotency key with another body
├── BadInput            a field is not what is expected
└── AssistantUnavailable   Rasa, or what it needs, did not answer
"""


def where(error: BaseException) -> str:
    """Name the line that raised: an error's message may hold a person's words, and is never logged."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"


class HandoffError(Exception):
    """Root of the handoff core's errors."""


class NotFound(HandoffError):
    """No such thing, or it was erased."""


class Forbidden(HandoffError):
    """The caller is known but may not do this."""


class Unauthenticated(HandoffError):
    """No valid token came with the call."""


class IllegalTransition(HandoffError):
    """The lifecycle has no such step."""

    def __init__(self, *, state: str, trigger: str) -> None:
        super().__init__(f"{trigger} is not possible from {state}")
        self.state = state
        self.trigger = trigger


class Stale(HandoffError):
    """The conversation moved on since the caller decided."""

    def __init__(self, owner: str | None = None) -> None:
        super().__init__("the conversation changed")
        self.owner = owner


class AlreadyReviewed(HandoffError):
    """Another reviewer has decided of this sentence before."""


class BadPayload(HandoffError):
    """The button was not issued in this conversation's current episode."""


class KeyReused(HandoffError):
    """An idempotency key came back with another body."""


class BadInput(HandoffError):
    """A field is not what is expected; the message says what is, in French."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field} : {expected}")
        self.field = field
        self.expected = expected


class AssistantUnavailable(HandoffError):
    """The assistant could not answer; the message may be tried again."""
