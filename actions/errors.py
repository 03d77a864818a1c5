"""The error tree of the actions. No message ever repeats what the usager wrote or a personal value.

ActionsError
├── InvalidReply            a reply does not follow schemas/reply.schema.json: a fault of ours
├── ConfigurationError      the server cannot start: says what is missing and the remedy
└── PeerError               another service could not be used
    ├── PeerUnavailable     no answer in time, or the circuit is open
    └── PeerRefused         it answered, and refused: `expected` says what it wants, in French
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path


class ActionsError(Exception):
    """Root of all errors of the actions."""


class InvalidReply(ActionsError):
    """A reply does not follow the schema."""


class ConfigurationError(ActionsError):
    """The server cannot start."""


class PeerError(ActionsError):
    """Another service could not be used."""


class PeerUnavailable(PeerError):
    """No usable answer in time."""


class PeerRefused(PeerError):
    """The peer refuses the request."""

    def __init__(self, expected: Sequence[str] = ()) -> None:
        self.expected = list(expected)
        super().__init__("demande refusée")


def describe(exc: BaseException) -> str:
    """Type and place of an error. Its message is left out: it may repeat what the usager wrote."""
    frames = traceback.extract_tb(exc.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(exc).__name__}{place}"
