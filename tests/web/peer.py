"""A stand-in for the service, on the part of the contract that the pages use: for the pages' own tests.

It answers at once, from memory, and can be told to be closed, slow or broken; it decides nothing real.
"""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

from sanic import Blueprint, Request, Sanic
from sanic.response import HTTPResponse, empty, file, html
from sanic.response import json as json_response

from tests.web.peer_answers import DISTRESS, GREETING, HUMAN, PROFILS, answers
from tests.web.peer_console import console
from tests.web.peer_relecture import relecture, sentences
from tests.web.peer_state import Conversation, Json, Queue, State

WEB = Path(__file__).resolve().parents[2] / "web"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PERSONS = [
    {"id": "nadia", "name": "Nadia Belkacem", "profil": "salarie", "attributs": ["temps_partiel"],
     "summary": "Aide-soignante à temps partiel, 41 ans"},
    {"id": "yves", "name": "Yves Le Goff", "profil": "agent_public", "attributs": ["senior"],
     "summary": "Adjoint technique territorial, 58 ans"},
    {"id": "sofia", "name": "Sofia Ramos", "profil": "demandeur_emploi", "attributs": [],
     "summary": "Ancienne vendeuse, 29 ans"},
]  # fmt: skip
ALLOWED = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
usager = Blueprint("usager", url_prefix="/api/v1")
pages = Blueprint("pages")


def problem(status: int, detail: str, **more: Any) -> HTTPResponse:
    body = {"type": "about:blank", "title": "Erreur", "status": status, "detail": detail} | more
    return json_response(body, status=status, content_type="application/problem+json")


def talk_of(request: Request, conversation: str) -> Conversation | None:
    found: Conversation | None = request.app.ctx.state.conversations.get(conversation)
    return found if found and request.token == found.token else None


async def follow(request: Request, queue: Queue, first: list[tuple[str, Json, int | None]]) -> None:
    """Send events until the other side leaves."""
    response = await request.respond(content_type="text/event-stream")
    for event in first:
        await response.send(as_event(*event))
    while True:
        try:
            event = await asyncio.wait_for(queue.get(), 15)
        except TimeoutError:
            await response.send(": rien\n\n")
            continue
        if event[0] == "end":
            return
        await response.send(as_event(*event))


def as_event(name: str, data: Json, seq: int | None) -> str:
    mark = f"id: {seq}\n" if seq is not None else ""
    return f"{mark}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


@usager.post("/conversations")
async def open_conversation(request: Request) -> HTTPResponse:
    state: State = request.app.ctx.state
    await asyncio.sleep(state.opening)
    talk = Conversation(langage=request.json.get("langage", "standard"))
    talk.reutilisation = request.json["reutilisation"]
    state.conversations[talk.id] = talk
    state.say(talk, "assistant", GREETING, sujet="salutation", buttons=[HUMAN])
    return json_response(
        {"id": talk.id, "token": talk.token, "state": "BOT", "messages": talk.messages}, status=201
    )


