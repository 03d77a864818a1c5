"""The built simulations: their inputs, their results, the one way to run them. The date is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simulateur import cpf, retraite_age
from simulateur.errors import FieldError, InvalidInputs, NotInForce, UnknownSimulation
from simulateur.generations import Tables
from simulateur.inputs import SimulationInputs, read_inputs
from simulateur.parametres import DEFAULT_DIR, Parametres
from simulateur.result import Notes, Results, simulation

TOO_EARLY = "une date plus récente : aucune règle connue n'est en vigueur à cette date"


@dataclass(frozen=True)
class SimulationType:
    """One rule offered to callers."""

    kind: str
    title: str
    inputs: type[SimulationInputs]
    results: type[Results]
    compute: Callable[[Any, Notes, Tables], Results]

    def described(self) -> dict[str, Any]:
        """The type with the JSON Schemas of its inputs and results."""
        return {
            "type": self.kind,
            "title": self.title,
            "inputs": self.inputs.model_json_schema(),
            "results": self.results.model_json_schema(mode="serialization"),
        }


TYPES: dict[str, SimulationType] = {
    t.kind: t
    for t in (
        SimulationType(
            "cpf",
            "Crédit annuel et solde du compte personnel de formation",
            cpf.CpfInputs,
            cpf.CpfResults,
            lambda inputs, notes, tables: cpf.compute(inputs, notes),
        ),
        SimulationType(
            "retraite_age",
            "Âge légal de départ à la retraite et trimestres requis",
            retraite_age.RetraiteAgeInputs,
            retraite_age.RetraiteAgeResults,
            retraite_age.compute,
        ),
    )
}


@dataclass(frozen=True)
class Simulateur:
    """Parameters and tables, read once, and the rules that use them."""

    parametres: Parametres
    tables: Tables

    @classmethod
    def load(cls, directory: Path = DEFAULT_DIR) -> Simulateur:
        """Read a folder of parameters. Raises: InvalidParametreFile."""
        return cls(Parametres.load(directory), Tables.load(directory))

    def simulate(self, kind: str, inputs: object, on: date, computed_at: str | None = None) -> dict[str, Any]:
        """Run a rule at the date of its inputs, or `on` when they hold none.

        Returns the `simulation` object of the HTTP contract.
        Raises: UnknownSimulation, InvalidInputs (also when no rule is in force at that date).
        """
        if kind not in TYPES:
            raise UnknownSimulation(kind, sorted(TYPES))
        rule = TYPES[kind]
        read = read_inputs(rule.inputs, inputs, on)
        notes = Notes(self.parametres, read.date or on)
        try:
            results = rule.compute(read, notes, self.tables)
        except NotInForce:
            raise InvalidInputs([FieldError("date", TOO_EARLY)]) from None
        return simulation(kind, read, results, notes, computed_at)
