"""The conseillers' side of the peer."""

import asyncio
import secrets
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response

from tests.web.peer_state import Conversation, Json, Queue, State, now

console = Blueprint("console", url_prefix="/api/v1")
TARGETS = {
    "accept": "HUMAN",
    "decline": "QUEUED",
    "release": "QUEUED",
    "close": "CLOSED",
    "handback": "BOT",
    "wait": "WAITING_USER",
}


def problem(status: int, detail: str, **more: Any) -> HTTPResponse:
    body = {"type": "about:blank", "title": "Erreur", "status": status, "detail": detail} | more
    return json_response(body, status=status, content_type="application/problem+json")


def who(request: Request) -> Json | None:
    session: Json | None = request.app.ctx.state.sessions.get(request.cookies.get("session"))
    unsafe = request.method not in ("GET", "HEAD")
    return (
        None
        if session is None or (unsafe and request.headers.get("x-csrf-token") != session["csrf"])
        else session
    )


@console.post("/sessions")
async def sign_in(request: Request) -> HTTPResponse:
    if request.json.get("password") != "motdepasse":
        return problem(401, "Identifiant ou mot de passe inconnu. Vérifiez-les, puis réessayez.")
    name = {"camille": "Camille Durand", "ines": "Inès Moreau"}.get(request.json["login"], "Alex Petit")
    role = "relecteur" if request.json["login"] == "charlie" else "conseiller"
    session = {"id": request.json["login"], "name": name, "role": role, "csrf": secrets.token_hex(8)}
    token = secrets.token_hex(8)
    request.app.ctx.state.sessions[token] = session
    response = json_response(session | {"token": token}, status=201)
    response.add_cookie("session", token, httponly=True, secure=False, samesite="Strict")
    return response


@console.delete("/sessions/current")
async def sign_out(request: Request) -> HTTPResponse:
    request.app.ctx.state.sessions.pop(request.cookies.get("session"), None)
    return empty()


@console.put("/conseillers/me/presence")
async def presence(request: Request) -> HTTPResponse:
    return json_response(request.json) if who(request) else problem(401, "Reconnectez-vous.")


@console.get("/handoffs")
async def queue(request: Request) -> HTTPResponse:
    if who(request) is None:
        return problem(401, "Reconnectez-vous.")
    found = [
        t.handoff_view()
        for t in request.app.ctx.state.conversations.values()
        if t.state not in ("BOT", "CLOSED")
    ]
    return json_response({"items": found, "next_cursor": None})


@console.post("/handoffs/claim")
async def claim(request: Request) -> HTTPResponse:
    session, state = who(request), request.app.ctx.state
    if session is None:
        return problem(401, "Reconnectez-vous.")
    waiting = [t for t in state.conversations.values() if t.state == "QUEUED"]
    if not waiting:
        return empty()
    talk = sorted(waiting, key=lambda t: (t.priority != "urgence", t.queued_at))[0]
    take(state, talk, session)
    return json_response(talk.handoff_view())


def take(state: State, talk: Conversation, session: Json) -> None:
    state.move(talk, "HUMAN", {"id": session["id"], "name": session["name"]})
    state.say(talk, "system", f"{session['name']}, conseiller, a rejoint la conversation.")


@console.get("/handoffs/<handoff:str>")
async def read(request: Request, handoff: str) -> HTTPResponse:
    talk = request.app.ctx.state.by_handoff(handoff)
    if who(request) is None or talk is None:
        return problem(404, "Cette demande n'existe plus.")
    return json_response(talk.handoff_view() | {"messages": talk.messages, "notes": talk.notes})


@console.post("/handoffs/<handoff:str>/<step:(accept|decline|release|close|handback|wait)>")
async def step(request: Request, handoff: str, step: str) -> HTTPResponse:
    session, state = who(request), request.app.ctx.state
    talk = state.by_handoff(handoff)
    if session is None or talk is None:
        return problem(404, "Cette demande n'existe plus.")
    if step == "accept":
        if talk.owner and talk.owner["id"] != session["id"]:
            return problem(409, "Cette demande vient d'être prise.", owner=talk.owner)
        take(state, talk, session)
    else:
        state.move(talk, TARGETS[step], session and talk.owner if step == "wait" else None)
        if step == "handback":
            state.say(
                talk,
                "system",
                "Le conseiller a rendu la main : l'assistant automatique vous répond de nouveau.",
            )
    return json_response(talk.handoff_view())


@console.post("/handoffs/<handoff:str>/messages")
async def answer(request: Request, handoff: str) -> HTTPResponse:
    session, state = who(request), request.app.ctx.state
    talk = state.by_handoff(handoff)
    if session is None or talk is None:
        return problem(404, "Cette demande n'existe plus.")
    key = request.headers.get("idempotency-key", secrets.token_hex(4))
    if key not in talk.receipts:
        talk.receipts[key] = state.say(talk, "conseiller", request.json["text"], author_name=session["name"])
    return json_response(talk.receipts[key], status=201)


@console.post("/handoffs/<handoff:str>/notes")
async def note(request: Request, handoff: str) -> HTTPResponse:
    session = who(request)
    talk = request.app.ctx.state.by_handoff(handoff)
    if session is None or talk is None:
        return problem(404, "Cette demande n'existe plus.")
    made = {
        "id": secrets.token_hex(6),
        "author_name": session["name"],
        "text": request.json["text"],
        "created_at": now(),
    }
    talk.notes.append(made)
    return json_response(made, status=201)


@console.post("/handoffs/<handoff:str>/typing")
async def typing(request: Request, handoff: str) -> HTTPResponse:
    session, state = who(request), request.app.ctx.state
    talk = state.by_handoff(handoff)
    if session is None or talk is None:
        return problem(404, "Cette demande n'existe plus.")
    state.tell(talk, "typing", {"author": "conseiller", "author_name": session["name"], "on": True})
    return empty()


@console.get("/conseillers/events")
async def events(request: Request) -> HTTPResponse | None:
    from tests.web.peer import follow

    if who(request) is None:
        return problem(401, "Reconnectez-vous.")
    state: State = request.app.ctx.state
    queue: Queue = asyncio.Queue()
    state.team.add(queue)
    first: list[tuple[str, Json, int | None]] = [
        ("handoff", t.handoff_view(), None)
        for t in state.conversations.values()
        if t.state not in ("BOT", "CLOSED")
    ]
    try:
        await follow(request, queue, first)
    finally:
        state.team.discard(queue)
    return None
