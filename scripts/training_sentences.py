"""Reads the training sentences of data/nlu as they are learned; both environments have all that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def examples(folder: Path) -> Iterator[tuple[str, str]]:
    """Each training example with its intent: (intent, text), annotations taken out."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block.get("examples", "").splitlines():
                if "intent" in block and line.strip().startswith("- "):
                    yield block["intent"], _ANNOTATION.sub(r"\1", line.strip()[2:])
