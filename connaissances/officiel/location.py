"""Where the imported fiches are: one setting for those who write the file and those who read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fiches_path(env: Mapping[str, str]) -> Path:
    """`FICHES_DB`, else `fiches.db` in `VAR_DIR`, else in `var/`. The file need not exist."""
    return Path(env.get("FICHES_DB") or Path(env.get("VAR_DIR") or ROOT / "var") / "fiches.db")