@usager.get("/conversations/<conversation:str>")
async def read(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    return json_response(talk.usager_view()) if talk else problem(404, "Cette conversation n'existe pas.")


@usager.delete("/conversations/<conversation:str>")
async def erase(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    del request.app.ctx.state.conversations[talk.id]
    request.app.ctx.state.tell(talk, "end", {})
    return empty()


@usager.get("/conversations/<conversation:str>/export")
async def export(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    return json_response(talk.usager_view()) if talk else problem(404, "Cette conversation n'existe pas.")


@usager.get("/conversations/<conversation:str>/events")
async def events(request: Request, conversation: str) -> HTTPResponse | None:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    last = int(request.headers.get("last-event-id", 0))
    queue: Queue = asyncio.Queue()
    talk.listeners.add(queue)
    first: list[tuple[str, Json, int | None]] = [("state", {"state": talk.state} | talk.queue_facts(), None)]
    first += [("message", m, m["seq"]) for m in talk.messages if m["seq"] > last]
    try:
        await follow(request, queue, first)
    finally:
        talk.listeners.discard(queue)
    return None


@usager.post("/conversations/<conversation:str>/messages")
async def send(request: Request, conversation: str) -> HTTPResponse:
    state: State = request.app.ctx.state
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    key = request.headers.get("idempotency-key", secrets.token_hex(4))
    if key not in talk.receipts:
        text = text_of(talk, request.json)
        if not text or len(text) > 4000:
            return problem(422, "Écrivez un message de 1 à 4 000 caractères.")
        message = state.say(talk, "usager", text)
        await asyncio.sleep(state.delay)
        replies = reply(state, talk, text)
        talk.receipts[key] = {"message": message, "replies": replies, "state": talk.state}
    return json_response(talk.receipts[key])


def text_of(talk: Conversation, body: Json) -> str:
    payload = body.get("payload")
    if payload is None:
        return str(body.get("text", "")).strip()
    if payload.startswith("b-profil-"):
        talk.profil = payload.removeprefix("b-profil-")
    titles = {b["payload"]: b["title"] for m in talk.messages for b in m["buttons"]}
    return titles.get(payload, "") if payload not in PROFILS else PROFILS[payload]


def reply(state: State, talk: Conversation, text: str) -> list[Json]:
    if "mourir" in text:
        author = "assistant" if talk.state == "BOT" else "system"
        said = [state.say(talk, author, DISTRESS, sujet="detresse")]
        talk.priority, talk.reason = "urgence", "detresse"
        state.move(talk, "QUEUED" if talk.state == "BOT" else talk.state, talk.owner, alert="distress")
        said.append(
            state.say(talk, "system", "Un conseiller est prévenu. " + "Si vous êtes en danger, appelez. " * 8)
        )
        return said
    if talk.state != "BOT":
        return []
    if text == HUMAN["title"]:
        return ask(state, talk)
    return [state.say(talk, "assistant", **answer) for answer in answers(text, talk.profil, talk.person)]


def ask(state: State, talk: Conversation) -> list[Json]:
    if not state.open:
        text = "Les conseillers ne sont pas là. Ils reviennent mardi 24 novembre à 9 h."
        return [
            state.say(talk, "system", text, buttons=[{"title": "Être rappelé", "payload": "gate:callback"}])
        ]
    state.move(talk, "QUEUED", alert="new")
    return [state.say(talk, "system", "Votre demande est transmise. Vous êtes la prochaine personne.")]


@usager.post("/conversations/<conversation:str>/handoff")
async def handoff(request: Request, conversation: str) -> HTTPResponse:
    state: State = request.app.ctx.state
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    ask(state, talk)
    return json_response({"state": talk.state, "open": state.open, "alternatives": []} | talk.queue_facts())


@usager.delete("/conversations/<conversation:str>/handoff")
async def give_up(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    request.app.ctx.state.move(talk, "BOT")
    return json_response({"state": "BOT"})


@usager.put("/conversations/<conversation:str>/profil")
async def profil(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    talk.profil, talk.attributs = request.json["profil"], request.json["attributs"]
    talk.langage = request.json["langage"]
    return json_response(request.json)


@usager.put("/conversations/<conversation:str>/reutilisation")
async def reutilisation(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    talk.reutilisation = request.json["reutilisation"]
    return json_response(request.json)


@usager.post("/conversations/<conversation:str>/demo-identity")
async def identity(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    person = next((p for p in PERSONS if p["id"] == request.json["person"]), None)
    if talk is None or person is None:
        return problem(404, "Cette personne n'existe pas.")
    talk.person, talk.profil = str(person["id"]), str(person["profil"])
    talk.attributs = list(person["attributs"])
    request.app.ctx.state.say(
        talk, "system", f"Vous êtes connecté en tant que {person['name']}, personne fictive."
    )
    return json_response({})


@usager.post("/conversations/<conversation:str>/callback")
async def callback(request: Request, conversation: str) -> HTTPResponse:
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    request.app.ctx.state.move(talk, "CALLBACK")
    request.app.ctx.state.say(talk, "system", "C'est noté : un conseiller vous rappellera.")
    return json_response({"state": "CALLBACK"})


@usager.post("/conversations/<conversation:str>/feedback")
async def feedback(request: Request, conversation: str) -> HTTPResponse:
    state: State = request.app.ctx.state
    talk = talk_of(request, conversation)
    if talk is None:
        return problem(404, "Cette conversation n'existe pas.")
    await asyncio.sleep(state.delay)
    key, comment = request.headers["idempotency-key"], request.json.get("comment", "")
    if key not in talk.receipts:
        talk.receipts[key] = request.json
        if "mourir" in comment:
            state.say(talk, "usager", comment)
            reply(state, talk, comment)
    return empty()


@usager.get("/callback-slots")
async def slots(request: Request) -> HTTPResponse:
    days = [
        ("2026-11-24T09:00:00+01:00", "mardi 24 novembre à 9 h"),
        ("2026-11-24T10:00:00+01:00", "mardi 24 novembre à 10 h"),
    ]
    return json_response({"items": [{"slot": s, "title": t} for s, t in days], "next_cursor": None})


@usager.get("/demo/persons")
async def persons(request: Request) -> HTTPResponse:
    return json_response({"items": PERSONS, "next_cursor": None})


@pages.get("/<name:(|console|relecture|docs|accessibilite|widget.js)>", name="page")
async def page(request: Request, name: str) -> HTTPResponse:
    if name == "widget.js":
        return await file(WEB / name)
    page = (WEB / f"{name or 'portal'}.html").read_text(encoding="utf-8")
    return html(page.replace('<html lang="fr"', '<html lang="fr" data-demo="oui"', 1))


@pages.post("/_peer")
async def control(request: Request) -> HTTPResponse:
    """Set `open`, `delay` (of an answer) or `opening` (of a conversation).

    `forget` empties the memory, `cut` the streams, `taken_back` removes a sentence to review,
    `handed_back` has a conseiller come and go; answers what usagers sent and what was reviewed."""
    state: State = request.app.ctx.state
    for key in ("open", "delay", "opening"):
        if key in request.json:
            setattr(state, key, request.json[key])
    if request.json.get("forget"):
        state.conversations.clear()
        state.relectures, state.reviewed = sentences(), []
    if request.json.get("handed_back"):
        for talk in state.conversations.values():
            state.move(talk, "HUMAN", {"id": "camille", "name": "Camille Durand"})
            state.move(talk, "BOT")
    if "cut" in request.json:
        for talk in state.conversations.values():
            state.tell(talk, "end", {})
        state.tell_team("end", {})
    taken_back = request.json.get("taken_back")
    state.relectures = [kept for kept in state.relectures if kept["id"] != taken_back]
    usagers = [m for t in state.conversations.values() for m in t.messages if m["author"] == "usager"]
    return json_response(
        {
            "sent": [m["text"] for m in usagers],
            "reviewed": state.reviewed,
            "reutilisation": [t.reutilisation for t in state.conversations.values()],
        }
    )


@pages.get("/_host")
async def host(request: Request) -> HTTPResponse:
    """A page of another site, with a style of its own, that has the widget's one tag."""
    tag = f'<script src="{request.args.get("service")}/widget.js" defer></script>'
    style = "<style>html { font-size: 62.5%; } * { font-size: 9px !important; color: red; }</style>"
    body = f'<!doctype html><html lang="fr"><title>Ailleurs</title>{style}<h1>Une mairie</h1>{tag}'
    return html(body, headers={"Content-Security-Policy": "default-src * 'unsafe-inline'"})


def create_app() -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("peer", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = 600
    app.ctx.state = State()
    app.blueprint(usager)
    app.blueprint(console)
    app.blueprint(relecture)
    app.blueprint(pages)
    app.static("/static", WEB, name="static")

    @app.on_request
    async def preflight(request: Request) -> HTTPResponse | None:
        if request.method != "OPTIONS":
            return None
        allowed = {
            "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
            "Access-Control-Allow-Headers": ALLOWED,
        }
        return empty(headers=allowed)

    @app.on_response  # type: ignore[untyped-decorator]
    async def headers(request: Request, response: HTTPResponse) -> None:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Access-Control-Allow-Origin"] = "*"

    return app


if __name__ == "__main__":
    import sys

    create_app().run("127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False, motd=False)
