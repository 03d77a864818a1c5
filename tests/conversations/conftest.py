"""One real service for all the conversations: starting Rasa takes seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole service, started once."""
    folder: Path = tmp_path_factory.mktemp("stack")
    with running_stack(folder / "var") as started:
        yield started
