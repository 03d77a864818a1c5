"""The reviewer's calls: the masked sentences that were badly understood, one by one, and what each meant."""

from functools import partial

from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from edge.openapi import operation, read_body, read_query
from edge.pagination import Page
from handoff.api import schemas as s
from handoff.api.access import Services, reviewer

_team = partial(operation, tag="Relecteur", security="conseiller")


def relecteur_blueprint(services: Services) -> Blueprint:
    """Make the blueprint of `/api/v1/relectures`."""
    blueprint = Blueprint("relecteur", url_prefix="/api/v1")

    @blueprint.get("/relectures", name="relectures")
    @_team(
        "Les messages mal compris à relire, masqués",
        query=Page,
        responses={200: s.Relectures},
        problems=(401, 403, 422),
    )
    async def relectures(request: Request) -> HTTPResponse:
        await reviewer(services, request)
        page = read_query(request, Page)
        return json_response(await services.relectures.page(limit=page.limit, offset=int(page.cursor or 0)))

    @blueprint.post("/relectures/<id:str>", name="review")
    @_team(
        "Choisit le sujet d'un message, ou l'écarte (il est alors effacé)",
        body=s.Review,
        responses={200: s.Reviewed},
        problems=(401, 403, 404, 409),
    )
    async def review(request: Request, id: str) -> HTTPResponse:
        await reviewer(services, request)
        body = read_body(request, s.Review)
        return json_response(await services.relectures.review(id, sujet=body.sujet, ecarte=body.ecarte))

    return blueprint
