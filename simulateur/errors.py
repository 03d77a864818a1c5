"""The error tree of the simulator. Messages are French sentences that say what is expected; they never repeat
a personal value.

SimulateurError
├── ParametreError
│   ├── InvalidParametreFile   a file of parameters does not follow its schema
│   ├── UnknownParameter       no parameter has this reference
│   └── NotInForce             the parameter has no value at this date
├── UnknownSimulation          no rule of this type is built
└── InvalidInputs              inputs refused: `errors` lists field and expectation
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


class SimulateurError(Exception):
    """Root of all errors of the simulator."""


class ParametreError(SimulateurError):
    """A dated parameter cannot be read."""


class InvalidParametreFile(ParametreError):
    """A file of parameters is not readable or does not follow its schema."""


class UnknownParameter(ParametreError):
    """No parameter has this reference."""

    def __init__(self, ref: str, close: Sequence[str] = ()) -> None:
        self.ref = ref
        hint = f" ; vouliez-vous dire {', '.join(close)} ?" if close else ""
        super().__init__(f"paramètre inconnu : {ref}{hint}")


class NotInForce(ParametreError):
    """The parameter exists but has no value in force at this date."""

    def __init__(self, ref: str, on: date) -> None:
        self.ref = ref
        self.on = on
        super().__init__(f"paramètre sans valeur en vigueur au {on:%d/%m/%Y} : {ref}")


class UnknownSimulation(SimulateurError):
    """No rule of this type is built."""

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        self.known = list(known)
        super().__init__(f"simulation inconnue ; types calculés : {', '.join(known)}")


@dataclass(frozen=True)
class FieldError:
    """One refused field and what is expected instead, in French."""

    field: str
    expected: str


class InvalidInputs(SimulateurError):
    """The inputs of a simulation are refused."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(" ; ".join(f"{e.field} : {e.expected}" for e in self.errors))
