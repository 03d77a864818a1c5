"""The HTTP server of the actions, on the loopback only: rasa-sdk's executor behind our own routes and error
handler, which never echo nor log a request's body."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from actions.answers import AnswerAction, ChooseProfil
from actions.api.simulateur import SimulateurClient
from actions.base import FrenchAction, Services
from actions.errors import describe
from actions.fallback import DefaultAffirmation, DefaultFallback, DidYouMean, OutOfScope, Refuse
from actions.forms import AskBalance, AskBirthDate, AskShare, ValidateCpf, ValidateRetraiteAge
from actions.languages import Languages
from actions.passages import Passages
from actions.settings import Settings
from actions.simulations import ComputeCpf, ComputeRetraiteAge, Simulate
from connaissances import Catalogue, load_catalogue
from connaissances.officiel.ours import index_answers
from connaissances.officiel.quoting import DatedAmounts
from connaissances.officiel.search import FileFinder
from droits.client import DroitsClient
from simulateur.parametres import Parametres, format_value

logger = logging.getLogger("actions")

ACTIONS: tuple[type[FrenchAction], ...] = (
    AnswerAction,
    ChooseProfil,
    DidYouMean,
    OutOfScope,
    DefaultFallback,
    DefaultAffirmation,
    Refuse,
    Simulate,
    ComputeRetraiteAge,
    ComputeCpf,
    ValidateRetraiteAge,
    ValidateCpf,
    AskBirthDate,
    AskBalance,
    AskShare,
)
# What the assistant says of itself answers no question that understanding missed.
UNINDEXED_THEMES = ("service",)
MAX_BODY = 20_000_000  # Rasa sends the whole tracker with each call


def build_services(settings: Settings, now: Callable[[], datetime] | None = None) -> Services:
    """Load the answers and open the clients. Raises: ConnaissancesError, ParametreError."""
    parametres = Parametres.load()
    catalogue = load_catalogue(settings.content, parametres.value, format_value)
    return Services(
        catalogue=catalogue,
        rights=DroitsClient(settings.droits_url),
        simulator=SimulateurClient(settings.simulateur_url),
        languages=Languages.load(settings.content / "langues.yml"),
        now=now or (lambda: datetime.now(UTC)),
        low_confidence=settings.low_confidence,
        passages=build_passages(catalogue, parametres, settings),
    )


def build_passages(catalogue: Catalogue, parametres: Parametres, settings: Settings) -> Passages:
    """Index our answers and open the imported fiches, which may come later."""
    known = [parametres.definition(ref) for ref in parametres.references]
    return Passages(
        answers=index_answers(catalogue.fiches, catalogue.sujets, without=UNINDEXED_THEMES),
        fiches=FileFinder(settings.fiches),
        amounts=DatedAmounts((entry.libelle, entry.unite) for entry in known),
        least=settings.passage_confidence,
    )


def build_executor(services: Services) -> ActionExecutor:
    """Register every action with its services."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    return executor


def create_app(services: Services, name: str = "actions") -> Sanic[Any, Any]:
    """Make the application: `POST /webhook`, `GET /ready`, `GET /health`."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.ACCESS_LOG = False
    executor = build_executor(services)

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        call = _body(request)
        if call is None:
            return _problem(400, "requête illisible")
        call.setdefault("domain", {})
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as exc:
            return json_response({"error": "rejet", "action_name": exc.action_name}, status=400)
        except ActionNotFoundException as exc:
            logger.error("unknown action %s", exc.action_name)
            return json_response({"error": "action inconnue", "action_name": exc.action_name}, status=404)
        return json_response(result.model_dump() if result else {"events": [], "responses": []})

    @app.get("/ready")
    @app.get("/health", name="health")
    async def ready(request: Request) -> HTTPResponse:
        return json_response({"status": "ok", "sujets": len(services.catalogue.sujets)})

    @app.exception(Exception)
    async def refuse(request: Request, exc: Exception) -> HTTPResponse:
        status = exc.status_code if isinstance(exc, SanicException) else 500
        if status >= 500:
            logger.error("request failed: %s", describe(exc))
        return _problem(status, "erreur du serveur d'actions" if status >= 500 else "requête refusée")

    @app.after_server_stop
    async def close(app: Sanic[Any, Any]) -> None:
        for client, method in ((services.rights, "aclose"), (services.simulator, "close")):
            if stop := getattr(client, method, None):
                await stop()

    return app


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    app = create_app(build_services(settings))
    logger.info("actions listening on %s:%s", settings.host, settings.port)
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)


def _body(request: Request) -> dict[str, Any] | None:
    """The JSON object sent by Rasa, which may be deflated; None when it is not one."""
    raw = request.body
    try:
        if request.headers.get("content-encoding") == "deflate":
            raw = zlib.decompressobj().decompress(raw, MAX_BODY)
        call = json.loads(raw)
    except (ValueError, zlib.error, RecursionError):
        return None
    tracker = call.get("tracker") if isinstance(call, dict) else None
    return call if isinstance(tracker, dict) and "sender_id" in tracker else None


def _problem(status: int, error: str) -> HTTPResponse:
    return json_response({"error": error}, status=status)
