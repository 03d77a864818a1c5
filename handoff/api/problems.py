"""Every error, mapped once to a problem: no stack trace and no text of anybody ever goes out."""

import logging
from contextlib import suppress
from typing import Any

from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from edge.problem import Problem
from handoff import errors as e

log = logging.getLogger(__name__)

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_DETAILS = {
    400: "La demande est illisible : vérifiez sa forme.",
    404: "Rien à cette adresse.",
    405: "Cette adresse ne répond pas à cette méthode.",
    413: "La demande est trop grande.",
    408: "La demande a mis trop de temps à arriver.",
}


def problem_of(error: Exception) -> Problem:
    """Return the problem that tells this error to the outside."""
    match error:
        case Problem():
            return error
        case e.NotFound():
            return Problem(404, None, "Introuvable, ou effacé.")
        case e.Unauthenticated():
            return Problem(401, None, "Le jeton manque, n'est pas le bon ou a expiré.")
        case e.Forbidden():
            return Problem(403, None, str(error) or "Cette action ne vous est pas permise.")
        case e.Stale():
            who = f" : {error.owner} s'en occupe" if error.owner else ""
            return Problem(409, None, f"La conversation a changé entre-temps{who}.", owner=error.owner)
        case e.IllegalTransition():
            return Problem(409, None, "Ce n'est pas possible dans l'état actuel.", state=error.state)
        case e.AlreadyReviewed():
            return Problem(409, None, "Quelqu'un a déjà relu ce message : passez au suivant.")
        case e.BadPayload():
            return Problem(422, None, "Ce bouton n'est plus valable : écrivez votre demande.")
        case e.KeyReused():
            return Problem(422, None, "Cette clé Idempotency-Key a déjà servi pour un autre envoi.")
        case e.BadInput():
            errors = [{"field": error.field, "expected": error.expected}]
            return Problem(422, None, f"{error.field} : {error.expected}", errors=errors)
        case SanicException():
            status = error.status_code
            problem = Problem(status, None, _DETAILS.get(status, "La demande n'a pas pu être traitée."))
            problem.headers |= {name: str(value) for name, value in error.headers.items()}
            return problem
        case IsADirectoryError():  # a folder of static files
            return Problem(404, None, _DETAILS[404])
        case _:
            return Problem(500, None, "Une erreur est survenue de notre côté. Réessayez dans un instant.")


def _allowed(request: Request) -> list[str]:
    """Return the methods of an address; Sanic names none when the address has several handlers."""
    found = []
    for method in _METHODS:
        with suppress(SanicException):
            request.app.router.get(request.path, method, None)
            found.append(method)
    return found


def install_errors(app: Any) -> None:
    """Answer every error as a problem."""

    @app.exception(Exception)  # type: ignore[untyped-decorator]
    async def answer(request: Request, error: Exception) -> HTTPResponse:
        problem = problem_of(error)
        if problem.status == 405:
            problem.headers["Allow"] = ", ".join(_allowed(request))
        if problem.status >= 500:
            log.error("unhandled_error", extra={"error": type(error).__name__, "where": e.where(error)})
        return problem.response()
