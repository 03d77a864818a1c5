"""Who calls: the bearer of a conversation, or a signed-in conseiller (bearer or cookie)."""

import hashlib
from dataclasses import dataclass

from sanic import Request

from edge.limits import RateLimiter
from edge.problem import Problem
from handoff.core import Core
from handoff.errors import Forbidden
from handoff.records import Conseiller, Conversation
from handoff.service.accounts import Accounts
from handoff.service.board import Board
from handoff.service.conversations import Conversations
from handoff.service.desk import Desk
from handoff.service.gate import Gate
from handoff.service.relectures import Relectures
from handoff.service.requests import Requests

COOKIE = "session"
_SAFE = ("GET", "HEAD", "OPTIONS")
_REVIEW_ONLY = "relecteur"
_REVIEW = (_REVIEW_ONLY, "admin")


@dataclass(slots=True)
class Services:
    """What the endpoints call; built once by `app.py`."""

    core: Core
    gate: Gate
    conversations: Conversations
    requests: Requests
    board: Board
    desk: Desk
    accounts: Accounts
    relectures: Relectures
    limits: RateLimiter


def bearer(request: Request) -> str:
    """Return the bearer token of the call, or an empty string."""
    scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address(request: Request) -> str:
    """Return who calls, as far as the connection tells."""
    return str(request.ip or "?")


async def conversation(services: Services, request: Request, conversation_id: str) -> Conversation:
    """Return the conversation that the caller holds the token of.

    Raises:
        Unauthenticated, NotFound: not theirs.
    """
    services.limits.check("address_calls", address(request))
    return await services.conversations.authenticate(conversation_id, bearer(request))


async def conseiller(services: Services, request: Request) -> Conseiller:
    """Return the conseiller who calls; who only reviews masked sentences opens no conversation.

    Raises:
        Unauthenticated: no valid session.
        Forbidden: a reviewer, or a cookie without its CSRF token on a call that changes something.
    """
    who = await member(services, request)
    if who.role == _REVIEW_ONLY:
        raise Forbidden("Ce compte relit des phrases masquées ; il n'ouvre aucune conversation.")
    return who


async def reviewer(services: Services, request: Request) -> Conseiller:
    """Return the reviewer who calls.

    Raises:
        Unauthenticated: no valid session.
        Forbidden: another role, or a cookie without its CSRF token on a call that changes something.
    """
    who = await member(services, request)
    if who.role not in _REVIEW:
        raise Forbidden("Relire demande un compte « relecteur » ou « admin ».")
    return who


async def member(services: Services, request: Request) -> Conseiller:
    """Return who of the team calls, whatever their role.

    Raises:
        Unauthenticated: no valid session.
        Forbidden: a cookie without its CSRF token on a call that changes something.
    """
    token = bearer(request)
    if token:
        return await services.accounts.of_token(token)
    cookie = request.cookies.get(COOKIE) or ""
    csrf = None if request.method in _SAFE else (request.headers.get("x-csrf-token") or "")
    return await services.accounts.of_token(cookie, csrf=csrf)


def session_token(request: Request) -> str:
    """Return the session's token, wherever it came."""
    return bearer(request) or str(request.cookies.get(COOKIE) or "")


def idempotency_key(request: Request) -> str | None:
    """Return what is kept of the idempotency key of the call: it may say anything, so never the key itself.

    Raises:
        Problem: 422 when it is too long to be kept.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 128:
        raise Problem(422, None, "Idempotency-Key : de 1 à 128 caractères.")
    return hashlib.sha256(key.encode()).hexdigest() if key else None
