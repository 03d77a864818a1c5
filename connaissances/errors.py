"""The error tree of the answers. Messages are French sentences for the people who write the answers.

ConnaissancesError
├── InvalidFile        a file is unreadable or does not follow its schema
├── UnknownSujet       no answer has this identifier
└── BrokenReference    a `{domaine.cle}` cannot be resolved at this date
"""

from __future__ import annotations


class ConnaissancesError(Exception):
    """Root of all errors of the answers."""


class InvalidFile(ConnaissancesError):
    """A file is unreadable or does not follow its schema; `problems` lists what is wrong."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.name = name
        self.problems = problems
        super().__init__(f"{name} : {' ; '.join(problems)}")


class UnknownSujet(ConnaissancesError):
    """No answer has this identifier."""

    def __init__(self, sujet: str) -> None:
        self.sujet = sujet
        super().__init__(f"aucune fiche pour le sujet « {sujet} »")


class BrokenReference(ConnaissancesError):
    """A reference of a text cannot be resolved at this date."""

    def __init__(self, ref: str, why: str) -> None:
        self.ref = ref
        super().__init__(f"référence {{{ref}}} : {why}")
