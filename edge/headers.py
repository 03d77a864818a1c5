"""Headers that every answer carries, and the pages of other origins that may call the API."""

from typing import Any

from sanic import HTTPResponse, Request, empty

from edge.problem import Problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
_ALLOWED_METHODS = "GET, POST, PUT, DELETE"


def install_headers(app: Any, allowed_origins: tuple[str, ...]) -> None:
    """Set the headers on every answer, and answer the preflights of allowed origins.

    Cookies never cross origins: another site's page uses the conversation's bearer token alone.
    """

    @app.on_request  # type: ignore[untyped-decorator]
    async def preflight(request: Request) -> HTTPResponse | None:
        if request.method != "OPTIONS" or request.headers.get("origin") not in allowed_origins:
            return None
        return empty(
            204,
            headers={
                "Access-Control-Allow-Methods": _ALLOWED_METHODS,
                "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )

    @app.on_request  # type: ignore[untyped-decorator]
    async def text_only(request: Request) -> None:
        # Bytes that are not UTF-8 arrive as lone surrogates, which neither a digest nor a database takes.
        if not all(value.isascii() or _is_text(value) for value in request.headers.values()):
            raise Problem(400, None, "Un en-tête de la demande n'est pas du texte UTF-8.")
        if "%00" in request.path:  # no file and no row has a NUL in its name, and looking for one fails
            raise Problem(404, None, "Rien à cette adresse.")

    @app.on_response  # type: ignore[untyped-decorator]
    async def headers(request: Request, response: HTTPResponse) -> None:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        origin = request.headers.get("origin")
        if origin in allowed_origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
        elif request.path.startswith("/static/"):
            # Modules and styles of the widget are public; the API is not.
            response.headers.setdefault("Access-Control-Allow-Origin", "*")
            response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
