"""What the action server reads from the environment, once, at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from actions.errors import ConfigurationError
from connaissances.officiel.location import fiches_path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Addresses and thresholds of understanding; nothing secret."""

    host: str
    port: int
    droits_url: str
    simulateur_url: str
    content: Path
    # Under this probability of its best guess, the assistant proposes nothing and says that it does not know.
    low_confidence: float
    # Official fiches imported by `make importer-fiches`; need not exist.
    fiches: Path
    # Under this confidence of retrieval, 0 to 1, nothing is quoted nor proposed when no topic fits.
    passage_confidence: float

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings. Raises: ConfigurationError."""
        service = f"http://127.0.0.1:{env.get('PORT', '8080')}/api/v1"
        return cls(
            host=env.get("ACTIONS_HOST", "127.0.0.1"),
            port=int(_number(env, "ACTIONS_PORT", "5055")),
            droits_url=env.get("DROITS_API_URL", f"{service}/droits"),
            simulateur_url=env.get("SIMULATEUR_API_URL", f"{service}/simulations"),
            content=Path(env.get("CONNAISSANCES_DIR", ROOT / "connaissances")),
            low_confidence=_number(env, "ACTIONS_LOW_CONFIDENCE", "0.1"),
            fiches=fiches_path(env),
            passage_confidence=_number(env, "FICHES_CONFIANCE", "0.6"),
        )


def _number(env: Mapping[str, str], name: str, default: str) -> float:
    try:
        return float(env.get(name) or default)
    except ValueError:
        raise ConfigurationError(f"{name} doit être un nombre, par exemple {default}") from None
