"""Tokens: signed, read-only, short, bound to a conversation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droits import tokens
from droits.tokens import MAX_LIFETIME, ExpiredToken, InvalidToken, mint, verify

SECRET = "un secret de test assez long"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def _forge(claims: object, secret: str = SECRET) -> str:
    """Sign any claims, as someone who holds the secret but not the rules."""
    raw = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    payload = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    digest = hmac.new(secret.encode(), tokens._DOMAIN + payload.encode(), hashlib.sha256).digest()
    return f"{payload}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _claims(**changes: object) -> dict[str, object]:
    issued = int(NOW.timestamp())
    return {"per": "p", "conv": "c", "iat": issued, "exp": issued + 60, "scope": tokens.SCOPE} | changes


def test_a_token_says_who_and_from_which_conversation() -> None:
    claims = verify(mint("nadia-benali", "conv-1", NOW, SECRET), NOW, SECRET)
    assert (claims.personne, claims.conversation) == ("nadia-benali", "conv-1")
    assert claims.expires_at - claims.issued_at == MAX_LIFETIME == timedelta(seconds=120)


def test_a_token_expires_at_its_last_second() -> None:
    token = mint("p", "c", NOW, SECRET)
    assert verify(token, NOW + timedelta(seconds=119), SECRET)
    with pytest.raises(ExpiredToken):
        verify(token, NOW + timedelta(seconds=120), SECRET)


def test_a_token_is_refused_in_another_conversation() -> None:
    token = mint("p", "c", NOW, SECRET)
    assert verify(token, NOW, SECRET, conversation="c")
    with pytest.raises(InvalidToken):
        verify(token, NOW, SECRET, conversation="autre")


def test_a_token_of_another_secret_is_refused() -> None:
    with pytest.raises(InvalidToken):
        verify(mint("p", "c", NOW, "un tout autre secret"), NOW, SECRET)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(seconds=121)])
def test_a_token_that_would_live_too_long_or_not_at_all_is_not_minted(lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="deux minutes"):
        mint("p", "c", NOW, SECRET, lifetime)


@pytest.mark.parametrize(("personne", "conversation"), [("", "c"), ("p", "")])
def test_a_token_without_person_or_conversation_is_not_minted(personne: str, conversation: str) -> None:
    with pytest.raises(ValueError, match="désigne"):
        mint(personne, conversation, NOW, SECRET)


def test_a_short_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="secret"):
        mint("p", "c", NOW, "court")


@pytest.mark.parametrize(
    "claims",
    [
        _claims(scope="droits:ecriture"),
        _claims(exp=int(NOW.timestamp()) + 3600),
        _claims(iat=int(NOW.timestamp()) + 60, exp=int(NOW.timestamp()) + 90),
        _claims(exp="demain"),
        _claims(exp=10**30),
        {"per": "p"},
        [],
        "texte",
        b"pas du json",
        b"\xff\xfe",
    ],
)
def test_even_well_signed_claims_of_another_kind_are_refused(claims: object) -> None:
    with pytest.raises(InvalidToken):
        verify(_forge(claims), NOW, SECRET)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.è", "a" * 5000, "a.b.c", f"{'a' * 3000}.b"])
def test_a_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        verify(token, NOW, SECRET)


@settings(deadline=None)
@given(position=st.integers(0, 400), replacement=st.sampled_from("AZaz09-_."))
def test_no_character_of_a_token_can_be_changed(position: int, replacement: str) -> None:
    token = mint("personne", "conversation", NOW, SECRET)
    position %= len(token)
    if token[position] == replacement:
        return
    with pytest.raises(InvalidToken):
        verify(token[:position] + replacement + token[position + 1 :], NOW, SECRET)


def test_refusals_never_repeat_the_token() -> None:
    token = mint("p", "c", NOW, SECRET)
    with pytest.raises(ExpiredToken) as expired:
        verify(token, NOW + timedelta(hours=1), SECRET)
    with pytest.raises(InvalidToken) as forged:
        verify(token + "x", NOW, SECRET)
    assert token not in f"{expired.value!r}{forged.value!r}"
