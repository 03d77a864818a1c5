"""The error tree of the actions. No message ever repeats what the usager wrote or a personal value.

ActionsError
├── InvalidReply            a reply does not follow schemas/reply.schema.json: a fault of ours
├── ConfigurationError      the server cannot start: says what is missing and the remedy
└── PeerError               another service could not be used
    ├── PeerUnavailable     no answer in time, or the circuit is open
    └── PeerRefused         it answered, and refused: `expected` says what it wants, in French
"""

from __future__ import annotations

from collections.abc import Sequence


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
