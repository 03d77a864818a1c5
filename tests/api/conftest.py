"""Real processes shared by the tests of the HTTP contract: each test opens its own conversations."""

from collections.abc import Iterator

import pytest

from tests.api.live import LiveService, Usager, running


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """In demonstration mode, rate limits lifted."""
    with running(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """Outside demonstration mode, rate limits on; nobody has an account."""
    with running(tmp_path_factory.mktemp("production"), MODE="production", RATE_LIMITS="on") as served:
        yield served


@pytest.fixture
def usager(live: LiveService) -> Usager:
    """A conversation just opened."""
    return live.open()
