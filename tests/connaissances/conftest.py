"""Fixtures: a small folder of answers that each test fills and spoils."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connaissances.checker import Context, load_context
from tests.connaissances.answer_factory import PERIMETRE, REVIEW, SUJETS, TODAY, Write, format_value, resolve


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "sujets.yml").write_text(yaml.safe_dump(SUJETS), encoding="utf-8")
    (tmp_path / "perimetre.yml").write_text(yaml.safe_dump(PERIMETRE), encoding="utf-8")
    return tmp_path


@pytest.fixture
def write(root: Path) -> Write:
    def _write(data: dict[str, Any], theme: str = "cpf", name: str | None = None) -> Path:
        path = root / "sujets" / theme / f"{name or data['sujet']}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return path

    return _write


@pytest.fixture
def context(root: Path) -> Context:
    return load_context(root, {"cpf"}, resolve, format_value, TODAY, {"cpf.credit": REVIEW})
