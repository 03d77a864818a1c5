"""What the inputs of all simulations share: types, refusal of unknown fields, and French expectations."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from simulateur.errors import FieldError, InvalidInputs

Profil = Literal[
    "salarie", "agent_public", "independant", "demandeur_emploi", "jeune", "retraite", "employeur"
]
Attribut = Literal[
    "senior", "handicap", "aidant", "parent", "temps_partiel", "peu_qualifie",
    "cadre", "interimaire", "saisonnier", "contractuel_public", "esat", "outre_mer",
]  # fmt: skip

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY = "une date au format AAAA-MM-JJ, par exemple 2026-11-23"


_YEARS = ("1900", "2100")  # beyond, no rule of ours means anything


def _day(raw: object) -> object:
    text = raw.isoformat() if type(raw) is date else raw
    if isinstance(text, str) and _ISO.fullmatch(text) and _YEARS[0] <= text[:4] <= _YEARS[1]:
        return text
    raise ValueError(_DAY)  # pydantic alone would take 19640510 for a timestamp


def _cents(raw: object) -> object:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw == raw and abs(raw) < 1e12:
        amount = Decimal(str(raw))
        if amount != amount.quantize(Decimal("0.01")):
            raise ValueError("au plus deux décimales")
    return raw


Day = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[
    float, BeforeValidator(_cents), Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)
]


class SimulationInputs(BaseModel):
    """Root of all inputs. The `description` of a field is what an error says is expected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: Day | None = Field(default=None, description=f"date du calcul : {_DAY} ; par défaut, aujourd'hui")

    def problems(self, on: datetime.date) -> list[FieldError]:
        """Refusals that need several fields or the date of the calculation."""
        return []


I = TypeVar("I", bound=SimulationInputs)  # noqa: E741


def read_inputs(model: type[I], raw: object, on: date) -> I:
    """Validate the inputs of a simulation. Raises: InvalidInputs, one error a field, without any value."""
    if not isinstance(raw, Mapping):
        raise InvalidInputs([FieldError("", "un objet JSON")])
    try:
        inputs = model.model_validate(dict(raw))
    except ValidationError as exc:
        found = [
            _expectation(model, error["loc"], error["type"]) for error in exc.errors(include_input=False)
        ]
        raise InvalidInputs(list(dict.fromkeys(found))) from None
    if problems := inputs.problems(inputs.date or on):
        raise InvalidInputs(problems)
    return inputs


def _expectation(model: type[BaseModel], loc: tuple[int | str, ...], kind: str) -> FieldError:
    name = str(loc[0]) if loc else ""
    path = ".".join(
        str(part) for part in loc if not str(part).startswith(("function-", "literal", "int", "none"))
    )
    if kind == "extra_forbidden":
        return FieldError(path, f"champ inconnu ; champs attendus : {', '.join(_siblings(model, loc))}")
    info = model.model_fields.get(name)
    expected = (info.description if info else None) or "une valeur conforme au schéma"
    return FieldError(
        path, f"champ obligatoire : {expected}" if kind == "missing" and len(loc) == 1 else expected
    )


def _siblings(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    if len(loc) == 1:
        return sorted(model.model_fields)
    nested: Any = model.model_fields[str(loc[0])].annotation
    options = [nested, *getattr(nested, "__args__", ())]
    inner = next(o for o in options if isinstance(o, type) and issubclass(o, BaseModel))
    return sorted(inner.model_fields)
