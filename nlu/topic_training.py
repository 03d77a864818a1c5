"""Fits the topic classifier in closed form: ridge regression on n-grams and on nearness to landmarks.

Temperature, calibration and cascade threshold are then fitted on sentences kept apart (data/calage).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from nlu.ngrams import NgramVectorizer
from nlu.normalizer import fold
from nlu.topic_model import (
    TIERS,
    Settings,
    Tier,
    TopicModel,
    calibration_features,
    meaning_kernel,
    unit_rows,
)

_SMALLEST_PART = 1e-6  # of the kernel's largest eigenvalue: smaller ones are rounding
_SENTENCES_AT_ONCE = 4096
_FEWEST_APART = 40  # fewer sentences than that say little of how sure to be


def new_vectorizers(folded: list[str], settings: Settings) -> list[NgramVectorizer]:
    return [
        NgramVectorizer("char", 2, 5, settings.char_grams).fit(folded),
        NgramVectorizer("word", 1, 2, settings.word_grams).fit(folded),
    ]


def main_axes(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the axes along which centred vectors differ most, at most `count`, the first first."""
    _, axes = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))  # in increasing order
    return np.ascontiguousarray(axes[:, ::-1][:, :count], dtype=np.float32)


def draw_landmarks(truth: np.ndarray, count: int) -> np.ndarray:
    """Draw the training sentences through which vectors are seen, as many for each label; always the same."""
    generator = np.random.RandomState(0)
    labels = np.unique(truth)
    each = max(1, count // len(labels))
    drawn = []
    for label in labels:
        rows = np.where(truth == label)[0]
        drawn.append(generator.choice(rows, min(each, len(rows)), replace=False))
    return np.concatenate(drawn)


def whitening(landmarks: np.ndarray) -> np.ndarray:
    """Matrix that makes nearness to the landmarks an orthonormal view of the kernel (Nyström)."""
    values, axes = np.linalg.eigh(meaning_kernel(landmarks @ landmarks.T).astype(np.float64))
    kept = values > _SMALLEST_PART * values.max()
    return np.asarray(axes[:, kept] / np.sqrt(values[kept]), dtype=np.float32)


def solve(gram: np.ndarray, products: np.ndarray, ridge: float) -> np.ndarray:
    """Return the weight of each feature for each label; `gram` holds its lower triangle."""
    from scipy.linalg import cho_factor, cho_solve

    damped = np.array(gram, order="F")
    damped[np.diag_indices_from(damped)] += np.float32(ridge)
    factor = cho_factor(damped, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, products, check_finite=False), dtype=np.float32)


def fit_temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """Temperature that gives the truth the best likelihood."""
    best, best_loss = 1.0, np.inf
    for temperature in np.geomspace(0.5, 30, 60):
        shifted = scores * temperature
        top = shifted.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(shifted - top).sum(axis=1)) + top[:, 0]
        loss = float((log_sum - shifted[np.arange(len(truth)), truth]).mean())
        if loss < best_loss:
            best, best_loss = float(temperature), loss
    return best


