"""Embedded accounts of the team: argon2 passwords, sessions by bearer token or cookie, presence.

In demonstration mode the accounts are made at the first start, with random passwords, in a private file.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from handoff import repository as repo
from handoff import tables as t
from handoff.core import Core
from handoff.errors import Forbidden, Unauthenticated
from handoff.events import SIGNED_OUT, TEAM, Event
from handoff.records import Conseiller, Json
from handoff.service.conversations import token_digest

SESSION_LIFE = timedelta(hours=12)
ROLES = ("conseiller", "superviseur", "relecteur", "admin")
_SEEN_EVERY = timedelta(seconds=10)
_DEMO: tuple[tuple[str, str, str, list[str]], ...] = (
    ("camille", "Camille", "conseiller", ["general", "formation"]),
    ("sacha", "Sacha", "conseiller", ["general", "chomage"]),
    ("dominique", "Dominique", "conseiller", ["general", "retraite"]),
    ("superviseur", "Maxence", "superviseur", ["general"]),
    ("relecteur", "Charlie", "relecteur", []),
    ("admin", "Alix", "admin", []),
)
# Checked when the login is unknown, so that the answer takes as long as for a wrong password.
_DECOY = PasswordHasher().hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: what the browser and the API client need to use it."""

    token: str
    csrf: str
    conseiller: Conseiller


class Accounts:
    """Signs the team in and keeps their presence."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._hasher = PasswordHasher()

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """Open a session.

        Raises:
            Unauthenticated: unknown login or wrong password; which of the two is not told.
        """
        async with self._core.database.read() as connection:
            query = select(t.conseillers).where(t.conseillers.c.login == login)
            row = (await connection.execute(query)).one_or_none()
        try:
            self._hasher.verify(row.password_hash if row else _DECOY, password)
        except (VerificationError, InvalidHashError):
            raise Unauthenticated from None
        if row is None:
            raise Unauthenticated
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        async with self._core.transaction() as tx:
            await tx.connection.execute(delete(t.sessions).where(t.sessions.c.expires_at < tx.now))
            await tx.connection.execute(
                insert(t.sessions).values(
                    token_digest=token_digest(token),
                    conseiller_id=row.id,
                    csrf_digest=token_digest(csrf),
                    expires_at=tx.now + SESSION_LIFE,
                )
            )
        return SignedIn(token, csrf, Conseiller.of(row))

    async def sign_out(self, token: str) -> None:
        """End the session of this token and go offline."""
        who = await self.of_token(token)
        async with self._core.transaction() as tx:
            await tx.connection.execute(
                delete(t.sessions).where(t.sessions.c.token_digest == token_digest(token))
            )
            tx.outbox.append((TEAM, Event(SIGNED_OUT)))
        await self.set_presence(who, "offline")

    async def of_token(self, token: str, *, csrf: str | None = None) -> Conseiller:
        """Return who holds this session, and note the sign of life.

        `csrf` is given when the token came in a cookie with a call that changes something.

        Raises:
            Unauthenticated: no such session, or it has expired.
            Forbidden: the CSRF token is not the session's.
        """
        now = self._core.clock()
        async with self._core.database.read() as connection:
            query = (
                select(t.conseillers, t.sessions.c.csrf_digest)
                .join(t.sessions, t.sessions.c.conseiller_id == t.conseillers.c.id)
                .where(t.sessions.c.token_digest == token_digest(token), t.sessions.c.expires_at > now)
            )
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise Unauthenticated
        if csrf is not None and not hmac.compare_digest(row.csrf_digest, token_digest(csrf)):
            raise Forbidden("Le jeton CSRF manque ou n'est pas celui de la session : rechargez la page.")
        who = Conseiller.of(row)
        await self.seen(who, now)
        return who

    async def seen(self, who: Conseiller, now: datetime) -> None:
        """Note that the conseiller is there, at most every few seconds."""
        if who.seen_at is None or now - who.seen_at >= _SEEN_EVERY:
            async with self._core.transaction() as tx:
                await tx.connection.execute(
                    update(t.conseillers).where(t.conseillers.c.id == who.id).values(seen_at=now)
                )

    async def set_presence(
        self, who: Conseiller, status: str, skills: list[str] | None = None, capacity: int | None = None
    ) -> Json:
        """Say whether the conseiller is there, for what, and for how many people at once."""
        changes: Json = {"status": status}
        if skills is not None:
            changes["skills"] = skills
        if capacity is not None:
            changes["capacity"] = capacity
        async with self._core.transaction() as tx:
            await tx.connection.execute(
                update(t.conseillers).where(t.conseillers.c.id == who.id).values(seen_at=tx.now, **changes)
            )
        return {
            "status": status,
            "skills": who.skills if skills is None else skills,
            "capacity": who.capacity if capacity is None else capacity,
        }

    async def add(self, login: str, name: str, role: str, password: str, skills: list[str]) -> None:
        """Create an account, or renew the password of the one that has this login."""
        values = {
            "name": name,
            "role": role,
            "password_hash": self._hasher.hash(password),
            "skills": skills,
        }
        async with self._core.transaction() as tx:
            found = await tx.connection.execute(
                update(t.conseillers).where(t.conseillers.c.login == login).values(**values)
            )
            if not found.rowcount:
                await tx.connection.execute(
                    insert(t.conseillers).values(
                        id=repo.new_id(), login=login, capacity=3, status="offline", **values
                    )
                )

    async def ensure_demo(self, path: Path) -> None:
        """Make the demonstration accounts once, and write them where only their owner reads."""
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            async with self._core.database.read() as connection:
                logins = set((await connection.execute(select(t.conseillers.c.login))).scalars())
            if {a["login"] for a in known} <= logins:
                return
        accounts: list[Json] = []
        for login, name, role, skills in _DEMO:
            password = secrets.token_urlsafe(12)
            await self.add(login, name, role, password, skills)
            accounts.append(
                {"login": login, "password": password, "role": role, "name": name, "skills": skills}
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "w", encoding="utf-8") as file:
            json.dump(accounts, file, ensure_ascii=False, indent=2)
