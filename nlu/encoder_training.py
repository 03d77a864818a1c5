"""Fits the adapter of the sentence encoder on the training sentences, with TensorFlow on the CPU.

The encoder learns to put sentences of one topic side by side: a cosine classifier sits on its vectors while
they are fitted, and is thrown away. Only the scales of the 4-bit blocks, the biases and the layer norms move
(2 % of the weights): what the engine runs afterwards is exactly what was fitted, up to half precision.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from nlu.encoder import Encoder, batches
from nlu.encoder_file import EncoderFile
from nlu.topic_model import unit_rows


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


def fit_adapter(
    file: EncoderFile, texts: list[str], labels: list[str], fit: Fit, say: Callable[[str], None]
) -> dict[str, np.ndarray]:
    """Return the adapter fitted on normalised texts; `say` is told of the progress."""
    names, truth = np.unique(np.array(labels), return_inverse=True)
    say(f"{len(texts)} phrases, {len(names)} sujets")
    encoder = Encoder(file, fit.dropout)
    sentences = encoder.tokenize(texts, fit.most_tokens)
    moving = list(encoder.variables.values())
    vectors = encoder.encode_tokens(sentences)
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
    passes = [_drawn_batches(sentences, fit.tokens, generator) for _ in range(fit.epochs)]
    total, started = sum(map(len, passes)), time.monotonic()
    recent: list[tuple[float, float]] = []
    for done, batch in enumerate((batch for one_pass in passes for batch in one_pass), start=1):
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


def _drawn_batches(
    sentences: list[list[int]], tokens: int, generator: np.random.RandomState
) -> list[list[int]]:
    """Batches of sentences of about the same length, in a drawn order."""
    order = generator.permutation(len(sentences))
    found: list[list[int]] = []
    for start in range(0, len(order), 2048):  # lengths are sorted inside a part: batches differ at each pass
        found += batches(sentences, order[start : start + 2048], tokens)
    generator.shuffle(found)
    return found
