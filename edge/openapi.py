"""`/openapi.json`, made from the very schemas with which the endpoints read and write.

An endpoint that is not described here does not exist for the outside; the description of each says every
status that it answers.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from sanic import Request

from edge.expectations import expected
from edge.problem import CONTENT_TYPE, Problem

Json = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)
Handler = Callable[..., Awaitable[Any]]
_UNREADABLE = "Le corps de la demande n'est pas du JSON lisible."
_REF = "#/components/schemas/{model}"
_ATTRIBUTE = "__operation__"
_BEARERS = {
    "conversation": "Jeton d'une conversation",
    "conseiller": "Session d'un conseiller",
    "droits": "Jeton de l'usager identifié",
}


class ProblemBody(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What the outside is told of an endpoint."""

    summary: str
    tag: str
    responses: dict[int, type[BaseModel] | str | None]
    problems: tuple[int, ...]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    security: str | None = None
    headers: Json = field(default_factory=dict)


def operation(
    summary: str,
    *,
    tag: str,
    responses: dict[int, type[BaseModel] | str | None],
    problems: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    security: str | None = None,
    headers: Json | None = None,
) -> Callable[[Handler], Handler]:
    """Describe an endpoint. A response is a model, a media type, or None for an empty body."""
    described = Operation(summary, tag, responses, problems, body, query, security, headers or {})

    def decorate(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, described)
        return handler

    return decorate


def read_body(request: Request, model: type[Model]) -> Model:
    """Return the request's JSON body as `model`.

    Raises:
        Problem: 400 when it is not JSON in UTF-8, 415 when it says to be something else, 422 with the fields.
    """
    content_type = (request.headers.get("content-type") or "application/json").partition(";")[0].strip()
    if request.body and content_type.lower() != "application/json":
        raise Problem(415, None, "Envoyez du JSON : Content-Type: application/json.")
    try:
        text = request.body.decode("utf-8") or "{}"
    except UnicodeDecodeError:
        raise Problem(400, None, "Le corps de la demande n'est pas du texte UTF-8.") from None
    _refuse_ambiguous(text)
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _invalid(error, model) from None


def _refuse_ambiguous(text: str) -> None:
    """Refuse what two readers may understand in two ways: a key given twice, NaN, what nests too deep."""
    try:
        json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(400, None, _UNREADABLE) from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem(400, None, "Le corps de la demande donne deux fois la même clé.")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def read_query(request: Request, model: type[Model]) -> Model:
    """Return the query string as `model`.

    Raises:
        Problem: 422 with the fields.
    """
    try:
        return model.model_validate({name: request.args.get(name) for name in request.args})
    except ValidationError as error:
        raise _invalid(error, model) from None


def _invalid(error: ValidationError, model: type[BaseModel]) -> Problem:
    found = error.errors(include_url=False, include_input=False)
    if any(e["type"] == "json_invalid" for e in found):
        return Problem(400, None, _UNREADABLE)
    errors = [
        {"field": ".".join(str(p) for p in e["loc"]) or "corps", "expected": expected(e, model)}
        for e in found[:20]
    ]
    detail = " ; ".join(f"{e['field']} : {e['expected']}" for e in errors[:3])
    return Problem(422, None, f"À corriger : {detail}.", errors=errors)


def describe(app: Any, *, title: str, version: str, description: str) -> Json:
    """Return the OpenAPI 3.1 description of every described endpoint of the application."""
    found = [
        (route.path, method, operation)
        for route in app.router.routes
        if (operation := getattr(_unwrapped(route.handler), _ATTRIBUTE, None)) is not None
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    ]
    models = _models([operation for _, _, operation in found])
    _, schemas = models_json_schema([(m, "validation") for m in models], ref_template=_REF)
    paths: Json = {}
    for path, method, described in sorted(found, key=lambda f: (f[0], f[1])):
        template = "/" + re.sub(r"<(\w+)(?::[^>]*)?>", r"{\1}", path)
        paths.setdefault(template, {})[method.lower()] = _operation(template, described)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                name: {"type": "http", "scheme": "bearer", "description": meaning}
                for name, meaning in _BEARERS.items()
            },
        },
    }


def _unwrapped(handler: Any) -> Any:
    while hasattr(handler, "__wrapped__") and not hasattr(handler, _ATTRIBUTE):
        handler = handler.__wrapped__
    return handler


def _models(operations: list[Operation]) -> list[type[BaseModel]]:
    models: dict[str, type[BaseModel]] = {"ProblemBody": ProblemBody}
    for described in operations:
        for model in (described.body, *described.responses.values()):
            if isinstance(model, type):
                models[model.__name__] = model
    return list(models.values())


def _operation(template: str, described: Operation) -> Json:
    statuses = sorted({*described.problems, 400, 404, 405, 429, 500, 503} - set(described.responses))
    if described.body is not None:
        statuses = sorted({*statuses, 413, 415, 422} - set(described.responses))
    result: Json = {
        "summary": described.summary,
        "tags": [described.tag],
        "responses": {str(s): _response(m) for s, m in described.responses.items()}
        | {str(s): _problem() for s in statuses},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", template)
    ]
    parameters += _query_parameters(described.query)
    parameters += [
        {"name": name, "in": "header", "required": False, "schema": schema}
        for name, schema in described.headers.items()
    ]
    if parameters:
        result["parameters"] = parameters
    if described.body is not None:
        schema = {"$ref": _REF.format(model=described.body.__name__)}
        needed = any(f.is_required() for f in described.body.model_fields.values())
        result["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    if described.security is not None:
        result["security"] = [{described.security: []}]
    return result


def _query_parameters(model: type[BaseModel] | None) -> list[Json]:
    if model is None:
        return []
    schema = model.model_json_schema()
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": property_}
        for name, property_ in schema["properties"].items()
    ]


def _response(model: type[BaseModel] | str | None) -> Json:
    if model is None:
        return {"description": "Fait."}
    if isinstance(model, str):
        return {"description": "Réponse.", "content": {model: {"schema": {"type": "string"}}}}
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"description": "Réponse.", "content": {"application/json": {"schema": schema}}}


def _problem() -> Json:
    schema = {"$ref": _REF.format(model="ProblemBody")}
    return {"description": "Problème.", "content": {CONTENT_TYPE: {"schema": schema}}}
