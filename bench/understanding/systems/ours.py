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
    from nlu.hotspots import train_without_cache
    from scripts.train import prepare_vectors

    train_without_cache()
    project = write_project(folder / "projet", sentences)
    os.chdir(project)  # the paths of config.yml are relative
    prepare_vectors(project)
    print("apprentissage", flush=True)
    output = folder if not (folder / "modele.tar.gz").exists() else folder / "sujet"
    rasa_model.train(project / "config.yml", project / "data" / "nlu", output)


def write_project(project: Path, sentences: list[tuple[str, str]]) -> Path:
    """Write what `config.yml` reads, its paths being relative: the sentences, and our own files."""
    rasa_model.write_sentences(project / "data" / "nlu" / "phrases.yml", sentences)
    for name in ("config.yml", "data/calage/phrases.yml", "connaissances/sujets.yml"):
        copied = project / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_ROOT / name, copied)
    return project


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    from nlu import hotspots, inert_tensorflow

    inert_tensorflow.install()
    hotspots.apply()
    from nlu.serve import warm_up

    agent = rasa_model.load_agent(folder / "modele.tar.gz")
    warm_up(agent)
    return rasa_model.reader(agent)
