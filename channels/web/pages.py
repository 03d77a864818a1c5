"""Serves the portal, the console, the API documentation, the widget and their static files."""

from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import file

_CACHE = {"Cache-Control": "no-cache"}
_DEMO_PAGE = b'<html lang="fr" data-demo="oui"'


def pages_blueprint(root: Path, *, demo: bool) -> Blueprint:
    """Make the blueprint; `root` is the `web/` folder."""
    blueprint = Blueprint("pages")
    for path, name in (
        ("/", "portal.html"),
        ("/console", "console.html"),
        ("/relecture", "relecture.html"),
        ("/docs", "docs.html"),
        ("/accessibilite", "accessibilite.html"),
    ):
        _page(blueprint, path, root / name, demo=demo)

    @blueprint.route("/widget.js", methods=["GET", "HEAD"], name="widget")  # type: ignore[untyped-decorator]
    async def widget(_: Request) -> HTTPResponse:
        # Loaded by pages of other sites, where they are allowed: it holds no secret.
        headers = {
            **_CACHE,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return await file(root / "widget.js", headers=headers, mime_type="text/javascript")

    blueprint.static("/static", root, name="static")
    return blueprint


def _page(blueprint: Blueprint, path: str, source: Path, *, demo: bool) -> None:
    @blueprint.route(path, methods=["GET", "HEAD"], name=source.stem)  # type: ignore[untyped-decorator]
    async def page(_: Request) -> HTTPResponse:
        html = source.read_bytes()
        if demo:  # the page shows its banner itself, so that no page of a demonstration can forget it
            html = html.replace(b'<html lang="fr"', _DEMO_PAGE, 1)
        return HTTPResponse(html, content_type="text/html; charset=utf-8", headers=_CACHE)
