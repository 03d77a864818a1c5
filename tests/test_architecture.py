"""The conventions that a reader relies on, kept by tests: imports, sizes, names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("actions", "channels", "connaissances", "droits", "edge", "handoff", "nlu", "simulateur")
MODULES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in path.parts  # migrations are written by a tool, and never changed
]
LONGEST_MODULE = 420
LONGEST_FUNCTION = 60
VAGUE = {"utils", "helpers", "manager", "common", "misc"}


def test_packages_import_only_what_the_architecture_allows() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_rasa_components_import_nothing_else_of_ours() -> None:
    ours = set(PACKAGES) - {"nlu"} | {"settings", "app"}
    for path in (ROOT / "nlu").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names.append(node.module or "")
            assert not {name.partition(".")[0] for name in names} & ours, path.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_owns_and_stays_readable(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert path.stem not in VAGUE
    if source.strip():
        assert ast.get_docstring(tree), "a module opens with what it owns and what it refuses"
    assert len(source.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _only_defines(node):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def _only_defines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell a function that only registers endpoints: a list of short handlers, not a long procedure."""
    return any(isinstance(child, ast.AsyncFunctionDef) for child in node.body)
