"""A real Chromium, and the peer that answers in the service's place."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.web.chromium import Opener, Peer

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a browser writes for an answer that a test provokes (a wrong password, a part that is absent).
EXPECTED = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def _served() -> Iterator[Peer]:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.peer", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peer = Peer(f"http://127.0.0.1:{port}")
    for _ in range(100):
        try:
            peer.control()
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    yield peer
    process.terminate()
    process.wait(10)


@pytest.fixture
def peer(_served: Peer) -> Peer:
    _served.control(open=True, delay=0.05, opening=0.0, forget=True)
    return _served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while Playwright is open its event loop runs, and no other suite's could."""
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium manque : installez le paquet « chromium », ou donnez son chemin dans CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Open a page in its own context; any script error or refused resource fails the test."""
    contexts = []
    faults: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            faults.append(said.text)

    def opened(url: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        viewport: Any = {"width": width, "height": height}
        context = browser.new_context(
            viewport=viewport, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", heard)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(known in fault for known in EXPECTED)] == []
