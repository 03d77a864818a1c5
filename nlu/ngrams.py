"""TF-IDF vectors of character and word n-grams, stored as plain data (no pickle, no code in a model).

Same definition as scikit-learn's TfidfVectorizer (char_wb / word, sublinear tf, smooth idf, L2),
without its import cost.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix


def char_grams(text: str, low: int, high: int) -> list[str]:
    """List the character n-grams inside word boundaries (a word is padded with one space on each side)."""
    grams: list[str] = []
    for word in text.split():
        padded = f" {word} "
        size = len(padded)
        for n in range(low, min(high, size) + 1):
            grams.extend(padded[i : i + n] for i in range(size - n + 1))
    return grams


def word_grams(text: str, low: int, high: int) -> list[str]:
    """List the word n-grams, elisions split ("l'emploi" gives l, emploi)."""
    words = text.replace("'", " ").split()
    return [" ".join(words[i : i + n]) for n in range(low, high + 1) for i in range(len(words) - n + 1)]


_ANALYSERS = {"char": char_grams, "word": word_grams}


class NgramVectorizer:
    """One block of L2-normalised TF-IDF features: the `most` n-grams that the most texts have."""

    def __init__(self, kind: str, low: int, high: int, most: int) -> None:
        self.kind, self.low, self.high, self.most = kind, low, high, most
        self.vocabulary: dict[str, int] = {}
        self.idf = np.zeros(0, dtype=np.float32)

    def fit(self, texts: list[str]) -> NgramVectorizer:
        analyse = _ANALYSERS[self.kind]
        document_frequency: Counter[str] = Counter()
        for text in texts:
            document_frequency.update(set(analyse(text, self.low, self.high)))
        # Ties are settled by the n-gram itself: the same texts give the same features.
        frequent = sorted(document_frequency.items(), key=lambda row: (-row[1], row[0]))[: self.most]
        kept = sorted(gram for gram, _ in frequent)
        self.vocabulary = {gram: index for index, gram in enumerate(kept)}
        counts = np.array([document_frequency[gram] for gram in kept], dtype=np.float32)
        self.idf = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
        return self

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray, float]:
        """Return indices, values, and the share of the text's n-grams that were seen in training."""
        grams = Counter(_ANALYSERS[self.kind](text, self.low, self.high))
        vocabulary = self.vocabulary
        known = [(vocabulary[gram], count) for gram, count in grams.items() if gram in vocabulary]
        if not known:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), 0.0
        indices = np.array([k[0] for k in known], dtype=np.int32)
        values = (1 + np.log(np.array([k[1] for k in known], dtype=np.float32))) * self.idf[indices]
        return indices, values / np.linalg.norm(values), len(known) / len(grams)

    def matrix(self, texts: list[str]) -> csr_matrix:
        rows = [self.row(text) for text in texts]
        pointers = np.cumsum([0] + [len(r[0]) for r in rows])
        indices = np.concatenate([r[0] for r in rows]) if rows else np.zeros(0, dtype=np.int32)
        values = np.concatenate([r[1] for r in rows]) if rows else np.zeros(0, dtype=np.float32)
        return csr_matrix((values, indices, pointers), shape=(len(texts), len(self.vocabulary)))

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "most": self.most,
            "vocabulary": list(self.vocabulary),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], idf: np.ndarray) -> NgramVectorizer:
        vectorizer = cls(data["kind"], data["low"], data["high"], data["most"])
        vectorizer.vocabulary = {gram: index for index, gram in enumerate(data["vocabulary"])}
        vectorizer.idf = idf
        return vectorizer
