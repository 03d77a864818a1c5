"""The record of a trained model: which archive, its digest, and the digest of what it was trained from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlu.errors import ModelUnavailable

# What a model depends on. A change in any of these files trains again.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu/*.yml",
    "data/calage/*.yml",
    "data/rules/*.yml",
    "data/stories/*.yml",
    "connaissances/sujets.yml",
    "nlu/*.py",
    "nlu/e5_adapter.npz",
    "requirements/rasa.txt",
)
# Modules of nlu/ that only serve, or fit the adapter: changing them changes no model.
_NOT_INPUTS = {
    "gate_channel.py",
    "serve.py",
    "tracker_store.py",
    "processor.py",
    "hotspots.py",
    "settings.py",
    "action_endpoint.py",
    "messages.py",
    "inert_tensorflow.py",
    "errors.py",
    "replies.py",
    "questions.py",
    "families.py",
    "follow_ups.py",
    "corrections.py",
    "reading.py",
    "encoder_training.py",
}


@dataclass(frozen=True)
class Manifest:
    """Content of models/manifest.json."""

    model: str
    sha256: str
    inputs: str
    trained_at: str
    report: dict[str, Any]

    def write(self, directory: Path) -> None:
        """Write it whole or not at all."""
        temporary = directory / "manifest.json.part"
        temporary.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        temporary.replace(directory / "manifest.json")

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        """Raises: ModelUnavailable when there is none or it cannot be read."""
        try:
            return cls(**json.loads((directory / "manifest.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelUnavailable(
                f"Aucun modèle dans « {directory} » : lancez « make train », puis redémarrez."
            ) from error


def file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def inputs_digest(root: Path) -> str:
    """Digest of every file that a model depends on, names included."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(root.glob(pattern)):
            if path.parent.name == "nlu" and path.name in _NOT_INPUTS:
                continue
            digest.update(f"{path.relative_to(root)}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def checked_model(directory: Path) -> tuple[Path, Manifest]:
    """Return the archive to load, once its digest is the recorded one.

    Raises: ModelUnavailable.
    """
    manifest = Manifest.read(directory)
    archive = directory / manifest.model
    if not archive.is_file():
        raise ModelUnavailable(f"Le modèle « {archive} » a disparu : lancez « make train --force ».")
    if file_digest(archive) != manifest.sha256:
        raise ModelUnavailable(
            f"L'empreinte du modèle « {archive} » n'est pas celle de manifest.json : il n'est pas chargé. "
            "Entraînez-le de nouveau (scripts/train.py --force)."
        )
    return archive, manifest
