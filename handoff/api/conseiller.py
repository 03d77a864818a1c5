"""The conseiller's calls: sign in, be there, take a conversation, speak, give it back."""

from functools import partial

from sanic import Blueprint, HTTPResponse, Request, empty
from sanic import json as json_response

from edge.openapi import operation, read_body, read_query
from handoff.api import schemas as s
from handoff.api.access import (
    COOKIE,
    Services,
    address,
    conseiller,
    idempotency_key,
    member,
    session_token,
)
from handoff.api.streams import Stream, TeamStream
from handoff.service.accounts import SESSION_LIFE

_TAG = "Conseiller"
_PROBLEMS = (401, 403, 404, 409)
_team = partial(operation, tag=_TAG, security="conseiller")


def conseiller_blueprint(services: Services) -> Blueprint:
    """Make the blueprint of sessions, presence, queue and conversations held."""
    blueprint = Blueprint("conseiller", url_prefix="/api/v1")
    _being_there(blueprint, services)
    _queue(blueprint, services)
    _speaking(blueprint, services)
    _ending(blueprint, services)
    return blueprint


def _being_there(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/sessions", name="sign_in")
    @operation("Ouvre une session", tag=_TAG, body=s.SignIn, responses={201: s.Session}, problems=(401,))
    async def sign_in(request: Request) -> HTTPResponse:
        services.limits.check("sign_in", address(request))
        body = read_body(request, s.SignIn)
        signed = await services.accounts.sign_in(body.login, body.password)
        who = signed.conseiller
        response = json_response(
            {
                "token": signed.token,
                "id": who.id,
                "role": who.role,
                "name": who.name,
                "csrf": signed.csrf,
            },
            status=201,
        )
        response.add_cookie(
            COOKIE,
            signed.token,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=request.scheme == "https",
            max_age=int(SESSION_LIFE.total_seconds()),
        )
        return response

    @blueprint.delete("/sessions/current", name="sign_out")
    @_team("Ferme la session", responses={204: None}, problems=(401, 403))
    async def sign_out(request: Request) -> HTTPResponse:
        await member(services, request)
        await services.accounts.sign_out(session_token(request))
        response = empty(204)
        response.delete_cookie(COOKIE, path="/")
        return response

    @blueprint.put("/conseillers/me/presence", name="presence")
    @_team("Dit si je suis là", body=s.Presence, responses={200: s.PresenceAnswer}, problems=(401, 403))
    async def presence(request: Request) -> HTTPResponse:
        who = await conseiller(services, request)
        body = read_body(request, s.Presence)
        return json_response(
            await services.accounts.set_presence(who, body.status, body.skills, body.capacity)
        )

    @blueprint.get("/conseillers/events", name="team_events")
    @_team(
        "Suit la file et mes conversations (server-sent events)",
        responses={200: "text/event-stream"},
        problems=(401, 403),
    )
    async def events(request: Request) -> None:
        who = await conseiller(services, request)
        stream = await Stream.open(request)
        await TeamStream(services, stream, who, session_token(request)).run()


def _queue(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/handoffs", name="queue")
    @_team("La file", query=s.QueuePage, responses={200: s.Handoffs}, problems=(401, 403, 422))
    async def queue(request: Request) -> HTTPResponse:
        await conseiller(services, request)
        page = read_query(request, s.QueuePage)
        start = int(page.cursor or 0)
        found = await services.board.queue(
            [page.state] if page.state else None, limit=page.limit + 1, offset=start
        )
        more = len(found) > page.limit
        return json_response(
            {"items": found[: page.limit], "next_cursor": str(start + page.limit) if more else None}
        )

    @blueprint.get("/handoffs/<id:str>", name="handoff")
    @_team("Une demande, sa conversation et ses notes", responses={200: s.HandoffDetail}, problems=_PROBLEMS)
    async def one(request: Request, id: str) -> HTTPResponse:
        await conseiller(services, request)
        return json_response(await services.board.one(id))

    @blueprint.post("/handoffs/claim", name="claim")
    @_team(
        "Prend la prochaine demande",
        body=s.Claim,
        responses={200: s.Handoff, 204: None},
        problems=(401, 403, 409),
    )
    async def claim(request: Request) -> HTTPResponse:
        who = await conseiller(services, request)
        taken = await services.desk.claim_next(who, read_body(request, s.Claim).skills)
        return empty(204) if taken is None else json_response(taken)

    @blueprint.post("/handoffs/<id:str>/accept", name="accept")
    @_team("Prend cette demande", body=s.Versioned, responses={200: s.Handoff}, problems=_PROBLEMS)
    async def accept(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        return json_response(await services.desk.accept(who, id, read_body(request, s.Versioned).version))

    @blueprint.post("/conversations/<id:str>/takeover", name="takeover")
    @_team("Prend la conversation à l'assistant", responses={200: s.Handoff}, problems=_PROBLEMS)
    async def takeover(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        return json_response(await services.desk.take_over(who, id))


def _speaking(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/handoffs/<id:str>/messages", name="reply")
    @_team(
        "Répond à l'usager",
        body=s.Text,
        responses={201: s.Message},
        problems=_PROBLEMS,
        headers={"Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 128}},
    )
    async def reply(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        text = read_body(request, s.Text).text
        said = await services.desk.say(who, id, text, idempotency_key(request))
        return json_response(said, status=201)

    @blueprint.post("/handoffs/<id:str>/notes", name="note")
    @_team("Écrit une note interne", body=s.Text, responses={201: s.Note}, problems=_PROBLEMS)
    async def note(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        text = read_body(request, s.Text).text
        return json_response(await services.desk.note(who, id, text), status=201)

    @blueprint.post("/handoffs/<id:str>/typing", name="typing")
    @_team("Signale que j'écris", responses={204: None}, problems=_PROBLEMS)
    async def typing(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        await services.desk.typing(who, id)
        return empty(204)


def _ending(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/handoffs/<id:str>/release", name="release")
    @_team("Remet dans la file", body=s.Release, responses={200: s.Handoff}, problems=_PROBLEMS)
    async def release(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        body = read_body(request, s.Release)
        return json_response(await services.desk.release(who, id, note=body.note, version=body.version))

    @blueprint.post("/handoffs/<id:str>/handback", name="handback")
    @_team("Rend la main à l'assistant", body=s.Versioned, responses={200: s.Handoff}, problems=_PROBLEMS)
    async def handback(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        version = read_body(request, s.Versioned).version
        return json_response(await services.desk.hand_back(who, id, version=version))

    @blueprint.post("/handoffs/<id:str>/close", name="close")
    @_team("Ferme la conversation", body=s.Close, responses={200: s.Handoff}, problems=_PROBLEMS)
    async def close(request: Request, id: str) -> HTTPResponse:
        who = await conseiller(services, request)
        body = read_body(request, s.Close)
        return json_response(await services.desk.close(who, id, outcome=body.outcome, version=body.version))
