"""The catalogue seen from outside: the list of the topics that the assistant answers."""

from pydantic import BaseModel
from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from connaissances import Catalogue
from edge.openapi import operation, read_query
from edge.pagination import Page, page_of


class Sujet(BaseModel):
    id: str
    title: str
    theme: str
    profils: list[str]
    attributs: list[str]


class Sujets(BaseModel):
    items: list[Sujet]
    next_cursor: str | None


def sujets_blueprint(catalogue: Catalogue) -> Blueprint:
    """Make the blueprint of `GET /api/v1/sujets`."""
    blueprint = Blueprint("sujets", url_prefix="/api/v1")
    items = [
        {
            "id": sujet.id,
            "title": sujet.titre,
            "theme": sujet.theme,
            "profils": list(sujet.profils),
            "attributs": list(sujet.attributs),
        }
        for sujet in catalogue.sujets.values()
    ]

    @blueprint.get("/sujets", name="sujets")
    @operation(
        "Les sujets auxquels l'assistant répond",
        tag="Usager",
        query=Page,
        responses={200: Sujets},
        problems=(422,),
    )
    async def sujets(request: Request) -> HTTPResponse:
        return json_response(page_of(items, read_query(request, Page)))

    return blueprint
