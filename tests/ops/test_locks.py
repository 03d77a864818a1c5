"""The locks agree: what is tested is what is run, and every package is checked by its hash."""

import re

import pytest

from tests.ops.conftest import ROOT


def _pins(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Za-z0-9._-]+==[^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize(("runtime", "tested"), [("service.txt", "dev.txt"), ("rasa.txt", "rasa-dev.txt")])
def test_the_development_lock_holds_the_very_versions_that_are_run(runtime: str, tested: str) -> None:
    assert _pins(runtime) - _pins(tested) == set(), f"refaites {tested} à partir de {runtime}"


@pytest.mark.parametrize("name", ["service", "dev", "rasa", "rasa-dev", "tools"])
def test_a_lock_names_every_package_of_its_source_with_hashes(name: str) -> None:
    source = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^([a-z][a-z0-9-]*)", source.lower(), re.MULTILINE))
    locked = {pin.partition("==")[0].lower().replace("_", "-") for pin in _pins(f"{name}.txt")}
    assert wanted <= locked
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(locked)
