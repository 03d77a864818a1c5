"""Sentence vectors: the disk cache, and the work shared between processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nlu.embedding import Embedder
from nlu.vector_cache import VectorCache

SENTENCES = ["bonjour", "combien j'ai sur mon cpf ?", "je veux changer de metier", "bonjour"]


@pytest.mark.parametrize("network", ["use", "e5"])
def test_processes_compute_what_one_process_computes(network: str, tmp_path: Path) -> None:
    alone = Embedder(network).matrix(SENTENCES)
    progress = list(Embedder(network).complete(SENTENCES, tmp_path / "vectors.db"))
    assert progress == [(3, 3)]
    kept = VectorCache(tmp_path / "vectors.db", Embedder(network).identity).read(SENTENCES)
    assert np.allclose(np.stack([kept[text] for text in SENTENCES]), alone, atol=1e-6)


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


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    code = (
        "import sys, multiprocessing; from pathlib import Path; from nlu.embedding import Embedder\n"
        "texts = [f'phrase {n} sur le compte formation' for n in range(20_000)]\n"
        "for _ in Embedder('e5').complete(texts, Path(sys.argv[1])):\n"
        "    print(*(p.pid for p in multiprocessing.active_children()), flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "vectors.db")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while any(_runs(pid) for pid in children):
        assert time.monotonic() < deadline, "a process outlives the training that started it"
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
