"""Fits the adapter of the sentence encoder on the training sentences, with TensorFlow on the CPU.

The encoder learns to put sentences of one topic side by side: a cosine classifier sits on its vectors while
they are fitted, and is thrown away. Only the scales of the 4-bit blocks, the biases and the layer norms move
(2 % of the weights): what the engine runs afterwards is exactly what was fitted, up to half precision.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from nlu.encoder_file import BLOCK, EncoderFile, Tokens
from nlu.topic_model import unit_rows

_PREFIX = "query: "
_SPACE = "\u2581"
_LONGEST_PIECE = 48  # bytes; the vocabulary has none longer
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")
_EPSILON = 1e-12


@dataclass(frozen=True)
class Fit:
    """How to fit; chosen by measurement, see docs/decisions/0008-encodeur-adapte.md."""

    epochs: int = 3
    learning_rate: float = 1e-3
    tokens: int = 1500  # in one step
    most_tokens: int = 96  # of one sentence
    sharpness: float = 20.0  # of the softmax over cosines
    smoothing: float = 0.1
    dropout: float = 0.1


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


def fit_adapter(
    file: EncoderFile, texts: list[str], labels: list[str], fit: Fit, say: Callable[[str], None]
) -> dict[str, np.ndarray]:
    """Return the adapter fitted on normalised texts; `say` is told of the progress."""
    names, truth = np.unique(np.array(labels), return_inverse=True)
    vocabulary = file.tokens()
    sentences = [tokenize(text, vocabulary, fit.most_tokens) for text in texts]
    say(f"{len(texts)} phrases, {len(names)} sujets")
    encoder = Encoder(file, fit.dropout)
    moving = list(encoder.variables.values())
    vectors = _all_vectors(encoder, sentences, fit.tokens)
    mean = tf.Variable(vectors.mean(axis=0))
    centres = [vectors[truth == label].mean(axis=0) - vectors.mean(axis=0) for label in range(len(names))]
    topics = tf.Variable(unit_rows(np.array(centres)))
    adam = tf.keras.optimizers.legacy.Adam
    for_encoder, for_topics = adam(fit.learning_rate), adam(2 * fit.learning_rate)

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, None, file.width)),
            tf.TensorSpec((None, None)),
            tf.TensorSpec((None,), tf.int64),
        ],
        autograph=False,  # nothing to rewrite, and its zip knows no `strict`
    )
    def step(embedded: tf.Tensor, present: tf.Tensor, expected: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            found = tf.math.l2_normalize(encoder.vectors(embedded, present, True) - mean, -1)
            scores = tf.matmul(found, tf.math.l2_normalize(topics, -1), transpose_b=True) * fit.sharpness
            wanted = tf.one_hot(expected, len(names)) * (1 - fit.smoothing) + fit.smoothing / len(names)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))
        gradients = tape.gradient(loss, [*moving, topics])
        gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
        for_encoder.apply_gradients(zip(gradients[:-1], moving, strict=True))
        for_topics.apply_gradients([(gradients[-1], topics)])
        return loss, tf.reduce_mean(tf.cast(tf.argmax(scores, 1) == expected, tf.float32))

    generator = np.random.RandomState(0)
    batches = [list(_batches(sentences, fit.tokens, generator)) for _ in range(fit.epochs)]
    total, started = sum(map(len, batches)), time.monotonic()
    recent: list[tuple[float, float]] = []
    for done, batch in enumerate((batch for epoch in batches for batch in epoch), start=1):
        rate = min(1.0, done / (0.1 * total)) * max(0.02, 1 - done / total)  # warm up, then slow down
        for_encoder.learning_rate.assign(fit.learning_rate * rate)
        for_topics.learning_rate.assign(2 * fit.learning_rate * rate)
        embedded, present = encoder.embed([sentences[i] for i in batch])
        loss, right = step(embedded, present, truth[batch].astype(np.int64))
        recent.append((float(loss), float(right)))
        if done % 50 == 0 or done == total:
            lost, hit = np.mean(recent, axis=0)
            left = (time.monotonic() - started) * (total - done) / done
            say(f"pas {done}/{total} : perte {lost:.3f}, juste {hit:.3f}, encore {left / 60:.0f} min")
            recent.clear()
    return encoder.adapter()


def _all_vectors(encoder: Encoder, sentences: list[list[int]], tokens: int) -> np.ndarray:
    found = np.zeros((len(sentences), encoder.embed(sentences[:1])[0].shape[-1]), np.float32)
    for batch in _batches(sentences, 4 * tokens, np.random.RandomState(0)):
        embedded, present = encoder.embed([sentences[i] for i in batch])
        found[batch] = encoder.vectors(tf.constant(embedded), tf.constant(present), False).numpy()
    return found


def _batches(
    sentences: list[list[int]], tokens: int, generator: np.random.RandomState
) -> Iterator[list[int]]:
    """Batches of sentences of about the same length, `tokens` tokens each, in a drawn order."""
    order = generator.permutation(len(sentences))
    batches: list[list[int]] = []
    for start in range(0, len(order), 2048):  # lengths are sorted inside a part: batches differ at each pass
        batch: list[int] = []
        for index in sorted(order[start : start + 2048], key=lambda i: len(sentences[i])):
            if batch and (len(batch) + 1) * len(sentences[index]) > tokens:
                batches.append(batch)
                batch = []
            batch.append(int(index))
        batches.append(batch)
    generator.shuffle(batches)
    yield from batches
