"""Rasa component around the calibrated topic classifier: sets the intent, its confidence and its ranking.

Below `ask_below` it proposes (intent nlu_fallback), below `out_of_scope_below` it says hors_sujet.
Technical intents are
never proposed to the usager.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.e5_featurizer import centred, mean_vector, vector_attribute
from nlu.embedding import Embedder
from nlu.facts import is_bare_fact
from nlu.normalizer import normalize
from nlu.topic_model import Prediction, TopicModel

if TYPE_CHECKING:
    from nlu.topic_training import Apart

TECHNICAL = frozenset(
    ["informer_profil", "informer_fait", "affirmer", "refuser", "demander_autre", "choisir_profil", "simuler"]
)
FALLBACK, OUT_OF_SCOPE, BARE_FACT = "nlu_fallback", "hors_sujet", "informer_fait"
DISTRESS = "detresse"
NETWORKS = ("use", "e5")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedTopicClassifier(IntentClassifier, GraphComponent):
    """Trains and serves nlu.topic_model."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "ask_below": 0.4,
            "out_of_scope_below": 0.3,
            "out_of_scope_share": 0.25,  # of what the first topic weighs
            "distress_below": 0.95,
            "ranking_length": 6,
            "calibration": None,  # sentences kept apart, on which the confidence is fitted
            "topics": None,  # their list: either of two neighbours answers the other's question
            "cache": None,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self.model: TopicModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedTopicClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedTopicClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            data = json.loads((directory / "topics.json").read_text(encoding="utf-8"))
            component.model = TopicModel.load(data, str(directory / "topics.npz"))
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has a text and an intent."""
        from nlu.topic_training import train

        apart = read_apart(self._config, training_data)
        messages = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        texts = [normalize(m.get(TEXT)) for m in messages]
        vectors = {n: np.stack([m.get(vector_attribute(n))() for m in messages]) for n in NETWORKS}
        self.model = train(texts, [m.get(INTENT) for m in messages], vectors, apart)
        with self._storage.write_to(self._resource) as directory:
            data = self.model.save(str(directory / "topics.npz"))
            (directory / "topics.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            intent, ranking = self._classify(message)
            message.set("intent", intent, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _classify(self, message: Message) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        text = message.get(TEXT) or ""
        normalised = normalize(text)
        if is_bare_fact(text):
            return _entry(BARE_FACT, 1.0), []
        if self.model is None or not any(c.isalnum() for c in normalised):
            return _entry(OUT_OF_SCOPE, 0.0), []
        sources = {n: message.get(vector_attribute(n)) for n in NETWORKS}
        # Transcripts are the hardest to understand, and speech leaves the time to ask both tiers.
        spoken = (message.get("metadata") or {}).get("canal") == "phone"
        prediction = self.model.predict(normalised, sources, thorough=spoken)
        if prediction.ranking[0][0] == DISTRESS:  # too grave a word, either way, for the fast tier alone
            prediction = self.model.predict(normalised, sources, thorough=True)
        return self._decide(prediction)

    def _decide(self, prediction: Prediction) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        confidence = prediction.confidence
        first, raw = prediction.ranking[0]
        scale = (1 - confidence) / max(1 - raw, 1e-6)
        ranking = [_entry(first, confidence)]
        ranking += [_entry(name, probability * scale) for name, probability in prediction.ranking[1:]]
        topics = [r for r in ranking if r["name"] not in TECHNICAL][: self._config["ranking_length"]]
        outside = dict(prediction.ranking)[OUT_OF_SCOPE]
        # A topic hardly likelier than none: a wrong answer costs more than « je ne sais pas ».
        doubtful = first not in TECHNICAL | {DISTRESS} and outside >= self._config["out_of_scope_share"] * raw
        if confidence < self._config["out_of_scope_below"] or doubtful:
            return _entry(OUT_OF_SCOPE, outside), topics
        # The gate hears distress by itself: here it is a second ear, that alarms only when it is sure.
        unsure_alarm = first == DISTRESS and confidence < self._config["distress_below"]
        if confidence < self._config["ask_below"] or unsure_alarm:
            return _entry(FALLBACK, confidence), topics
        return ranking[0], topics


def read_apart(config: dict[str, Any], training_data: TrainingData) -> Apart:
    """Read the sentences kept apart, with their vectors seen from the mean of the training ones."""
    from nlu.topic_training import Apart

    phrases = yaml.safe_load(Path(config["calibration"]).read_text(encoding="utf-8"))
    texts = [normalize(phrase["texte"]) for phrase in phrases]
    cache = Path(config["cache"]) if config["cache"] else None
    vectors = {}
    for network in NETWORKS:
        embedder = Embedder(network)
        mean = mean_vector(embedder, training_data, cache)
        vectors[network] = centred(embedder.matrix(texts, cache), mean)
    topics = [phrase["sujet"] for phrase in phrases]
    accepted = [{phrase["sujet"], *phrase.get("aussi", [])} for phrase in phrases]
    for left, right in yaml.safe_load(Path(config["topics"]).read_text(encoding="utf-8"))["voisins"]:
        for topic, also in zip(topics, accepted, strict=True):
            also |= {left, right} if topic in (left, right) else set()
    return Apart(texts, topics, accepted, vectors)


def _entry(name: str, confidence: float) -> dict[str, Any]:
    # Four significant digits: what a sure first leaves to the others says which is next when it is refused.
    return {"name": name, "confidence": float(f"{confidence:.4g}")}
