"""Errors as people and programs read them: RFC 9457 problems, in French, saying what to do."""

from typing import Any

from sanic import HTTPResponse
from sanic.response import json as json_response

CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: "Demande illisible",
    401: "Identification nécessaire",
    403: "Action refusée",
    404: "Introuvable",
    405: "Méthode non prévue",
    409: "La conversation a changé",
    408: "Demande trop lente",
    413: "Demande trop grande",
    415: "Format non prévu",
    422: "Demande à corriger",
    429: "Trop de demandes",
    500: "Erreur du service",
    503: "Service indisponible",
}


class Problem(Exception):
    """Raised by a handler; mapped once to a response by the application.

    `title` may be None: the usual title of the status is used. `extra` joins the body (`owner`, `errors`…).
    """

    def __init__(self, status: int, title: str | None, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title or _TITLES.get(status, "Erreur")
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}

    def response(self) -> HTTPResponse:
        """Return the problem as an HTTP response."""
        body = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }
        headers = dict(self.headers)
        if self.status == 429 and "retry_after" in self.extra:
            headers["Retry-After"] = str(self.extra["retry_after"])
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return json_response(body, status=self.status, headers=headers, content_type=CONTENT_TYPE)
