"""The `simulation` object that every rule gives back, and the notes a rule takes while it computes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from simulateur.parametres import Parametres, Source, Value, format_value


class SourceLink(BaseModel):
    """A source as shown to the reader."""

    model_config = ConfigDict(extra="forbid")
    title: str
    url: str
    date: datetime.date


class Age(BaseModel):
    """An age in whole years and months."""

    model_config = ConfigDict(extra="forbid")
    annees: int = Field(ge=0)
    mois: int = Field(ge=0, le=11)

    @classmethod
    def of(cls, months: int) -> Age:
        """Split months into years and months."""
        return cls(annees=months // 12, mois=months % 12)


class Results(BaseModel):
    """Root of all results; `couvert` is false, with a `motif`, when the rule does not cover the case."""

    model_config = ConfigDict(extra="forbid")
    couvert: bool = Field(default=True, description="faux quand la règle ne couvre pas la situation")
    motif: str | None = Field(default=None, description="pourquoi la situation n'est pas couverte")


@dataclass
class Notes:
    """Assumptions and sources gathered while a rule computes at a date."""

    parametres: Parametres
    on: date
    assumptions: list[str] = field(default_factory=list)
    _sources: dict[tuple[str, str], Source] = field(default_factory=dict)

    def value(self, ref: str) -> Value:
        """Read a parameter, keep its source, and tell when one secondary source alone gives it."""
        value = self.parametres.value(ref, self.on)
        self.cite(value.source)
        if value.to_check:
            self.assume(
                f"À vérifier : {value.label} ({format_value(value)}), lu dans une seule source secondaire."
            )
        return value

    def cite(self, source: Source) -> None:
        """Keep a source, once."""
        self._sources.setdefault((source.titre, source.url), source)

    def assume(self, sentence: str) -> None:
        """Keep an assumption, once."""
        if sentence not in self.assumptions:
            self.assumptions.append(sentence)

    @property
    def sources(self) -> list[dict[str, str]]:
        """Sources as plain JSON."""
        return [{"title": s.titre, "url": s.url, "date": s.date.isoformat()} for s in self._sources.values()]


def simulation(
    kind: str, inputs: BaseModel, results: Results, notes: Notes, computed_at: str | None
) -> dict[str, Any]:
    """Assemble the `simulation` object of the HTTP contract, as plain JSON."""
    answer: dict[str, Any] = {
        "type": kind,
        "inputs": inputs.model_dump(mode="json", exclude_unset=True) | {"date": notes.on.isoformat()},
        "results": results.model_dump(mode="json", exclude_none=True),
        "assumptions": notes.assumptions,
        "sources": notes.sources,
        "rules_date": notes.on.isoformat(),
    }
    return answer if computed_at is None else answer | {"computed_at": computed_at}
