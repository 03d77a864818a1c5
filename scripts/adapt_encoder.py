"""Fits the sentence encoder to our matter: writes nlu/e5_adapter.npz, from data/nlu only.

Rarely needed (a new adapter every few thousand sentences); training the assistant does not do it.
Run with Rasa's own environment: .venv-rasa/bin/python scripts/adapt_encoder.py
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

from nlu.embedding import original_weights  # noqa: E402
from nlu.encoder_file import ADAPTER, EncoderFile  # noqa: E402
from nlu.normalizer import normalize  # noqa: E402
from scripts.training_sentences import examples  # noqa: E402


def say(text: str) -> None:
    print(f"[encodeur] {text}", flush=True)


def main() -> int:
    """Fit, then write the adapter whole or not at all."""
    from nlu.encoder_training import Fit, fit_adapter

    parser = argparse.ArgumentParser(
        prog="scripts/adapt_encoder.py",
        description="Règle l'encodeur de phrases sur les exemples d'apprentissage (un quart d'heure).",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--sortie", type=Path, default=ADAPTER, help="fichier à écrire")
    for field in fields(Fit):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default
        )
    options = vars(parser.parse_args())
    target: Path = options.pop("sortie")
    target.parent.mkdir(parents=True, exist_ok=True)  # now, and not after a quarter of an hour
    learned = list(examples(ROOT / "data/nlu"))
    texts, labels = [normalize(text) for _, text in learned], [label for label, _ in learned]
    adapter = fit_adapter(EncoderFile(original_weights()), texts, labels, Fit(**options), say)
    part = target.with_suffix(".part.npz")
    try:
        np.savez_compressed(part, **adapter)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    say(f"écrit : {target} ({target.stat().st_size // 1024} Ko). Relancez « make train ».")
    return 0


if __name__ == "__main__":
    sys.exit(main())
