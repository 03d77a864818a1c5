"""What can go wrong with official fiches. Messages are French sentences that say what to do.

ConnaissancesError
└── OfficielError
    ├── UnreadableExtract   the file given is not an extract, or is damaged: nothing was changed
    ├── UnreadableFiche     one fiche of the extract does not follow the published schema: the others go on
    └── SuspiciousExtract   the extract would remove most of what is stored: refused unless asked
"""

from __future__ import annotations

from connaissances.errors import ConnaissancesError


class OfficielError(ConnaissancesError):
    """Root of the errors of official fiches."""


class UnreadableExtract(OfficielError):
    """The file given is not an extract, or is damaged."""


class UnreadableFiche(OfficielError):
    """One fiche does not follow the published schema."""


class SuspiciousExtract(OfficielError):
    """The extract would remove most of what is stored."""
