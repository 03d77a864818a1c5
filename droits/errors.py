"""The error tree of rights. No message carries a token, a name or an amount.

DroitsError
├── PersonneError
│   ├── InvalidPersonneFile   a file of fictional persons does not follow its schema
│   ├── UnknownPersonne       no person has this identifier
│   └── CompteUnavailable     one account cannot be read; the others can
├── TokenError                the token is refused
│   ├── InvalidToken          malformed, forged, of another scope or of another conversation
│   └── ExpiredToken          too old
└── ClientError               the rights API gave no usable answer
    ├── DroitsRefused         401 or 403: the token is not accepted; asking again is useless
    ├── DroitsUnavailable     unreachable, too slow, or answering 5xx
    │   └── CircuitOpen       not even asked: too many failures lately
    └── InvalidAnswer         an answer that is not of the contract
"""

from __future__ import annotations


class DroitsError(Exception):
    """Root of all errors of rights."""


class PersonneError(DroitsError):
    """A fictional person cannot be read."""


class InvalidPersonneFile(PersonneError):
    """A file of fictional persons does not follow its schema."""


class UnknownPersonne(PersonneError):
    """No person has this identifier."""


class CompteUnavailable(PersonneError):
    """One account cannot be read."""


class TokenError(DroitsError):
    """The token is refused."""


class InvalidToken(TokenError):
    """Malformed, forged, of another scope or of another conversation."""


class ExpiredToken(TokenError):
    """Too old."""


class ClientError(DroitsError):
    """The rights API gave no usable answer."""


class DroitsRefused(ClientError):
    """The token is not accepted; asking again with it is useless."""


class DroitsUnavailable(ClientError):
    """Unreachable, too slow, or answering 5xx."""


class CircuitOpen(DroitsUnavailable):
    """Not asked: too many failures lately."""


class InvalidAnswer(ClientError):
    """An answer that is not of the contract."""
