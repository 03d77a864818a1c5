"""Errors of the Rasa side, in one tree; the gate channel maps each to one HTTP answer.

NluError
├── ModelUnavailable      503: no model, or one whose digest is not the recorded one
├── ActionServerFailed    502: the action server is down, slow, or answered an error
├── InvalidReply          502: an action said something else than one custom object
├── InvalidRequest        422: what the gate sent cannot be a message
└── Unauthorized          401
No message text is ever put in an error.
"""

from __future__ import annotations


class NluError(Exception):
    """Base of all our errors; `detail` is French and safe to show."""

    status = 500
    title = "Erreur interne"
    detail = "Une erreur interne est survenue."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.detail)
        if detail:
            self.detail = detail


class ModelUnavailable(NluError):
    status = 503
    title = "Modèle indisponible"
    detail = "Aucun modèle n'est chargé : lancez « make train », puis redémarrez."


class ActionServerFailed(NluError):
    status = 502
    title = "Serveur d'actions injoignable"
    detail = "Le serveur d'actions ne répond pas ou répond par une erreur ; le message peut être renvoyé."


class InvalidReply(NluError):
    status = 502
    title = "Réponse inattendue"
    detail = "Une action a répondu autre chose qu'un objet « custom »."


class InvalidRequest(NluError):
    status = 422
    title = "Message invalide"
    detail = "Le message envoyé par la passerelle n'a pas la forme attendue."


class Unauthorized(NluError):
    status = 401
    title = "Non autorisé"
    detail = "Le secret partagé manque ou est faux."
