"""Rule cases that a jurist can read and write: `tests/simulateur/cas/*.yml`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulateur.registry import Simulateur

CASES_DIR = Path(__file__).parent / "cas"
KINDS = ("retraite_age", "cpf")
FIELDS = {"nom", "date", "entree", "sortie", "reference"}
ABSENT = "absent"


def _cases() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(CASES_DIR.glob("*.yml")):
        kind = next(k for k in KINDS if path.stem.startswith(k))
        found += [(kind, case) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


def _plain(value: Any) -> Any:
    """YAML dates as the contract writes them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _check(expected: dict[str, Any], found: dict[str, Any], where: str = "") -> None:
    for key, value in expected.items():
        path = f"{where}{key}"
        if key == "motif_contient":
            assert str(value) in found["motif"], path
        elif value == ABSENT:
            assert key not in found, path
        elif isinstance(value, dict):
            _check(value, found[key], f"{path}.")
        else:
            assert found[key] == value, path


@pytest.fixture(scope="module")
def simulateur() -> Simulateur:
    return Simulateur.load()


@pytest.mark.parametrize(("kind", "case"), [pytest.param(k, c, id=c["nom"]) for k, c in _cases()])
def test_rule_case(kind: str, case: dict[str, Any], simulateur: Simulateur) -> None:
    found = simulateur.simulate(kind, _plain(case["entree"]), case["date"])
    _check(_plain(case["sortie"]), found["results"])


def test_each_case_is_complete_and_named_once() -> None:
    cases = [case for _, case in _cases()]
    assert all(set(case) == FIELDS and len(case["reference"]) > 10 for case in cases)
    assert [name for name, count in Counter(case["nom"] for case in cases).items() if count > 1] == []


def test_there_are_enough_cases_of_each_rule() -> None:
    counted = Counter(kind for kind, _ in _cases())
    assert counted["retraite_age"] >= 40
    assert counted["cpf"] >= 25
