"""Rasa input channel for the gate, and for the gate alone: shared secret, real errors, each message
answered once.

Refuses to log or return any message text, to store the droits token, and to pass on anything but
custom objects.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, AsyncIterator

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from nlu.action_endpoint import turn_metadata
from nlu.errors import InvalidReply, InvalidRequest, ModelUnavailable, NluError, Unauthorized
from nlu.messages import GateMessage, read_identifier, read_message
from nlu.settings import MINIMUM_SECRET, SettingMissing

logger = logging.getLogger("nlu.gate")
Handler = Callable[..., Awaitable[HTTPResponse]]
ALTERNATIVES = 3
NOT_A_SUJET = frozenset({"nlu_fallback"})


class GateOutput(CollectingOutputChannel):
    """Collects custom objects; its name lets `channel:` variations match."""

    @classmethod
    def name(cls) -> str:
        return "gate"


class ConversationLocks:
    """One message at a time for each conversation; a lock lives only while someone holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, conversation: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(conversation, (asyncio.Lock(), 0))
        self._locks[conversation] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[conversation]
            if users == 1:
                del self._locks[conversation]
            else:
                self._locks[conversation] = (lock, users - 1)


def problem(error: NluError) -> HTTPResponse:
    body = {"type": "about:blank", "title": error.title, "status": error.status, "detail": error.detail}
    return json_response(body, status=error.status, content_type="application/problem+json")


class GateInput(InputChannel):
    """The blueprint mounted at /gate by nlu.serve."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._locks = ConversationLocks()

    @classmethod
    def name(cls) -> str:
        return "gate"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        secret = (credentials or {}).get("secret") or ""
        if len(secret) < MINIMUM_SECRET:
            raise SettingMissing("Le secret du canal de la passerelle manque (RASA_CHANNEL_SECRET).")
        return cls(secret)

    def url_prefix(self) -> str:
        return "gate"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Routes; Rasa's `on_new_message` is not used because it hides errors."""
        blueprint = Blueprint("gate_channel", "gate_channel")
        routes: tuple[tuple[str, str, Handler], ...] = (
            ("/messages", "POST", self.post_message),
            ("/conversations/<conversation>/reset", "POST", self.reset),
            ("/conversations/<conversation>", "DELETE", self.erase),
            ("/conversations/<conversation>", "GET", self.export),
            ("/ready", "GET", self.ready),
        )
        for position, (uri, method, handler) in enumerate(routes):
            blueprint.add_route(self._guarded(handler), uri, methods=[method], name=f"gate_{position}")
        return blueprint

    def _guarded(self, handler: Handler) -> Handler:
        """Check the secret, and turn every error into problem+json without its text."""

        @wraps(handler)
        async def guarded(request: Request, **arguments: str) -> HTTPResponse:
            try:
                given = (request.headers.get("authorization") or "").encode("utf-8", "surrogateescape")
                if not hmac.compare_digest(given, b"Bearer " + self._secret):
                    raise Unauthorized()
                return await handler(request, **arguments)
            except NluError as error:
                if error.status >= 500:
                    logger.error("%s %s", error.status, error.detail)
                return problem(error)
            except SanicException as error:
                return problem(InvalidRequest() if error.status_code < 500 else NluError())
            except Exception as error:  # the last resort: a class name, never a text
                logger.error("500 %s at %s", type(error).__name__, _where(error))
                return problem(NluError())

        return guarded

    async def post_message(self, request: Request) -> HTTPResponse:
        agent = loaded_agent(request.app)
        message = read_message(request.json, agent.domain.intents)
        async with self._locks.hold(message.conversation):
            replies = recorded_replies(
                await agent.tracker_store.retrieve(message.conversation), message.message_id
            )
            if replies is None:
                replies = await answer(agent, message)
        return json_response({"message_id": message.message_id, "replies": replies})

    async def reset(self, request: Request, conversation: str) -> HTTPResponse:
        """Close any form and forget what it had collected."""
        agent = loaded_agent(request.app)
        conversation = read_identifier(conversation, "conversation")
        async with self._locks.hold(conversation):
            tracker = await agent.tracker_store.retrieve(conversation)
            if tracker is not None:
                changed = [
                    n
                    for n, v in tracker.current_slot_values().items()
                    if v is not None and n != REQUESTED_SLOT
                ]
                tracker.update(ActiveLoop(None))
                for name in (REQUESTED_SLOT, *changed):
                    tracker.update(SlotSet(name, None))
                tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
                await agent.tracker_store.save(tracker)
        return HTTPResponse(status=204)

    async def erase(self, request: Request, conversation: str) -> HTTPResponse:
        agent = loaded_agent(request.app)
        conversation = read_identifier(conversation, "conversation")
        async with self._locks.hold(conversation):
            await erase_tracker(agent.tracker_store, conversation)
        return HTTPResponse(status=204)

    async def export(self, request: Request, conversation: str) -> HTTPResponse:
        agent = loaded_agent(request.app)
        tracker = await agent.tracker_store.retrieve_full_tracker(
            read_identifier(conversation, "conversation")
        )
        return json_response({"events": [event.as_dict() for event in tracker.events] if tracker else []})

    async def ready(self, request: Request) -> HTTPResponse:
        loaded_agent(request.app)
        return json_response(
            {"model": request.app.ctx.manifest.model, "digest": request.app.ctx.manifest.sha256}
        )


