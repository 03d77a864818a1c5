"""Serves a Sanic application on a free port of the loopback, in the test's own event loop."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic

_numbers = itertools.count()


def new_app(name: str) -> Sanic[Any, Any]:
    """An application of a name never used before: Sanic keeps a registry."""
    app = Sanic(f"test_{name}_{next(_numbers)}", configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites methods of the class, once a process
    return app


def base_url(port: int) -> str:
    """Address of a served application."""
    return f"http://127.0.0.1:{port}"


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port. `app` is a Sanic application (its server is untyped)."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    try:
        yield listener.getsockname()[1]
    finally:
        await server.close()
        listener.close()
        Sanic.unregister_app(app)
