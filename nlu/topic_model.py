"""The calibrated topic classifier, free of Rasa: two models, the slow one asked only when the fast one is
unsure.

Tier `fast`: character and word n-grams with USE vectors. Tier `full`: the same with e5 vectors. Vectors are
seen through a Gaussian kernel on a few training sentences, the landmarks. The confidence is the probability
that the first topic is right; it is fitted on sentences kept apart, never on what is trained on or reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np

from nlu.ngrams import NgramVectorizer
from nlu.normalizer import fold

VectorSource = Callable[[], np.ndarray]
TIERS: dict[str, tuple[str, ...]] = {"fast": ("use",), "full": ("use", "e5")}


@dataclass(frozen=True)
class Settings:
    """What was chosen by measurement; see docs/decisions/0003-comprehension.md."""

    ridge: float = 0.05
    char_grams: int = 6000  # the most frequent ones
    word_grams: int = 2000
    landmarks: int = 2048  # training sentences through which vectors are seen, as many for each label
    use_weight: float = 3.0  # of each kernel beside the n-grams, which count 1 each
    e5_weight: float = 8.0
    dimensions: int = 128  # kept of each sentence vector: as right as all of them, four times less to read
    accuracy_loss: float = 0.0  # what the cascade may lose, on unseen sentences, against the full tier

    def weight(self, network: str) -> float:
        return self.use_weight if network == "use" else self.e5_weight


@dataclass
class Tier:
    """One model: n-gram weights (features, labels), for each network those of its landmarks
    (landmarks, labels), and its calibration."""

    text: np.ndarray
    near: dict[str, np.ndarray]
    temperature: float = 1.0
    calibration: np.ndarray = field(default_factory=lambda: np.array([1.0, 0.0, 0.0, 0.0]))

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        shifted = scores * self.temperature
        shifted = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))

    def confidence(self, probabilities: np.ndarray, closeness: np.ndarray) -> np.ndarray:
        z = calibration_features(probabilities, closeness) @ self.calibration[:-1] + self.calibration[-1]
        return np.asarray(1 / (1 + np.exp(-z)))


def calibration_features(probabilities: np.ndarray, closeness: np.ndarray) -> np.ndarray:
    """Log-odds of the first label, log-ratio of the first two, cosine with the nearest landmark: (n, 3)."""
    ordered = np.sort(np.atleast_2d(probabilities), axis=1)
    first, second = np.clip(ordered[:, -1], 1e-6, 1 - 1e-6), np.clip(ordered[:, -2], 1e-6, 1)
    return np.column_stack([np.log(first / (1 - first)), np.log(first / second), closeness])


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Scale each vector to length one."""
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, 1e-9), dtype=np.float32)


def meaning_kernel(cosines: np.ndarray) -> np.ndarray:
    """Gaussian kernel of unit vectors, from their cosines."""
    return np.asarray(np.exp(2 * cosines - 2))


@dataclass(frozen=True)
class Prediction:
    """Labels in decreasing probability; `confidence` is the calibrated one, of the first."""

    ranking: list[tuple[str, float]]
    confidence: float
    tier: str


class TopicModel:
    """Predicts; training is in nlu.topic_training, so that serving never imports scikit-learn."""

    def __init__(
        self,
        settings: Settings,
        labels: list[str],
        vectorizers: list[NgramVectorizer],
        axes: dict[str, np.ndarray],
        landmarks: dict[str, np.ndarray],
        tiers: dict[str, Tier],
        cascade_threshold: float,
        report: dict[str, Any],
    ) -> None:
        self.settings, self.labels, self.vectorizers = settings, labels, vectorizers
        # Of each network: (size, dimensions), (landmarks, dimensions).
        self.axes, self.landmarks = axes, landmarks
        self.tiers, self.cascade_threshold, self.report = tiers, cascade_threshold, report

    def predict(self, text: str, sources: dict[str, VectorSource], thorough: bool = False) -> Prediction:
        """Rank the labels for a normalised text; `sources` gives the unit vectors on demand.

        `thorough` asks the full tier whatever the fast one says.
        """
        indices, values = self._text_row(fold(text))
        cosines = {"use": self._cosines("use", sources)}
        prediction = self._apply("fast", indices, values, cosines)
        if prediction.confidence >= self.cascade_threshold and not thorough:
            return prediction
        cosines["e5"] = self._cosines("e5", sources)
        return self._apply("full", indices, values, cosines)

    def _text_row(self, folded: str) -> tuple[np.ndarray, np.ndarray]:
        all_indices, all_values, offset = [], [], 0
        for vectorizer in self.vectorizers:
            indices, values, _ = vectorizer.row(folded)
            all_indices.append(indices + offset)
            all_values.append(values)
            offset += len(vectorizer.vocabulary)
        return np.concatenate(all_indices), np.concatenate(all_values)

    def _cosines(self, network: str, sources: dict[str, VectorSource]) -> np.ndarray:
        return np.asarray(self.landmarks[network] @ unit_rows(sources[network]() @ self.axes[network]))

    def _apply(
        self, name: str, indices: np.ndarray, values: np.ndarray, cosines: dict[str, np.ndarray]
    ) -> Prediction:
        tier = self.tiers[name]
        scores = values @ tier.text[indices]
        for network, weights in tier.near.items():
            scores = scores + meaning_kernel(cosines[network]) @ weights
        probabilities = tier.probabilities(scores)
        nearest = cosines[TIERS[name][-1]].max()
        confidence = float(tier.confidence(probabilities, np.array([nearest]))[0])
        order = np.argsort(-probabilities)
        return Prediction([(self.labels[i], float(probabilities[i])) for i in order], confidence, name)

    def save(self, arrays_file: str) -> dict[str, Any]:
        """Write the arrays; return what is plain data."""
        arrays = {f"idf_{i}": v.idf for i, v in enumerate(self.vectorizers)}
        arrays.update({f"axes_{network}": matrix for network, matrix in self.axes.items()})
        arrays.update({f"landmarks_{network}": matrix for network, matrix in self.landmarks.items()})
        for name, tier in self.tiers.items():
            arrays[f"text_{name}"] = tier.text
            arrays.update({f"near_{name}_{network}": matrix for network, matrix in tier.near.items()})
            arrays[f"calibration_{name}"] = tier.calibration
        np.savez(arrays_file, **arrays)
        return {
            "settings": self.settings.__dict__,
            "labels": self.labels,
            "vectorizers": [v.as_dict() for v in self.vectorizers],
            "temperatures": {n: t.temperature for n, t in self.tiers.items()},
            "cascade_threshold": self.cascade_threshold,
            "report": self.report,
        }

    @classmethod
    def load(cls, data: dict[str, Any], arrays_file: str) -> TopicModel:
        with np.load(arrays_file, allow_pickle=False) as arrays:
            vectorizers = [
                NgramVectorizer.from_dict(v, arrays[f"idf_{i}"]) for i, v in enumerate(data["vectorizers"])
            ]
            tiers = {
                name: Tier(
                    arrays[f"text_{name}"],
                    {network: arrays[f"near_{name}_{network}"] for network in TIERS[name]},
                    temperature,
                    arrays[f"calibration_{name}"],
                )
                for name, temperature in data["temperatures"].items()
            }
            axes = {network: arrays[f"axes_{network}"] for network in TIERS["full"]}
            landmarks = {network: arrays[f"landmarks_{network}"] for network in TIERS["full"]}
        return cls(
            Settings(**data["settings"]),
            data["labels"],
            vectorizers,
            axes,
            landmarks,
            tiers,
            data["cascade_threshold"],
            data["report"],
        )
