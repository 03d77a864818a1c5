"""Trains the assistant's model when what it is made from has changed; keeps the old model if training fails.

Run with Rasa's own environment: .venv-rasa/bin/python scripts/train.py [--force] [--check]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime, timezone  # Python 3.10: no datetime.UTC
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
os.environ.setdefault("PYTHONWARNINGS", "ignore")
os.environ.setdefault("TQDM_DISABLE", "1")

from nlu.errors import ModelUnavailable  # noqa: E402
from nlu.manifest import Manifest, checked_model, file_digest, inputs_digest  # noqa: E402

NEEDED_BYTES = 500 * 1024 * 1024
KEPT_MODELS = 2
_SHOWN_EVERY = 5.0  # seconds, of how far long work is


class TrainingFailed(Exception):
    """A clear French sentence with its remedy."""


def say(text: str) -> None:
    print(f"[entraînement] {text}", flush=True)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/train.py",
        add_help=False,
        description="Entraîne le modèle de compréhension si ses sources ont changé.",
    )
    parser.add_argument("--force", action="store_true", help="entraîne même si rien n'a changé")
    parser.add_argument(
        "--check", action="store_true", help="dit seulement si le modèle est à jour (code 1 sinon)"
    )
    parser.add_argument(
        "--model-dir",
        type=Path,
        default=Path(os.environ.get("MODEL_DIR", ROOT / "models")),
        help="dossier des modèles (défaut : models)",
    )
    parser.add_argument("-h", "--help", action="help", help="affiche cette aide")
    return parser.parse_args(arguments)


def is_current(directory: Path, digest: str) -> bool:
    try:
        return checked_model(directory)[1].inputs == digest
    except ModelUnavailable:
        return False


def check_disk(directory: Path) -> None:
    free = shutil.disk_usage(directory).free
    if free < NEEDED_BYTES:
        raise TrainingFailed(
            f"Il reste {free // 2**20} Mo sur le disque de « {directory} » ; il en faut "
            f"{NEEDED_BYTES // 2**20}. Libérez de la place, puis relancez « make train »."
        )


def prepare_vectors(root: Path = ROOT) -> int:
    """Compute the sentence vectors that the cache lacks, showing progress; training only reads them.

    Returns: the number of sentences of `root`'s data/nlu.
    """
    import yaml

    from nlu.embedding import Embedder
    from nlu.normalizer import normalize
    from scripts.training_sentences import examples

    texts = [normalize(text) for _, text in examples(root / "data/nlu")]
    apart = yaml.safe_load((root / "data/calage/phrases.yml").read_text(encoding="utf-8"))
    all_texts = texts + [normalize(phrase["texte"]) for phrase in apart]
    for network, label in (("use", "modèle rapide"), ("e5", "modèle précis")):
        shown = time.monotonic()
        for done, missing in Embedder(network).complete(all_texts, root / "var/cache/vectors.db"):
            if done == missing or time.monotonic() - shown > _SHOWN_EVERY:
                shown = time.monotonic()
                say(f"  phrases nouvelles, {label} : {done}/{missing}")
    return len(texts)


def fit(destination: Path, name: str) -> Path:
    """Run Rasa's training; return the archive. Raises: TrainingFailed."""
    import logging
    import warnings

    import structlog

    warnings.filterwarnings("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from rasa.model_training import train

    from nlu.hotspots import train_without_cache

    train_without_cache()
    os.chdir(ROOT)
    result = train(
        domain="domain.yml",
        config="config.yml",
        training_files=["data/nlu", "data/rules", "data/stories"],
        output=str(destination),
        force_training=True,
        fixed_model_name=name,
    )
    if not result.model:
        raise TrainingFailed(
            "Rasa n'a produit aucun modèle : lancez « rasa data validate » pour en voir la raison."
        )
    return Path(result.model)


def read_report(archive: Path) -> dict[str, object]:
    """Read the figures, of sentences kept apart, that the classifier kept in the archive."""
    import json
    import tarfile

    with tarfile.open(archive) as bundle:
        for member in bundle.getmembers():
            if member.name.endswith("topics.json"):
                stream = bundle.extractfile(member)
                return dict(json.load(stream)["report"]) if stream else {}
    return {}


def forget_old_models(directory: Path, current: str) -> None:
    others = sorted(
        (p for p in directory.glob("*.tar.gz") if p.name != current), key=lambda p: p.stat().st_mtime
    )
    for path in others[: max(0, len(others) - (KEPT_MODELS - 1))]:
        path.unlink()


def train_model(directory: Path, digest: str) -> Manifest:
    """Train in a scratch folder, then put the archive and its manifest in place."""
    started = time.monotonic()
    check_disk(directory)
    say("1/3 vecteurs de phrases (gardés en cache pour les fois suivantes)")
    count = prepare_vectors()
    say(f"2/3 apprentissage sur {count} exemples (une à deux minutes)")
    name = f"conseiller-{digest[:12]}.tar.gz"
    with tempfile.TemporaryDirectory(dir=directory, prefix=".en-cours-") as scratch:
        archive = fit(Path(scratch), name)
        say("3/3 empreinte et mise en place")
        report = {**read_report(archive), "seconds": round(time.monotonic() - started)}
        manifest = Manifest(
            name,
            file_digest(archive),
            digest,
            datetime.now(timezone.utc).isoformat(timespec="seconds"),
            report,
        )
        archive.replace(directory / name)
    manifest.write(directory)
    forget_old_models(directory, name)
    return manifest


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    directory: Path = options.model_dir
    directory.mkdir(parents=True, exist_ok=True)
    digest = inputs_digest(ROOT)
    if options.check:
        return 0 if is_current(directory, digest) else 1
    if not options.force and is_current(directory, digest):
        say("le modèle est à jour, rien à faire")
        return 0
    try:
        manifest = train_model(directory, digest)
    except KeyboardInterrupt:
        say("interrompu : l'ancien modèle est gardé")
        return 130
    except Exception as error:
        reason = (
            str(error)
            if isinstance(error, TrainingFailed)
            else f"{type(error).__name__} : {error.__cause__ or error}"
        )
        say(f"ÉCHEC, l'ancien modèle est gardé. {reason}")
        return 1
    say(f"terminé en {manifest.report['seconds']} s : {directory / manifest.model}")
    say(
        "  hors échantillon : "
        + ", ".join(f"{k}={v:.3f}" for k, v in manifest.report.items() if isinstance(v, float))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
