"""Demonstration mode only: the fictional persons, and signing in as one of them."""

from collections.abc import Mapping
from typing import Protocol

from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from edge.openapi import operation, read_body, read_query
from edge.pagination import Page, page_of
from handoff.api import schemas as s
from handoff.api.access import Services, address, conversation
from handoff.errors import NotFound
from handoff.records import Json

_TAG = "Démonstration"


class PublicPerson(Protocol):
    """A fictional person, as shown in a list."""

    @property
    def public(self) -> Json:
        """`{id, name, profil, attributs, summary}`."""
        ...


def demo_blueprint(services: Services, persons: Mapping[str, PublicPerson]) -> Blueprint:
    """Make the blueprint; it is not registered in any other mode."""
    blueprint = Blueprint("demo", url_prefix="/api/v1")

    @blueprint.get("/demo/persons", name="persons")
    @operation("Les personnes fictives", tag=_TAG, query=Page, responses={200: s.Persons}, problems=(422,))
    async def people(request: Request) -> HTTPResponse:
        services.limits.check("address_calls", address(request))
        page = read_query(request, Page)
        return json_response(page_of([p.public for p in persons.values()], page))

    @blueprint.post("/conversations/<id:str>/demo-identity", name="identify")
    @operation(
        "Devient une personne fictive",
        tag=_TAG,
        body=s.DemoIdentity,
        responses={200: s.Person},
        problems=(401, 404),
        security="conversation",
    )
    async def identify(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        wanted = read_body(request, s.DemoIdentity).person
        if wanted not in persons:
            raise NotFound("person")
        public = persons[wanted].public
        await services.conversations.identify(current.id, public)
        return json_response(public)

    return blueprint