def loaded_agent(app: Sanic) -> Any:
    """Raises: ModelUnavailable."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise ModelUnavailable(getattr(app.ctx, "model_problem", None))
    return agent


async def answer(agent: Any, message: GateMessage) -> list[dict[str, Any]]:
    """Run one turn. Raises: NluError, and then nothing is stored."""
    output = GateOutput()
    token = turn_metadata.set(message.metadata)
    try:
        await agent.processor.handle_message(as_user_message(message, output))
    finally:
        turn_metadata.reset(token)
    tracker = await agent.tracker_store.retrieve(message.conversation)
    replies = recorded_replies(tracker, message.message_id)
    if not replies or len(replies) != len(output.messages):
        raise InvalidReply("Aucune réponse, ou une réponse qui n'est pas un objet « custom ».")
    return replies


def as_user_message(message: GateMessage, output: GateOutput) -> UserMessage:
    """A button becomes an intent here, without ever being parsed as text. The tracker gets no metadata."""
    user_message = UserMessage(
        text=message.text,
        output_channel=output,
        sender_id=message.conversation,
        input_channel="gate",
        message_id=message.message_id,
        metadata={},
    )
    if message.intent is not None:
        entities = [{"entity": k, "value": v, "start": 0, "end": 0} for k, v in message.entities.items()]
        user_message.parse_data = {
            "text": message.text,
            "intent": {"name": message.intent, "confidence": 1.0},
            "entities": entities,
            "intent_ranking": [],
            "button": True,
        }
    return user_message


def recorded_replies(tracker: DialogueStateTracker | None, message_id: str) -> list[dict[str, Any]] | None:
    """Rebuild from the tracker what was answered to a message; None when it has not been answered.

    Raises: InvalidReply.
    """
    if tracker is None:
        return None
    asked: UserUttered | None = None
    replies: list[dict[str, Any]] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):  # a message with two questions is two of them, under one id
            asked = event if event.message_id == message_id else None
            if asked is None and replies:
                break
        elif isinstance(event, BotUttered) and asked is not None:
            replies.append(with_confidence(event, asked))
    return replies or None


def with_confidence(event: BotUttered, asked: UserUttered) -> dict[str, Any]:
    """Return the custom object of a reply with the confidence of its topic and the other topics
    considered."""
    custom = (event.data or {}).get("custom")
    if (
        not isinstance(custom, dict)
        or event.text
        or any((event.data or {}).get(k) for k in ("buttons", "image"))
    ):
        raise InvalidReply()
    intent, ranking = asked.intent or {}, (asked.parse_data or {}).get("intent_ranking") or []
    sujet = custom.get("sujet")
    # A question has no confidence; an answer that also asks the profil has its sources, and keeps it.
    asks_only = bool(custom.get("question")) and not custom.get("sources")
    understood = bool(ranking) and sujet is not None and intent.get("name") == sujet and not asks_only
    others = [r for r in ranking if r["name"] != sujet and r["name"] not in NOT_A_SUJET][:ALTERNATIVES]
    return {
        **custom,
        "confidence": intent.get("confidence") if understood else None,
        "alternatives": [{"sujet": r["name"], "confidence": r["confidence"]} for r in others],
    }


async def erase_tracker(store: Any, conversation: str) -> None:
    """Delete from our store, or from Rasa's SQL store."""
    if hasattr(store, "erase"):
        await store.erase(conversation)
        return
    with store.session_scope() as session:
        session.query(store.SQLEvent).filter(store.SQLEvent.sender_id == conversation).delete()
        session.commit()


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
