"""The usager's calls: open a conversation, speak, follow it, ask for a human, take it away, erase it."""

from functools import partial
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, empty
from sanic import json as json_response

from edge.openapi import operation, read_body, read_query
from edge.pagination import Page, page_of
from edge.problem import Problem
from handoff.api import schemas as s
from handoff.api.access import Services, address, conversation, idempotency_key
from handoff.api.streams import Stream, UsagerStream
from handoff.records import Conversation, Json
from handoff.service.gate import Cry, Said
from handoff.service.receipts import Sending
from handoff.service.requests import Outcome, tidy
from handoff.views import instant

_TAG = "Usager"
_PROBLEMS = (401, 404)
_KEY: Json = {"Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 128}}
_usager = partial(operation, tag=_TAG, security="conversation")


def usager_blueprint(services: Services) -> Blueprint:
    """Make the blueprint of `/api/v1/conversations`."""
    blueprint = Blueprint("usager", url_prefix="/api/v1")
    _speaking(blueprint, services)
    _asking_for_a_human(blueprint, services)
    _own_data(blueprint, services)
    return blueprint


def _speaking(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/conversations", name="open")
    @operation(
        "Ouvre une conversation", tag=_TAG, body=s.NewConversation, responses={201: s.OpenedConversation}
    )
    async def open_conversation(request: Request) -> HTTPResponse:
        services.limits.check("address_openings", address(request))
        body = read_body(request, s.NewConversation)
        opened = await services.conversations.open(
            canal=body.canal,
            profil=body.profil,
            attributs=_unique(body.attributs),
            langage=body.langage,
            reutilisation=body.reutilisation,
        )
        return json_response(opened, status=201)

    @blueprint.post("/conversations/<id:str>/messages", name="say")
    @_usager(
        "Envoie un message, ou le bouton pressé",
        body=s.NewMessage,
        responses={200: s.Answer},
        problems=_PROBLEMS,
        headers=_KEY,
    )
    async def say(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        _limit_words(services, request, current)
        body = read_body(request, s.NewMessage)
        said = Said(body.text, body.payload)
        return json_response(await services.gate.receive(current.id, said, idempotency_key(request)))

    @blueprint.get("/conversations/<id:str>", name="read")
    @_usager("La conversation et ses messages", responses={200: s.Conversation}, problems=_PROBLEMS)
    async def read(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        return json_response(await services.conversations.view(current.id))

    @blueprint.get("/conversations/<id:str>/events", name="events")
    @_usager(
        "Suit la conversation (server-sent events ; « Last-Event-ID » reprend)",
        responses={200: "text/event-stream"},
        problems=(*_PROBLEMS, 422),
        headers={"Last-Event-ID": {"type": "string", "pattern": "^[0-9]{1,9}$"}},
    )
    async def events(request: Request, id: str) -> None:
        current = await conversation(services, request, id)
        last = request.headers.get("last-event-id") or "0"
        if not (last.isascii() and last.isdigit() and len(last) < 10):
            raise Problem(422, None, "Last-Event-ID : le numéro du dernier message reçu.")
        stream = await Stream.open(request)
        await UsagerStream(services, stream, current, int(last)).run()

    @blueprint.put("/conversations/<id:str>/profil", name="describe")
    @_usager("Dit qui je suis", body=s.WhoIAm, responses={200: s.WhoIAm}, problems=_PROBLEMS)
    async def describe(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        body = read_body(request, s.WhoIAm)
        return json_response(
            await services.conversations.describe(
                current.id, profil=body.profil, attributs=_unique(body.attributs), langage=body.langage
            )
        )


def _asking_for_a_human(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/conversations/<id:str>/handoff", name="ask")
    @_usager(
        "Demande un conseiller",
        body=s.HandoffRequest,
        responses={200: s.HandoffAnswer},
        problems=_PROBLEMS,
        headers=_KEY,
    )
    async def ask(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        reason = read_body(request, s.HandoffRequest).reason
        words, cry = _listen(services, request, current, reason, "reason")
        sending = Sending("handoff", idempotency_key(request), {"reason": words})
        async with services.core.transaction() as tx:
            fresh = await services.conversations.fresh(tx, current.id, reopen=False)
            receipt = await sending.receipt(tx, current.id)
            if receipt is not None:
                return json_response(receipt["body"])
            outcome = await services.gate.ask_for_human(tx, fresh, words, cry)
            answer = _handoff_answer(outcome, await services.requests.queue_facts(tx, outcome.current))
            await sending.keep(tx, current.id, answer=answer)
        return json_response(answer)

    @blueprint.delete("/conversations/<id:str>/handoff", name="give_up")
    @_usager("Renonce à attendre", responses={200: s.GivenUp}, problems=(*_PROBLEMS, 409))
    async def give_up(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        async with services.core.transaction() as tx:
            fresh = await services.conversations.fresh(tx, current.id, reopen=False)
            outcome = await services.requests.give_up(tx, fresh)
        return json_response({"state": outcome.current.state})

    @blueprint.get("/callback-slots", name="slots")
    @operation("Les créneaux de rappel", tag=_TAG, query=Page, responses={200: s.Slots}, problems=(422,))
    async def slots(request: Request) -> HTTPResponse:
        services.limits.check("address_calls", address(request))
        page = read_query(request, Page)
        return json_response(page_of(services.requests.slots(services.core.clock()), page))

    @blueprint.post("/conversations/<id:str>/callback", name="book")
    @_usager(
        "Demande à être rappelé",
        body=s.NewCallback,
        responses={200: s.BookedCallback},
        problems=(*_PROBLEMS, 409),
    )
    async def book(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        body = read_body(request, s.NewCallback)
        async with services.core.transaction() as tx:
            fresh = await services.conversations.fresh(tx, current.id)
            outcome = await services.requests.book(
                tx, fresh, slot=body.slot, phone=body.phone, email=body.email
            )
        return json_response({"state": outcome.current.state, "slot": instant(body.slot)})


def _own_data(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/conversations/<id:str>/feedback", name="feedback")
    @_usager(
        "Donne son avis (un commentaire qui dit une détresse est reçu comme un message)",
        body=s.Feedback,
        responses={204: None},
        problems=_PROBLEMS,
        headers=_KEY,
    )
    async def feedback(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        body, refused = _opinion(request)
        comment, cry = _listen(services, request, current, body.comment, "comment")
        if refused is not None and cry is None:
            raise refused
        opinion = body.model_dump() | {"comment": comment}
        sending = Sending("feedback", idempotency_key(request), opinion)
        async with services.core.transaction() as tx:
            fresh = await services.conversations.fresh(tx, current.id, reopen=False)
            if await sending.receipt(tx, current.id) is None:
                await services.conversations.give_feedback(tx, fresh, opinion, in_distress=cry is not None)
                if cry is not None:
                    await services.gate.take(tx, fresh, cry)
                await sending.keep(tx, current.id)
        return empty(204)

    @blueprint.put("/conversations/<id:str>/reutilisation", name="reuse")
    @_usager(
        "Accepte ou refuse que mes messages mal compris, masqués, améliorent l'assistant "
        "(refuser efface ceux qui étaient gardés)",
        body=s.Reutilisation,
        responses={200: s.Reutilisation},
        problems=_PROBLEMS,
    )
    async def reuse(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        body = read_body(request, s.Reutilisation)
        return json_response(await services.relectures.choose(current.id, reutilisation=body.reutilisation))

    @blueprint.get("/conversations/<id:str>/export", name="export")
    @_usager("Tout ce qui est gardé de moi", responses={200: s.Export}, problems=_PROBLEMS)
    async def export(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        return json_response(await services.conversations.export(current.id))

    @blueprint.delete("/conversations/<id:str>", name="erase")
    @_usager("Efface la conversation", responses={204: None}, problems=_PROBLEMS)
    async def erase(request: Request, id: str) -> HTTPResponse:
        current = await conversation(services, request, id)
        await services.conversations.erase(current.id)
        return empty(204)


def _opinion(request: Request) -> tuple[s.Feedback, Problem | None]:
    """Read an opinion; of a wrong one its comment alone, with what to answer unless that is a cry."""
    try:
        return read_body(request, s.Feedback), None
    except Problem as refused:
        return s.Feedback(comment=read_body(request, s.Comment).comment), refused


def _limit_words(services: Services, request: Request, current: Conversation) -> None:
    services.limits.check("conversation_messages", current.id)
    services.limits.check("address_messages", address(request))


def _listen(
    services: Services, request: Request, current: Conversation, words: str | None, field: str
) -> tuple[str | None, Cry | None]:
    """Return words that came beside a message, tidied, and the distress that they say.

    They are limited as a message is: what they say may become one.
    """
    if not words:
        return None, None
    _limit_words(services, request, current)
    tidied = tidy(words, field)
    return tidied, services.gate.listen(tidied)


def _unique(values: list[s.Attribut]) -> list[str]:
    return sorted({str(v) for v in values})


def _handoff_answer(outcome: Outcome, queue: Json) -> Json:
    answer: dict[str, Any] = {
        "state": outcome.current.state,
        "open": outcome.open,
        "alternatives": [b for m in outcome.said for b in m.body["buttons"]] if not outcome.open else [],
    }
    if outcome.next_opening is not None:
        answer["next_opening"] = instant(outcome.next_opening)
    return answer | queue
