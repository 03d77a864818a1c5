"""Fits the topic classifier in closed form: kernel ridge regression, whose out-of-fold scores cost one
more solve a fold.

Temperature, calibration and cascade threshold are then fitted on these out-of-fold scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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


def new_vectorizers(folded: list[str]) -> list[NgramVectorizer]:
    return [NgramVectorizer("char", 2, 5).fit(folded), NgramVectorizer("word", 1, 2).fit(folded)]


def fold_numbers(labels: np.ndarray, cosines: np.ndarray, folds: int, same_meaning: float) -> np.ndarray:
    """Give each example its fold: examples that say nearly the same stay together, each label is
    spread evenly."""
    group = np.arange(len(labels))
    for i, j in zip(*np.where(np.triu(cosines > same_meaning, 1)), strict=True):
        if group[i] != group[j]:
            group[group == group[j]] = group[i]
    generator = np.random.RandomState(0)
    members: dict[int, list[int]] = {}
    for index, key in enumerate(group):
        members.setdefault(int(key), []).append(index)
    numbers = np.zeros(len(labels), dtype=int)
    load = {label: np.zeros(folds) for label in np.unique(labels)}
    keys = sorted(members, key=lambda key: (-len(members[key]), key))
    for key in keys:
        counts = load[labels[members[key][0]]]
        chosen = int(np.argmin(counts + generator.rand(folds) * 0.1))
        counts[chosen] += len(members[key])
        numbers[members[key]] = chosen
    return numbers


def main_axes(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the axes along which centred vectors differ most, at most `count`, the first first."""
    _, axes = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))  # in increasing order
    return np.ascontiguousarray(axes[:, ::-1][:, :count], dtype=np.float32)


def solve(
    gram: np.ndarray, targets: np.ndarray, ridge: float, numbers: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the example weights, and the out-of-fold scores (each fold predicted by the other ones,
    exactly)."""
    from scipy.linalg import cho_factor, cho_solve

    damped = gram.copy()
    damped[np.diag_indices_from(damped)] += ridge
    factor = cho_factor(damped, lower=True, overwrite_a=True, check_finite=False)
    inverse = cho_solve(factor, np.eye(len(gram), dtype=np.float32), check_finite=False)
    weights = inverse @ targets
    held_out = np.zeros_like(targets)
    for number in np.unique(numbers):
        part = np.where(numbers == number)[0]
        held_out[part] = targets[part] - np.linalg.solve(inverse[np.ix_(part, part)], weights[part])
    return weights.astype(np.float32), held_out


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
    """Smallest confidence of the fast tier above which it may answer alone."""
    target = full_right.mean() - allowed_loss
    for threshold in np.arange(0.50, 1.0, 0.01):
        kept = np.where(fast_confidence >= threshold, fast_right, full_right)
        if kept.mean() >= target:
            return float(threshold)
    return 1.01


@dataclass
class _OutOfFold:
    """What a tier says of the examples that it has not seen."""

    confidence: np.ndarray
    right: np.ndarray
    among_three: np.ndarray


def train(
    texts: list[str], labels: list[str], vectors: dict[str, np.ndarray], settings: Settings | None = None
) -> TopicModel:
    """Fit everything on normalised texts and centred unit vectors."""
    settings = settings or Settings()
    names, truth = np.unique(np.array(labels), return_inverse=True)
    folded = [fold(text) for text in texts]
    vectorizers = new_vectorizers(folded)
    blocks = [v.matrix(folded) for v in vectorizers]
    numbers = fold_numbers(truth, vectors["e5"] @ vectors["e5"].T, settings.folds, settings.same_meaning)
    axes = {network: main_axes(matrix, settings.dimensions) for network, matrix in vectors.items()}
    supports = {network: unit_rows(matrix @ axes[network]) for network, matrix in vectors.items()}
    cosines = {network: matrix @ matrix.T for network, matrix in supports.items()}
    gram = sum((block @ block.T).toarray() for block in blocks).astype(np.float32)
    tiers: dict[str, Tier] = {}
    unseen: dict[str, _OutOfFold] = {}
    for name, networks in TIERS.items():
        network = networks[-1]  # each tier adds one network to the tier before
        gram = gram + np.float32(settings.weight(network)) * meaning_kernel(cosines[network])
        tiers[name], unseen[name] = _fit_tier(gram, blocks, truth, numbers, cosines[network], settings.ridge)
    fast, full = unseen["fast"], unseen["full"]
    threshold = choose_cascade(fast.confidence, fast.right, full.right, settings.accuracy_loss)
    report = _report(fast, full, threshold)
    labels_in_order = [str(n) for n in names]
    return TopicModel(settings, labels_in_order, vectorizers, axes, supports, tiers, threshold, report)


def _fit_tier(
    gram: np.ndarray,
    blocks: list[Any],
    truth: np.ndarray,
    numbers: np.ndarray,
    cosines: np.ndarray,
    ridge: float,
) -> tuple[Tier, _OutOfFold]:
    targets = np.where(truth[:, None] == np.arange(truth.max() + 1), 1.0, -1.0).astype(np.float32)
    targets -= targets.mean(axis=0)
    scale = float(np.diag(gram).mean())
    weights, held_out = solve(gram / scale, targets, ridge, numbers)
    weights /= scale
    text = np.vstack([block.T @ weights for block in blocks]).astype(np.float32)
    tier = Tier(text, weights, fit_temperature(held_out, truth))
    probabilities = tier.probabilities(held_out)
    closeness = np.where(numbers[:, None] == numbers, -1.0, cosines).max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    tier.calibration = fit_calibration(calibration_features(probabilities, closeness), right)
    three = (np.argsort(-probabilities, axis=1)[:, :3] == truth[:, None]).any(axis=1)
    return tier, _OutOfFold(tier.confidence(probabilities, closeness), right, three)


def _report(fast: _OutOfFold, full: _OutOfFold, threshold: float) -> dict[str, Any]:
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
