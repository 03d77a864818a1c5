"""Starts Rasa for the gate alone: our channel at /gate on the loopback, nothing else mounted, a
checked model.

Run: .venv-rasa/bin/python -m nlu.serve. Telemetry is off, and no log line holds a message's text.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# One thread: the vectors are for one sentence at a time, and the machine is shared.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"
warnings.filterwarnings("ignore")

from nlu.errors import ModelUnavailable, NluError  # noqa: E402
from nlu.manifest import Manifest, checked_model  # noqa: E402
from nlu.settings import Settings  # noqa: E402

logger = logging.getLogger("nlu.serve")
ROOT = Path(__file__).resolve().parent.parent
LARGEST_REQUEST = 64 * 1024


def configure_logs() -> None:
    """Our lines only, prefixed; Rasa's own speak of messages and are kept to errors without traces."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[rasa] %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    logging.getLogger("nlu").setLevel(logging.INFO)
    logging.captureWarnings(True)  # some libraries reset the filters
    for name in ("rasa", "sanic.root", "sanic.error", "sanic.access", "asyncio", "py.warnings"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def build_agent(settings: Settings, archive: Path) -> Any:
    """Assemble Rasa's agent with our processor, action endpoint and tracker store."""
    from rasa.core.agent import Agent
    from rasa.core.brokers.broker import EventBroker  # noqa: F401  (registers the type that stores refer to)
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    from nlu.action_endpoint import ActionEndpoint
    from nlu.processor import GateProcessor

    os.environ.setdefault("ACTIONS_URL", settings.actions_url)
    os.environ.setdefault("TRACKER_DB", settings.tracker_db)
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    store = TrackerStore.create(endpoints.tracker_store)
    agent = Agent(tracker_store=store)
    # Rasa wraps the store in one that answers "new conversation" when a read fails: we want the failure.
    agent.tracker_store = store
    agent.action_endpoint = ActionEndpoint(endpoints.action.url, settings.actions_timeout)
    agent.processor = GateProcessor(
        model_path=str(archive),
        tracker_store=store,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=agent.nlg,
    )
    agent.domain = store.domain = agent.processor.domain
    return agent


def warm_up(agent: Any) -> None:
    """Understand one sentence with every network, so that the first usager does not wait for their
    loading."""
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    for node in agent.processor.graph_runner._instantiated_nodes.values():
        component = node._component
        if hasattr(component, "warm_up"):
            component.warm_up()
    tracker = DialogueStateTracker.from_events("warm-up", [])
    agent.processor._parse_message_with_graph(UserMessage("bonjour"), tracker)


def create_app(settings: Settings) -> Any:
    """Build the Sanic application; the model is loaded just before it listens."""
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from nlu.gate_channel import GateInput

    app = Sanic("rasa_gate", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    app.config.KEEP_ALIVE_TIMEOUT = 75
    register([GateInput(settings.secret)], app, route="/")

    async def load(app: Any, loop: Any) -> None:
        load_model(app, settings)

    async def close(app: Any, loop: Any) -> None:
        agent = getattr(app.ctx, "agent", None)
        if agent is not None:
            await agent.action_endpoint.close()

    app.register_listener(load, "before_server_start")
    app.register_listener(close, "after_server_stop")
    return app


def load_model(app: Any, settings: Settings) -> None:
    """Put the agent in `app.ctx`, or why there is none: the server then answers 503 and says so."""
    started = time.monotonic()
    try:
        archive, manifest = checked_model(settings.model_directory)
        agent = build_agent(settings, archive)
        warm_up(agent)
    except ModelUnavailable as error:
        app.ctx.model_problem = error.detail
        logger.error("%s", error.detail)
        return
    app.ctx.manifest, app.ctx.agent = manifest, agent
    announce(manifest, time.monotonic() - started)


def announce(manifest: Manifest, seconds: float) -> None:
    logger.info("modèle %s chargé en %.1f s, prêt", manifest.model, seconds)


def main() -> int:
    configure_logs()
    try:
        settings = Settings.from_environment()
    except NluError as error:
        logger.error("%s", error.detail)
        return 2
    from nlu import hotspots, inert_tensorflow

    if os.environ.get("RASA_FULL_IMPORTS") != "1":  # for a pipeline that does use TensorFlow
        inert_tensorflow.install()
    hotspots.apply()
    app = create_app(settings)
    logger.info("écoute sur %s:%d après le chargement du modèle", settings.host, settings.port)
    try:
        app.run(host=settings.host, port=settings.port, workers=1, access_log=False, debug=False, motd=False)
    except OSError as error:
        logger.error(
            "le port %d n'est pas libre (%s) : arrêtez l'autre processus ou changez RASA_PORT",
            settings.port,
            error.strerror,
        )
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
