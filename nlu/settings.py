"""What the Rasa process reads from its environment; refuses to start without its secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.errors import NluError

MINIMUM_SECRET = 16


class SettingMissing(NluError):
    """A clear French sentence for the person who starts the process."""


@dataclass(frozen=True)
class Settings:
    """Resolved once, at start."""

    host: str
    port: int
    secret: str
    actions_url: str
    model_directory: Path
    tracker_db: str
    actions_timeout: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Raises: SettingMissing."""
        env = os.environ if environment is None else environment
        secret = env.get("RASA_CHANNEL_SECRET", "")
        if len(secret) < MINIMUM_SECRET:
            raise SettingMissing(
                "RASA_CHANNEL_SECRET manque ou compte moins de 16 caractères : démarrez avec « make run », "
                "qui le crée dans var/secrets/."
            )
        var = env.get("VAR_DIR", "var")
        return cls(
            host=env.get("RASA_HOST", "127.0.0.1"),
            port=int(env.get("RASA_PORT", "5005")),
            secret=secret,
            actions_url=env.get("ACTIONS_URL", "http://127.0.0.1:5055/webhook"),
            model_directory=Path(env.get("MODEL_DIR", "models")),
            tracker_db=env.get("TRACKER_DB", f"{var}/rasa_tracker.db"),
            actions_timeout=float(env.get("ACTIONS_TIMEOUT", "8")),
        )
