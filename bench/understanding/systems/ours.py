"""Ours: `config.yml` as `make train` trains it and `nlu.serve` serves it; its folder and cache are its own.

Trained twice in the same folder, it finds the vectors of the first time, as `make train` does after a change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.understanding.systems import rasa_model

_ROOT = Path(__file__).resolve().parents[3]


def train(folder: Path, recipe: dict[str, Any], sentences: list[tuple[str, str]]) -> None:
    from scripts.train import prepare_vectors

    project = folder / "projet"
    rasa_model.write_sentences(project / "data" / "nlu" / "phrases.yml", sentences)
    shutil.copy(_ROOT / "config.yml", project)
    shutil.copytree(_ROOT / "data" / "calage", project / "data" / "calage", dirs_exist_ok=True)
    os.chdir(project)  # the paths of config.yml are relative
    prepare_vectors(project)
    print("apprentissage", flush=True)
    output = folder if not (folder / "modele.tar.gz").exists() else folder / "sujet"
    rasa_model.train(project / "config.yml", project / "data" / "nlu", output)


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    from nlu import hotspots, inert_tensorflow

    inert_tensorflow.install()
    hotspots.apply()
    from nlu.serve import warm_up

    agent = rasa_model.load_agent(folder / "modele.tar.gz")
    warm_up(agent)
    return rasa_model.reader(agent)
