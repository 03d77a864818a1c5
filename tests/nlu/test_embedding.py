"""Sentence vectors: the disk cache, and what computes thousands of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from nlu.embedding import Embedder
from nlu.vector_cache import VectorCache

LONG = "allo oui voila mon fils me dit que j'ai un compte pour la formation et je ne sais pas ou le voir " * 3
SENTENCES = ["bonjour", "combien j'ai sur mon cpf ?", "je veux changer de metier", LONG, "bonjour"]


@pytest.mark.parametrize("network", ["use", "e5"])
def test_many_sentences_get_the_vectors_of_one(network: str, tmp_path: Path) -> None:
    alone = np.stack([Embedder(network).vector(text) for text in SENTENCES])
    assert list(Embedder(network).complete(SENTENCES, tmp_path / "vectors.db")) == [(4, 4)]
    together = Embedder(network).matrix(SENTENCES, tmp_path / "vectors.db")
    assert (alone * together).sum(axis=1).min() > 0.9997  # the engine of one sentence rounds activations


def test_only_new_sentences_are_computed(tmp_path: Path) -> None:
    file = tmp_path / "vectors.db"
    list(Embedder("use").complete(SENTENCES, file))
    assert list(Embedder("use").complete(SENTENCES, file)) == []
    assert list(Embedder("use").complete([*SENTENCES, "et ma retraite"], file)) == [(1, 1)]


def test_the_cache_tells_networks_apart_and_keeps_no_text(tmp_path: Path) -> None:
    file = tmp_path / "vectors.db"
    VectorCache(file, "one").write(["je suis malade"], np.ones((1, 4), np.float32))
    assert VectorCache(file, "another").missing(["je suis malade"]) == ["je suis malade"]
    with sqlite3.connect(file) as connection:
        assert "malade" not in "".join(connection.iterdump())


def test_no_file_keeps_nothing() -> None:
    cache = VectorCache(None, "use")
    cache.write(["bonjour"], np.ones((1, 4), np.float32))
    assert cache.read(["bonjour"]) == {}
    assert cache.missing(["bonjour", "bonjour"]) == ["bonjour"]
