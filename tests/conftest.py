"""Fixtures of every suite: real databases (SQLite and PostgreSQL), a peer Rasa, a clock, the service."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sanic.mixins.routes import RouteMixin

from connaissances import load_catalogue
from handoff import migrate
from handoff.distress import DistressDetector
from handoff.service import sweeper
from handoff.texts import Texts
from settings import ROOT
from simulateur.parametres import Parametres, format_value
from simulateur.registry import Simulateur
from tests.peers.clock import Clock
from tests.peers.postgres import Postgres
from tests.peers.rasa import RasaPeer
from tests.peers.service import Service, running

# How long an example takes says how busy the machine is, nothing of the code.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.load_profile("here")

StartService = Callable[..., Awaitable[Service]]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a migrated PostgreSQL database made for this run, and dropped after it."""
    server = Postgres.find(tmp_path_factory.mktemp("pg"))
    url = asyncio.run(server.create())
    try:
        migrate.upgrade(url)
        yield url
    finally:
        asyncio.run(server.drop())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "gate.db"
    migrate.upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of an empty, migrated SQLite database, alone in `var/` under `tmp_path`."""
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "gate.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'var' / 'gate.db'}"


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """Address of an empty, migrated PostgreSQL database."""
    asyncio.run(Postgres.empty(postgres))
    return postgres


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> Clock:
    """A clock that only the test moves: Monday 23 November 2026, 10:00 in Paris."""
    return Clock()


@pytest.fixture
async def rasa() -> AsyncIterator[RasaPeer]:
    """A peer Rasa, up."""
    async with RasaPeer() as peer:
        yield peer


@pytest.fixture(scope="session")
def _loaded_once() -> Iterator[None]:
    """Read once a run what takes long and does not change: catalogue, phrases, parameters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parametres, "load", cache(Parametres.load))
        resolve = Parametres.load().value
        catalogue = load_catalogue(ROOT / "connaissances", resolve, format_value)
        patch.setattr("app.load_catalogue", lambda *_: catalogue)
        patch.setattr(DistressDetector, "load", cache(DistressDetector.load))
        patch.setattr(Texts, "load", cache(Texts.load))
        patch.setattr(Simulateur, "load", cache(Simulateur.load))
        patch.setattr(RouteMixin, "_determine_error_format", lambda *_: "")  # all our errors are problems
        yield


@pytest.fixture
async def start_service(
    tmp_path: Path, clock: Clock, rasa: RasaPeer, monkeypatch: pytest.MonkeyPatch, _loaded_once: None
) -> AsyncIterator[StartService]:
    """Serve the application over HTTP; deadlines are applied when the test says so, not every two seconds."""
    monkeypatch.setattr(sweeper, "EVERY", 3_600.0)
    async with AsyncExitStack() as stack:

        async def start(url: str, **settings: Any) -> Service:
            return await stack.enter_async_context(running(tmp_path / "var", url, clock, rasa, **settings))

        yield start


@pytest.fixture
async def service(start_service: StartService, database_url: str) -> Service:
    """The service, on each database in turn, open day and night."""
    return await start_service(database_url)


@pytest.fixture
async def light_service(start_service: StartService, sqlite_url: str) -> Service:
    """The service on SQLite alone, where the database does not matter."""
    return await start_service(sqlite_url)
