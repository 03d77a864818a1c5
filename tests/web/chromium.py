"""What the browser tests are given: a page opener, and the peer with its controls."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

#: Opens an address in a browser context of its own, at a given size.
Opener = Callable[..., Page]


class Peer:
    """The peer's address, and its controls."""

    def __init__(self, base: str) -> None:
        self.base = base

    def control(self, **settings: Any) -> Any:
        body = json.dumps(settings).encode()
        call = urllib.request.Request(
            self.base + "/_peer", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(call) as answer:
            return json.load(answer)
