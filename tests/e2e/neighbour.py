"""A page of another site that carries the widget by its one script tag."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Un autre site</title>
<link rel="icon" href="data:,">
<style>* {{ font-size: 9px; color: red; text-transform: uppercase }} button {{ display: none }}</style></head>
<body><main><h1>Un autre site</h1></main><script src="{service}/widget.js" defer></script></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        service = parse_qs(urlsplit(self.path).query)["service"][0]
        content = _PAGE.format(service=service).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None: ...


@dataclass
class Neighbour:
    """Another site: `origin` is allowed by the service, `stranger` is the same page where it is not."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stranger(self) -> str:
        return f"http://localhost:{self.port}"

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator["Neighbour"]:
        """Serve until the block ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            yield cls(server.server_port)
        finally:
            server.shutdown()
            thread.join(10)
            server.server_close()
