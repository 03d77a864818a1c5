"""The commands that the README teaches exist and describe themselves."""

import os
import subprocess

import pytest

from tests.ops.conftest import ROOT


def test_make_help_lists_the_commands() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert listed >= {"help", "run", "test", "check", "train", "stop"}


@pytest.mark.parametrize("script", [".ci/run", "scripts/check.sh"])
def test_scripts_can_be_run_and_are_well_formed(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)
