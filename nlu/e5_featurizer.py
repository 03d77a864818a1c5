"""Rasa featurizers for whole-sentence vectors: centred on the training data, L2-normalised, and lazy.

A message gets a function `vector_<network>` that computes at the first call, because the classifier
asks for the slow
network only when the fast features leave it unsure. With `lazy: false` they also add ordinary dense features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.embedding import Embedder
from nlu.normalizer import normalize
from nlu.topic_model import unit_rows


def vector_attribute(network: str) -> str:
    """Name of the message attribute that holds the function giving the vector."""
    return f"vector_{network}"


def mean_vector(embedder: Embedder, training_data: TrainingData, cache: Path | None) -> np.ndarray:
    """Return the mean of the vectors of the training sentences."""
    texts = [normalize(m.get(TEXT)) for m in training_data.training_examples if m.get(TEXT)]
    return np.asarray(embedder.matrix(texts, cache).mean(axis=0))


def centred(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the vectors seen from the mean, each of length one."""
    return unit_rows(vectors - mean)


@dataclass(frozen=True)
class LazyVector:
    """Gives the centred unit vector of one message when called."""

    network: str  # its identity
    raw: Callable[[], np.ndarray]
    mean: np.ndarray

    def __call__(self) -> np.ndarray:
        return centred(self.raw(), self.mean)

    def fingerprint(self) -> str:
        """What tells it from others beside the text of its message.

        Rasa takes fingerprints at each step of a training; without this one it would print every number.
        """
        return self.network


class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Shared by both networks; a subclass only names its network."""

    network = ""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"cache": None, "lazy": True, FEATURIZER_CLASS_ALIAS: None}

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(name, config)
        self._lazy = bool(config["lazy"])
        self._cache = Path(config["cache"]) if config["cache"] else None
        self._storage, self._resource = model_storage, resource
        self._embedder = Embedder(self.network)
        self._mean: np.ndarray = np.zeros(1, dtype=np.float32)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceFeaturizer:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as directory:
            component._mean = np.load(directory / "mean.npy", allow_pickle=False)
        return component

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to refuse."""

    def train(self, training_data: TrainingData) -> Resource:
        """Compute the mean of the training vectors and persist it."""
        self._mean = mean_vector(self._embedder, training_data, self._cache)
        with self._storage.write_to(self._resource) as directory:
            np.save(directory / "mean.npy", self._mean)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        vectors = self._embedder.matrix([normalize(m.get(TEXT)) for m in messages], self._cache)
        for message, vector in zip(messages, vectors, strict=True):
            self._attach(message, partial(np.asarray, vector))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._attach(message, partial(self._embedder.vector, normalize(message.get(TEXT) or "")))
        return messages

    def warm_up(self) -> None:
        self._embedder.warm_up()

    def _attach(self, message: Message, raw: Callable[[], np.ndarray]) -> None:
        compute = LazyVector(self._embedder.identity, raw, self._mean)
        message.set(vector_attribute(self.network), compute)
        if not self._lazy:
            message.add_features(
                Features(compute().reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class E5Featurizer(SentenceFeaturizer):
    """multilingual-e5-small, 4-bit: accurate, 20 to 50 ms a sentence."""

    network = "e5"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class UseFeaturizer(SentenceFeaturizer):
    """Universal Sentence Encoder, multilingual: 2 ms a sentence."""

    network = "use"
