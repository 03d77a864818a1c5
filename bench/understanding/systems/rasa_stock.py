"""(a) and (b): the components that come with Rasa 3.6, as the recipe lists them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bench.understanding.systems import rasa_model


def train(folder: Path, recipe: dict[str, Any], sentences: list[tuple[str, str]]) -> None:
    rasa_model.write_sentences(folder / "nlu.yml", sentences)
    config = {
        "recipe": "default.v1",
        "assistant_id": "pair",
        "language": "fr",
        "pipeline": recipe["pipeline"],
    }
    (folder / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    rasa_model.train(folder / "config.yml", folder / "nlu.yml", folder)


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    rasa_model.quiet()
    return rasa_model.reader(rasa_model.load_agent(folder / "modele.tar.gz"))
