"""HTTP of the simulator: lists the built types with their JSON Schemas, and runs one.
The simulator has neither clock nor network: the date and the time of computation are given here."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, RootModel, create_model
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as json_response

from edge.openapi import operation, read_body, read_query
from edge.pagination import Page, page_of
from edge.problem import Problem
from simulateur.errors import InvalidInputs
from simulateur.registry import TYPES, Simulateur, SimulationType
from simulateur.result import SourceLink

PREFIX = "/api/v1/simulations"
PARIS = ZoneInfo("Europe/Paris")


class Payload(RootModel[Any]):
    """Any JSON: the rule itself says what it expects, field by field, in French."""


class SimulationKind(BaseModel):
    """A built type, with the JSON Schemas of its inputs and results."""

    type: str
    title: str
    inputs: dict[str, Any]
    results: dict[str, Any]


class SimulationKinds(BaseModel):
    """A page of built types."""

    items: list[SimulationKind]
    next_cursor: str | None


def _now() -> datetime:
    return datetime.now(PARIS)


def simulations_blueprint(
    simulateur: Simulateur | None = None, clock: Callable[[], datetime] = _now
) -> Blueprint:
    """Make the blueprint: one route a built type, so that each is described with its own schemas."""
    engine = simulateur or Simulateur.load()
    blueprint = Blueprint("simulations", url_prefix=PREFIX)

    @blueprint.get("", strict_slashes=False)
    @operation(
        "Simulations disponibles",
        tag="simulations",
        responses={200: SimulationKinds},
        problems=(422,),
        query=Page,
    )
    async def types(request: Request) -> HTTPResponse:
        kinds = [built.described() for _, built in sorted(TYPES.items())]
        return json_response(page_of(kinds, read_query(request, Page)))

    @blueprint.post("/<kind:str>")
    async def unknown(request: Request, kind: str) -> HTTPResponse:
        raise Problem(404, None, f"Cette simulation n'est pas calculée. Types calculés : {', '.join(TYPES)}.")

    for built in TYPES.values():
        handler = _handler(built, engine, clock)
        blueprint.add_route(handler, f"/{built.kind}", methods=["POST"], name=f"run_{built.kind}")
    return blueprint


def answer_model(built: SimulationType) -> type[BaseModel]:
    """The `simulation` object of one type, for the API's description."""
    name = "".join(part.capitalize() for part in built.kind.split("_"))
    model: type[BaseModel] = create_model(
        f"Simulation{name}",
        type=(str, ...),
        inputs=(dict[str, Any], ...),
        results=(built.results, ...),
        assumptions=(list[str], ...),
        sources=(list[SourceLink], ...),
        rules_date=(str, ...),
        computed_at=(str, ...),
    )
    return model


def _handler(
    built: SimulationType, engine: Simulateur, clock: Callable[[], datetime]
) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    async def run(request: Request) -> HTTPResponse:
        payload, now = read_body(request, Payload).root, clock()
        try:
            found = engine.simulate(built.kind, payload, now.date(), now.isoformat(timespec="seconds"))
        except InvalidInputs as error:
            raise _refused(error) from None
        return json_response(found)

    described = operation(
        built.title, tag="simulations", responses={200: answer_model(built)}, body=built.inputs
    )
    described(run)  # it only leaves a mark on the handler
    return run


def _refused(error: InvalidInputs) -> Problem:
    errors = [{"field": e.field or "corps", "expected": e.expected} for e in error.errors]
    detail = " ; ".join(f"{e['field']} : {e['expected']}" for e in errors[:3])
    return Problem(422, None, f"À corriger : {detail}.", errors=errors)
