"""(d): TF-IDF of characters and words, logistic regression, its strength chosen on a tenth of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np


def train(folder: Path, recipe: dict[str, Any], sentences: list[tuple[str, str]]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedShuffleSplit
    from sklearn.pipeline import make_pipeline, make_union

    labels, texts = map(np.array, zip(*sentences, strict=True))
    shared = {
        "sublinear_tf": True,
        "strip_accents": "unicode",
        "min_df": recipe["in_sentences"],
        "dtype": np.float32,
    }
    features = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=recipe["characters"], **shared),
        TfidfVectorizer(ngram_range=recipe["words"], **shared),
    )
    rows = features.fit_transform(texts).tocsr()
    print(f"{rows.shape[0]} phrases, {rows.shape[1]} traits", flush=True)

    def fitted(strength: float, which: Any) -> Any:
        return LogisticRegression(C=strength, max_iter=recipe["iterations"]).fit(rows[which], labels[which])

    cut = StratifiedShuffleSplit(
        1, test_size=max(recipe["held_out"], len(set(labels)) / len(labels)), random_state=0
    )
    known, unseen = next(cut.split(rows, labels))
    right = {}
    for strength in recipe["strengths"]:
        right[strength] = fitted(strength, known).score(rows[unseen], labels[unseen])
        print(f"C = {strength} : justesse {right[strength]:.3f} sur les phrases mises de côté", flush=True)
    best = fitted(max(right, key=lambda strength: right[strength]), slice(None))
    joblib.dump(make_pipeline(features, best), folder / "modele.joblib")


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    model = joblib.load(folder / "modele.joblib")
    labels = [str(label) for label in model.classes_]

    def answer(text: str) -> dict[str, Any]:
        probabilities = model.predict_proba([text])[0]
        ranking = [[labels[i], float(probabilities[i])] for i in np.argsort(-probabilities)[:10]]
        return {"intent": ranking[0][0], "ranking": ranking}

    return answer