def fit_calibration(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Logistic weights (one a feature, and an intercept) for "the first label is right"."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():  # nothing to tell apart
        return np.array([1.0, 0.0, 0.0, 0.0])
    model = LogisticRegression(C=10.0, max_iter=1000).fit(features, right)
    return np.concatenate([model.coef_[0], model.intercept_])


def choose_cascade(
    fast_confidence: np.ndarray, fast_right: np.ndarray, full_right: np.ndarray, allowed_loss: float
) -> float:
    """Smallest confidence of the fast tier above which it may answer alone, and so may every larger one.

    A smaller one that seems good again owes it to the few sentences in between.
    """
    target = full_right.mean() - allowed_loss
    chosen = 1.01
    for threshold in np.arange(0.99, 0.49, -0.01):
        kept = np.where(fast_confidence >= threshold, fast_right, full_right)
        if kept.mean() < target:
            break
        chosen = float(threshold)
    return chosen


@dataclass(frozen=True)
class Apart:
    """Sentences on which the confidence is fitted: neither trained on nor reported on.

    Normalised texts, the topic of each, every topic that would be right for it, and centred unit vectors.
    """

    texts: list[str]
    topics: list[str]
    accepted: list[set[str]]
    vectors: dict[str, np.ndarray]


@dataclass
class _Unseen:
    """What the tiers say of sentences that they have not learned: scores, and cosine with the nearest."""

    truth: np.ndarray
    accepted: np.ndarray  # (sentences, labels): is this label right?
    scores: dict[str, np.ndarray]
    closeness: dict[str, np.ndarray]

    def judged(self, name: str, tier: Tier) -> _Judged:
        probabilities = tier.probabilities(self.scores[name])
        order = np.argsort(-probabilities, axis=1)
        rows = np.arange(len(order))
        right = self.accepted[rows, order[:, 0]]
        three = self.accepted[rows[:, None], order[:, :3]].any(axis=1)
        return _Judged(tier.confidence(probabilities, self.closeness[name]), right, three)

    def calibrate(self, name: str, tier: Tier) -> None:
        """Fit the temperature, then the confidence, on these sentences."""
        tier.temperature = fit_temperature(self.scores[name], self.truth)
        probabilities = tier.probabilities(self.scores[name])
        right = self.accepted[np.arange(len(self.truth)), probabilities.argmax(axis=1)]
        features = calibration_features(probabilities, self.closeness[name])
        tier.calibration = fit_calibration(features, right)


@dataclass
class _Judged:
    """How sure a tier is of each sentence, and whether it is right."""

    confidence: np.ndarray
    right: np.ndarray
    among_three: np.ndarray


def train(
    texts: list[str],
    labels: list[str],
    vectors: dict[str, np.ndarray],
    apart: Apart,
    settings: Settings | None = None,
) -> TopicModel:
    """Fit everything on normalised texts and centred unit vectors; the confidence on `apart`.

    Raises: ValueError when too few sentences apart are of the labels learned.
    """
    settings = settings or Settings()
    names, truth = np.unique(np.array(labels), return_inverse=True)
    topics = [str(name) for name in names]
    folded = [fold(text) for text in texts]
    vectorizers = new_vectorizers(folded, settings)
    grams = hstack([v.matrix(folded) for v in vectorizers]).tocsr().astype(np.float32)
    axes = {network: main_axes(matrix, settings.dimensions) for network, matrix in vectors.items()}
    seen = {network: unit_rows(matrix @ axes[network]) for network, matrix in vectors.items()}
    drawn = draw_landmarks(truth, settings.landmarks)
    landmarks = {network: matrix[drawn] for network, matrix in seen.items()}
    targets = np.where(truth[:, None] == np.arange(len(topics)), 1.0, -1.0).astype(np.float32)
    targets -= targets.mean(axis=0)
    tiers = _fit_tiers(grams, seen, landmarks, targets, settings)
    model = TopicModel(settings, topics, vectorizers, axes, landmarks, tiers, 1.01, {})
    _calibrate(model, apart)
    return model


def _fit_tiers(
    grams: csr_matrix,
    seen: dict[str, np.ndarray],
    landmarks: dict[str, np.ndarray],
    targets: np.ndarray,
    settings: Settings,
) -> dict[str, Tier]:
    """Fit both tiers from one product of all features: those of the fast one come first."""
    from scipy.linalg.blas import ssyrk

    networks = TIERS["full"]
    views = {n: whitening(landmarks[n]) * np.float32(np.sqrt(settings.weight(n))) for n in networks}
    ends = np.cumsum([grams.shape[1], *(views[n].shape[1] for n in networks)])
    gram = np.zeros((ends[-1], ends[-1]), np.float32, order="F")  # features' x features, the lower triangle
    products = np.zeros((ends[-1], targets.shape[1]), np.float32)
    for start in range(0, len(targets), _SENTENCES_AT_ONCE):  # memory does not grow with the sentences
        rows = slice(start, start + _SENTENCES_AT_ONCE)
        near = (meaning_kernel(seen[n][rows] @ landmarks[n].T) @ views[n] for n in networks)
        features = np.hstack([grams[rows].toarray(), *near])
        gram = ssyrk(1.0, features.T, beta=1.0, c=gram, overwrite_c=1, lower=1)
        products += features.T @ targets[rows]
    size = float(grams.power(2).sum() / len(targets))  # of a sentence's n-grams, on average
    tiers = {}
    for name, used in TIERS.items():
        end = ends[len(used)]
        strength = settings.ridge * (size + sum(map(settings.weight, used)))
        weights = solve(gram[:end, :end], products[:end], strength)
        text, *parts = np.split(weights, ends[: len(used)])
        tiers[name] = Tier(text, {n: views[n] @ part for n, part in zip(used, parts, strict=True)})
    return tiers


def _calibrate(model: TopicModel, apart: Apart) -> None:
    """Fit on the sentences apart how sure each tier is, and when the fast one may answer alone."""
    unseen = _scored(model, apart)
    for name, tier in model.tiers.items():
        unseen.calibrate(name, tier)
    fast, full = (unseen.judged(name, tier) for name, tier in model.tiers.items())
    model.cascade_threshold = choose_cascade(
        fast.confidence, fast.right, full.right, model.settings.accuracy_loss
    )
    model.report = _report(fast, full, model.cascade_threshold)


def _scored(model: TopicModel, apart: Apart) -> _Unseen:
    """Have the model score the sentences kept apart that are of its labels."""
    known = {topic: index for index, topic in enumerate(model.labels)}
    rows = [i for i, topic in enumerate(apart.topics) if topic in known]
    if len(rows) < _FEWEST_APART:
        raise ValueError(f"{len(rows)} phrases de calage sur les sujets appris : il en faut {_FEWEST_APART}")
    folded = [fold(apart.texts[i]) for i in rows]
    text = hstack([vectorizer.matrix(folded) for vectorizer in model.vectorizers]).tocsr()
    truth = np.array([known[apart.topics[i]] for i in rows])
    accepted = np.array([[topic in apart.accepted[i] for topic in model.labels] for i in rows])
    unseen = _Unseen(truth, accepted, {}, {})
    cosines = {}
    for name, networks in TIERS.items():
        network = networks[-1]  # each tier adds one network to the tier before
        vectors = unit_rows(apart.vectors[network][rows] @ model.axes[network])
        cosines[network] = vectors @ model.landmarks[network].T
        tier = model.tiers[name]
        unseen.scores[name] = text @ tier.text
        for near, weights in tier.near.items():
            unseen.scores[name] = unseen.scores[name] + meaning_kernel(cosines[near]) @ weights
        unseen.closeness[name] = cosines[network].max(axis=1)
    return unseen


def _report(fast: _Judged, full: _Judged, threshold: float) -> dict[str, Any]:
    alone = fast.confidence >= threshold
    kept = np.where(alone, fast.right, full.right)
    said = np.where(alone, fast.confidence, full.confidence)
    bins = np.clip((said * 10).astype(int), 0, 9)
    gaps = [
        abs(kept[bins == b].mean() - said[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    ]
    return {
        "examples": len(kept),
        "top1_fast": float(fast.right.mean()),
        "top1_full": float(full.right.mean()),
        "top1": float(kept.mean()),
        "top3": float(np.where(alone, fast.among_three, full.among_three).mean()),
        "share_without_e5": float(alone.mean()),
        "calibration_error": float(sum(gaps)),
    }
