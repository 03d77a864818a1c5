"""The answers really served obey every rule, at the date of their last review."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from connaissances.catalogue import answer_files
from connaissances.checker import check_fiche, check_missing, load_context
from connaissances.fiches import load_fiche
from simulateur.parametres import Parametres, format_value
from simulateur.registry import TYPES

ROOT = Path(__file__).resolve().parents[2]
PARAMETRES = Parametres.load()
CONTEXT = load_context(
    ROOT / "connaissances",
    set(TYPES),
    PARAMETRES.value,
    format_value,
    date(2026, 11, 23),
    PARAMETRES.reviews,
)
FILES = answer_files(ROOT / "connaissances")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_answer_obeys_every_rule(path: Path) -> None:
    found = check_fiche(path, load_fiche(path), CONTEXT)
    assert [str(problem) for problem in found if not problem.warning] == []


def test_no_topic_lacks_its_answer() -> None:
    assert check_missing([load_fiche(path) for path in FILES], CONTEXT) == []


def test_the_command_checks_one_topic_and_says_how_it_went() -> None:
    command = [sys.executable, "scripts/check_content.py", "cpf_dif", "--date", "2026-11-23"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 fiche(s) lue(s), 0 erreur(s)")


def test_the_command_fails_when_nothing_is_checked() -> None:
    done = subprocess.run([sys.executable, "scripts/check_content.py", "rien"], cwd=ROOT, capture_output=True)
    assert done.returncode == 1
