"""Runs one of our processes with a stopwatch around its main functions: `python bench/spans.py NAME FILE`.

Each passage is written as it ends, one JSON line; the clock is the machine's, the same for every process.
Python 3.10 (Rasa) and 3.11 (ours); the processes know nothing of it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])


class Stopwatch:
    """Wraps functions, and writes when each began and ended."""

    def __init__(self, file: str) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, name: str, started: int) -> None:
        """Write one passage."""
        line = json.dumps([name, started, time.perf_counter_ns()]) + "\n"
        os.write(self._file, line.encode())

    def around(self, owner: Any, attribute: str, name: str) -> None:
        """Time a method, whatever its kind."""
        original = getattr(owner, attribute)
        if inspect.iscoroutinefunction(original):

            @functools.wraps(original)
            async def timed(*args: Any, **kwargs: Any) -> Any:
                started = time.perf_counter_ns()
                try:
                    return await original(*args, **kwargs)
                finally:
                    self.note(name, started)
        else:

            @functools.wraps(original)
            def timed(*args: Any, **kwargs: Any) -> Any:
                started = time.perf_counter_ns()
                try:
                    return original(*args, **kwargs)
                finally:
                    self.note(name, started)

        setattr(owner, attribute, timed)

    def around_context(self, owner: Any, attribute: str, name: str) -> None:
        """Time an asynchronous context, from before it opens until it is closed."""
        original = getattr(owner, attribute)

        @asynccontextmanager
        async def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter_ns()
            try:
                async with original(*args, **kwargs) as value:
                    yield value
            finally:
                self.note(name, started)

        setattr(owner, attribute, timed)


def service(watch: Stopwatch) -> Any:
    """The gate."""
    from sqlalchemy.ext.asyncio import AsyncConnection

    import app
    from handoff.assistant import Assistant
    from handoff.core import Core
    from handoff.distress import DistressDetector
    from handoff.service.conversations import Conversations
    from handoff.service.gate import Gate
    from handoff.service.turns import Turns

    watch.around(Conversations, "authenticate", "authentification")
    watch.around(Gate, "receive", "passerelle")
    watch.around_context(Core, "transaction", "transaction de la passerelle")
    watch.around(AsyncConnection, "commit", "écriture sur disque (commit)")
    watch.around(DistressDetector, "__call__", "détresse")
    watch.around(Turns, "_record", "enregistrement de la réponse")
    watch.around(Gate, "_record", "enregistrement du message")
    watch.around(Assistant, "turn", "appel de Rasa")
    return app.main


def rasa(watch: Stopwatch) -> Any:
    """Understanding and dialogue."""
    # By name: type checkers of the service's environment do not know Rasa.
    serve, embedding, channel, classifier, store, endpoint, processor = (
        importlib.import_module(f"nlu.{name}")
        for name in (
            "serve",
            "embedding",
            "gate_channel",
            "intent_classifier",
            "tracker_store",
            "action_endpoint",
            "processor",
        )
    )
    vector = embedding.Embedder.vector

    def timed_vector(self: Any, text: str) -> Any:
        started = time.perf_counter_ns()
        try:
            return vector(self, text)
        finally:
            watch.note(f"vecteur {self._identity.split('-')[0]}", started)

    embedding.Embedder.vector = timed_vector
    watch.around(channel.GateInput, "post_message", "canal de Rasa")
    watch.around(store.CompactTrackerStore, "retrieve", "suivi : lecture")
    watch.around(store.CompactTrackerStore, "save", "suivi : écriture")
    watch.around(processor.GateProcessor, "_read", "compréhension (fil d'exécution)")
    watch.around(processor.GateProcessor, "_parse_message_with_graph", "compréhension")
    watch.around(classifier.CalibratedTopicClassifier, "process", "classifieur")
    watch.around(processor.GateProcessor, "_predict_next_with_tracker", "politiques")
    watch.around(processor.GateProcessor, "_run_action", "action (côté Rasa)")
    watch.around(endpoint.ActionEndpoint, "request", "appel du serveur d'actions")
    return serve.main


def actions(watch: Stopwatch) -> Any:
    """The actions."""
    from rasa_sdk.executor import ActionExecutor

    import actions.__main__ as entry
    from actions.base import FrenchAction

    watch.around(ActionExecutor, "run", "serveur d'actions")
    watch.around(FrenchAction, "run", "action")
    return entry.main


if __name__ == "__main__":
    main = {"service": service, "rasa": rasa, "actions": actions}[sys.argv[1]](Stopwatch(sys.argv[2]))
    sys.argv = sys.argv[:1]
    sys.exit(main())
