"""The service: wires the gate, the rights, the simulator and the pages into one application.

`python -m app` serves it; `create_app` builds it for tests.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic
from sanic import json as json_response
from sqlalchemy import text

from channels.web.pages import pages_blueprint
from connaissances import Catalogue, load_catalogue
from droits import personnes
from droits.model import Droits
from droits.server import droits_blueprint
from edge.headers import install_headers
from edge.health import health_blueprint
from edge.limits import RateLimiter
from edge.openapi import describe, operation
from edge.simulations import simulations_blueprint
from edge.sujets import sujets_blueprint
from handoff.api.access import Services
from handoff.api.conseiller import conseiller_blueprint
from handoff.api.demo import demo_blueprint
from handoff.api.problems import install_errors
from handoff.api.relecteur import relecteur_blueprint
from handoff.api.usager import usager_blueprint
from handoff.assistant import Assistant
from handoff.core import Core, utc_now
from handoff.database import Database
from handoff.distress import DistressDetector
from handoff.events import Bus
from handoff.opening import PARIS
from handoff.ports import AnswerSujet
from handoff.records import Conversation, Json
from handoff.service.accounts import Accounts
from handoff.service.board import Board
from handoff.service.conversations import Conversations
from handoff.service.desk import Desk
from handoff.service.gate import Gate
from handoff.service.relectures import Relectures
from handoff.service.requests import Requests
from handoff.service.sweeper import Sweeper
from handoff.service.turns import Turns
from handoff.texts import Texts
from settings import ROOT, Settings, SettingsError
from simulateur.parametres import Parametres, format_value

log = logging.getLogger(__name__)
_BODY_LIMIT = 1_000_000
_RIGHTS = operation(
    "Mes droits", tag="droits", responses={200: Droits}, problems=(401,), security="droits"
)  # the rights server knows nothing of ours, not even how an endpoint is described


def answer_with(catalogue: Catalogue) -> AnswerSujet:
    """Return what words a topic for a conversation, without Rasa."""

    def answer_sujet(sujet: str, current: Conversation, now: datetime) -> Json:
        answer = catalogue.answer(
            sujet,
            profil=current.profil,
            attributs=current.attributs,
            langage=current.langage,
            canal=current.canal,
            on=now.astimezone(PARIS).date(),
        )
        body: Json = {
            "sujet": sujet,
            "profil": answer.profil,
            "attributs": answer.attributs,
            "sources": answer.sources,
            "buttons": [],
            "langage": current.langage,
        }
        return {"text": answer.text, "body": body}

    return answer_sujet


class Application:
    """Everything that lives as long as the process, built in one place."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        parametres = Parametres.load()
        self.catalogue: Catalogue = load_catalogue(ROOT / "connaissances", parametres.value, format_value)
        self.core = Core(
            database=Database(settings.database_url),
            bus=Bus(),
            texts=Texts.load(ROOT / "connaissances" / "messages.yml"),
            opening=settings.opening,
            clock=clock,
        )
        self.assistant = Assistant(
            settings.rasa_url, settings.rasa_channel_secret, ROOT / "schemas" / "reply.schema.json"
        )
        answer_sujet = answer_with(self.catalogue)
        requests = Requests(self.core)
        relectures = Relectures(self.core, settings.retention, self.catalogue.sujets)
        self.turns = Turns(self.core, self.assistant, requests, relectures, settings.droits_token_secret)
        conversations = Conversations(
            self.core, requests, self.turns, self.assistant, answer_sujet, relectures
        )
        board = Board(self.core)
        desk = Desk(self.core, requests, board)
        self.services = Services(
            core=self.core,
            gate=Gate(self.core, self.turns, requests, DistressDetector.load(), answer_sujet),
            conversations=conversations,
            requests=requests,
            board=board,
            desk=desk,
            accounts=Accounts(self.core),
            relectures=relectures,
            limits=RateLimiter(enabled=settings.rate_limits),
        )
        self.sweeper = Sweeper(self.core, requests, desk, self.turns, conversations, relectures)
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the demonstration's accounts, then take up what a stopped process left."""
        if self.settings.demo:
            await self.services.accounts.ensure_demo(self.settings.var / "demo-accounts.json")
        owed = await self.turns.recover()
        if owed:
            log.info("recovered", extra={"messages": owed})
        self._sweeping = asyncio.create_task(self.sweeper.run())

    async def stop(self) -> None:
        """Stop what runs and give back connections; nothing is lost, it is all in the database."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        await self.turns.close()
        await self.assistant.close()
        await self.core.database.close()

    async def database_answers(self) -> bool:
        """Tell whether the database can be read."""
        try:
            async with self.core.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception:
            return False
        return True


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, name: str = "service"
) -> tuple["Sanic[Any, Any]", Application]:
    """Return the web application and what it is made of."""
    built = Application(settings, clock)
    app = Sanic(name, log_config=_LOGGING)
    app.config.REQUEST_MAX_SIZE = _BODY_LIMIT
    app.config.RESPONSE_TIMEOUT = 30
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.OAS = False
    install_errors(app)
    install_headers(app, settings.allowed_origins)
    app.blueprint(usager_blueprint(built.services))
    app.blueprint(conseiller_blueprint(built.services))
    app.blueprint(relecteur_blueprint(built.services))
    app.blueprint(sujets_blueprint(built.catalogue))
    app.blueprint(simulations_blueprint())
    if settings.demo:
        app.blueprint(demo_blueprint(built.services, personnes.load()))
        app.blueprint(
            droits_blueprint(
                settings.droits_token_secret,
                describe=_RIGHTS,
                identify=built.services.conversations.person_of,
            )
        )
    app.blueprint(
        health_blueprint(
            {"database": built.database_answers, "assistant": built.assistant.is_ready}, vital="database"
        )
    )
    app.blueprint(pages_blueprint(ROOT / "web", demo=settings.demo))
    _describe(app)

    @app.before_server_start
    async def start(_: Any) -> None:
        await built.start()

    @app.after_server_stop
    async def stop(_: Any) -> None:
        await built.stop()

    return app, built


def _describe(app: Any) -> None:
    @app.get("/openapi.json", name="openapi")  # type: ignore[untyped-decorator]
    async def openapi(_: Request) -> HTTPResponse:
        return json_response(
            describe(
                app,
                title="Conseiller virtuel du compte personnel d'activité",
                version="1",
                description="Le contrat HTTP : conversations, conseillers, droits, simulations.",
            )
        )


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}
    },
    "root": {"level": "INFO", "handlers": ["out"]},
    "loggers": {
        # Addresses hold identifiers, and errors may hold what people wrote: both stay out of the logs.
        "sanic.root": {"level": "WARNING", "handlers": ["out"], "propagate": False},
        "sanic.error": {"level": "CRITICAL", "handlers": ["out"], "propagate": False},
        "sanic.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        "sanic.server": {"level": "WARNING", "handlers": ["out"], "propagate": False},
        "httpx": {"level": "WARNING"},
        "alembic": {"level": "WARNING"},
    },
}


def main() -> None:
    """Serve until stopped."""
    try:
        settings = Settings.read()
    except SettingsError as error:
        sys.exit(str(error))
    app, _ = create_app(settings)
    if not settings.rate_limits:
        log.warning("rate_limits_off", extra={"reason": "RATE_LIMITS=off : à réserver aux tests de charge"})
    started = datetime.now(UTC).isoformat(timespec="seconds")
    log.info("starting", extra={"port": settings.port, "mode": settings.mode, "at": started})
    app.run(settings.host, settings.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
