"""One real service for all the tours, a page of another site, and a real Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.neighbour import Neighbour
from tests.peers.stack import Stack
from tests.web.chromium import Opener
from tests.web.conftest import browser, open_page  # noqa: F401 - fixtures

_PATIENCE = 40_000.0  # milliseconds: the machine may be busy with something else


@dataclass
class AllowingStack(Stack):
    """The whole service, which a page of one other site may call."""

    neighbour: str = ""

    def environment(self) -> dict[str, str]:
        """What the processes read."""
        return super().environment() | {"ALLOWED_ORIGINS": self.neighbour}


@pytest.fixture(scope="session")
def neighbour() -> Iterator[Neighbour]:
    """Another site, on an origin of its own."""
    with Neighbour.serving() as site:
        yield site


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory, neighbour: Neighbour) -> Iterator[Stack]:
    stack = AllowingStack(tmp_path_factory.mktemp("e2e") / "var", neighbour=neighbour.origin)
    stack.start()
    try:
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(_started: Stack) -> Stack:
    """The service, with every part up, whatever the test before did to it."""
    for name, process in _started.processes.items():
        if process.poll() is not None:
            _started.start(name)
    _started.wait_ready()
    return _started


@pytest.fixture
def open_patiently(open_page: Opener) -> Iterator[Opener]:  # noqa: F811
    """Open pages that wait as long as a busy machine needs."""

    def opened(url: str, width: int = 1280, height: int = 800, **options: object) -> object:
        page = open_page(url, width, height, **options)
        page.set_default_timeout(_PATIENCE)
        return page

    expect.set_options(timeout=_PATIENCE)
    try:
        yield opened  # type: ignore[misc]
    finally:
        expect.set_options(timeout=5_000)
