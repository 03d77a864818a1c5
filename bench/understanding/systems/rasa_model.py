"""Rasa's own training and reading of a message, understanding alone: for the stock pipelines and for ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml


def write_sentences(path: Path, sentences: list[tuple[str, str]]) -> None:
    """Write a training file in Rasa's format."""
    by_intent: dict[str, list[str]] = {}
    for intent, text in sentences:
        by_intent.setdefault(intent, []).append(f"- {text}\n")
    nlu = [{"intent": intent, "examples": "".join(lines)} for intent, lines in by_intent.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=10_000), encoding="utf-8"
    )


def quiet() -> None:
    """As the `rasa` command does: without it, Rasa writes a debug line a message, which costs it time."""
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)


def train(config: Path, data: Path, output: Path) -> None:
    """Train into `output`/modele.tar.gz."""
    from rasa.model_training import train_nlu

    quiet()
    if train_nlu(str(config), str(data), str(output), fixed_model_name="modele") is None:
        raise RuntimeError("Rasa n'a produit aucun modèle.")


def reader(agent: Any) -> Callable[[str], dict[str, Any]]:
    """What reads a message with a loaded agent."""
    from rasa.core.channels.channel import UserMessage

    loop = asyncio.new_event_loop()

    def answer(text: str) -> dict[str, Any]:
        parsed = loop.run_until_complete(agent.processor.parse_message(UserMessage(text)))
        ranking = [[row["name"], row["confidence"]] for row in parsed["intent_ranking"]]
        return {"intent": parsed["intent"]["name"], "ranking": ranking}

    return answer


def load_agent(model: Path) -> Any:
    """Load a model as Rasa does.

    Raises: ValueError when it was not trained.
    """
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    if not agent.is_ready():
        raise ValueError(f"modèle illisible : {model}")
    return agent
