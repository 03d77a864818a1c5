"""The reviewers' side of the peer: three masked sentences, and what was decided of each."""

from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from tests.web.peer_console import problem, who
from tests.web.peer_state import Json

relecture = Blueprint("relecture", url_prefix="/api/v1")
SUJETS = [
    {"id": "cpf_solde", "title": "Mon solde CPF", "theme": "cpf", "profils": [], "attributs": []},
    {"id": "cpf_definition", "title": "Comprendre le CPF", "theme": "cpf", "profils": [], "attributs": []},
    {"id": "retraite_age", "title": "Âge de départ", "theme": "retraite", "profils": [], "attributs": []},
    *(
        {"id": f"sujet_{n}", "title": f"Besoin n° {n}", "theme": "cpa", "profils": [], "attributs": []}
        for n in range(1, 41)
    ),
]


def sentences() -> list[Json]:
    """What waits for a review at the start of each test."""
    unsure: Json = {"canal": "web", "kept_on": "2026-11-23", "confidence": None, "sujet": None}
    return [
        unsure
        | {
            "id": "r-1",
            "text": "je m'appelle [nom masqué], il me reste combien sur mon truc ?",
            "reason": "hesitation",
            "alternatives": [
                {"sujet": "cpf_solde", "confidence": 0.41},
                {"sujet": "cpf_definition", "confidence": 0.2},
            ],
        },
        unsure | {"id": "r-2", "text": "et si je pars avant", "reason": "incompris", "alternatives": []},
        unsure
        | {
            "id": "r-3",
            "text": "un mot",
            "reason": "peu_sur",
            "sujet": "cpf_solde",
            "confidence": 0.5,
            "alternatives": [],
        },
    ]


@relecture.get("/sujets")
async def sujets(request: Request) -> HTTPResponse:
    return json_response({"items": SUJETS, "next_cursor": None})


@relecture.get("/relectures")
async def to_review(request: Request) -> HTTPResponse:
    session = who(request)
    if session is None:
        return problem(401, "Reconnectez-vous.")
    if session["role"] != "relecteur":
        return problem(403, "Relire demande un compte « relecteur » ou « admin ».")
    waiting = request.app.ctx.state.relectures
    return json_response({"items": waiting, "next_cursor": None, "remaining": len(waiting)})


@relecture.post("/relectures/<sentence:str>")
async def review(request: Request, sentence: str) -> HTTPResponse:
    state = request.app.ctx.state
    if who(request) is None:
        return problem(401, "Reconnectez-vous.")
    if sentence not in [kept["id"] for kept in state.relectures]:
        return problem(404, "Introuvable, ou effacé.")
    state.relectures = [kept for kept in state.relectures if kept["id"] != sentence]
    state.reviewed.append({"id": sentence} | request.json)
    return json_response(
        {"id": sentence, "sujet": request.json.get("sujet"), "ecarte": "ecarte" in request.json}
    )
