"""Short-lived, read-only tokens, signed with HMAC-SHA256 and bound to one conversation.
The secret is given by the caller; nothing of a token is ever logged or repeated in an error."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from droits.errors import ExpiredToken, InvalidToken

__all__ = ["MAX_LIFETIME", "SCOPE", "Claims", "ExpiredToken", "InvalidToken", "mint", "verify"]

SCOPE = "droits:lecture"
MAX_LIFETIME = timedelta(seconds=120)
CLOCK_SKEW = timedelta(seconds=5)
MIN_SECRET = 16
MAX_TOKEN = 2048  # characters; longer is refused unread
_DOMAIN = b"droits.token.v1."


@dataclass(frozen=True)
class Claims:
    """What a valid token says: who is read, from which conversation, until when."""

    personne: str
    conversation: str
    issued_at: datetime
    expires_at: datetime


def mint(
    personne: str, conversation: str, now: datetime, secret: str | bytes, lifetime: timedelta = MAX_LIFETIME
) -> str:
    """Make a token that reads the rights of a person, from one conversation, for at most 120 s.

    Raises: ValueError for an empty subject, a longer life or a short secret.
    """
    if not personne or not conversation:
        raise ValueError("un jeton désigne une personne et une conversation")
    if not timedelta(0) < lifetime <= MAX_LIFETIME:
        raise ValueError("un jeton vit au plus deux minutes")
    issued = int(now.timestamp())
    expires = issued + int(lifetime.total_seconds())
    claims = {"per": personne, "conv": conversation, "iat": issued, "exp": expires, "scope": SCOPE}
    payload = _encode(json.dumps(claims, separators=(",", ":"), ensure_ascii=True).encode())
    return f"{payload}.{_encode(_sign(payload, secret))}"


def verify(token: str, now: datetime, secret: str | bytes, conversation: str | None = None) -> Claims:
    """Read a token. When `conversation` is given, a token of another conversation is refused.

    Raises: ExpiredToken, InvalidToken.
    """
    claims = _claims(token, secret)
    if now >= claims.expires_at:
        raise ExpiredToken("jeton expiré")
    if claims.expires_at - claims.issued_at > MAX_LIFETIME or claims.issued_at > now + CLOCK_SKEW:
        raise InvalidToken("jeton refusé")
    if conversation is not None and not hmac.compare_digest(
        claims.conversation.encode(), conversation.encode()
    ):
        raise InvalidToken("jeton refusé")
    return claims


def _claims(token: str, secret: str | bytes) -> Claims:
    payload, dot, signature = token.partition(".")
    if not dot or len(token) > MAX_TOKEN or not token.isascii():
        raise InvalidToken("jeton refusé")
    if not hmac.compare_digest(signature.encode(), _encode(_sign(payload, secret)).encode()):
        raise InvalidToken("jeton refusé")
    try:
        data = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if data["scope"] != SCOPE:
            raise InvalidToken("jeton refusé")
        return Claims(
            str(data["per"]),
            str(data["conv"]),
            datetime.fromtimestamp(data["iat"], UTC),
            datetime.fromtimestamp(data["exp"], UTC),
        )
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):
        raise InvalidToken("jeton refusé") from None


def _sign(payload: str, secret: str | bytes) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    if len(key) < MIN_SECRET:
        raise ValueError("secret trop court pour signer un jeton")
    return hmac.new(key, _DOMAIN + payload.encode(), hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
