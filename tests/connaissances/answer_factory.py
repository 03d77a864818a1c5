"""A small folder of answers, valid as it stands, that each test spoils in one way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 23)
REVIEW = date(2027, 2, 1)

SUJETS: dict[str, Any] = {
    "profils": ["salarie", "agent_public", "retraite"],
    "attributs": ["senior"],
    "themes": {
        "cpf": {
            "titre": "Formation",
            "sujets": [
                {"id": "cpf_credit", "besoin": "Crédit", "profils": ["salarie", "agent_public"]},
                {"id": "cpf_vente", "besoin": "Vendre", "attributs": ["senior"], "profils": ["salarie"]},
                {"id": "cpf_autre", "besoin": "Autre"},
            ],
        },
        "loin": {"titre": "Plus tard", "sujets": [{"id": "plus_tard", "besoin": "Plus tard"}]},
    },
}
PERIMETRE = {"themes": ["cpf"], "sujets": [], "sans_acte": ["cpf_autre"]}
SOURCE = {
    "titre": "Page officielle",
    "url": "https://exemple.gouv.fr/a",
    "date": "2026-03-03",
    "consulte": "2026-11-23",
}


def answer_file(sujet: str = "cpf_autre", **changes: Any) -> dict[str, Any]:
    """A valid answer file, with some fields replaced."""
    data: dict[str, Any] = {
        "sujet": sujet,
        "titre": "Un titre",
        "irreversible": False,
        "reponse": {
            "texte": "Votre compte reçoit {cpf.credit} chaque année.",
            "simple": "Vous recevez {cpf.credit} par an.",
            "oral": "Vous recevez {cpf.credit} chaque année.",
        },
        "suites": [
            {"titre": "Vendre", "sujet": "cpf_vente"},
            {"titre": "Calculer", "simulation": "cpf"},
        ],
        "acte": {"libelle": "Ouvrir le site", "url": "https://exemple.gouv.fr/", "organisme": "Caisse"},
        "sources": [SOURCE],
        "revue": {"statut": "relu", "le": "2026-11-23", "prochaine": REVIEW.isoformat()},
    }
    return copy.deepcopy({**data, **changes})


def variant(who: dict[str, str], text: str, **more: Any) -> dict[str, Any]:
    """A variant whose three wordings differ."""
    return {**who, "texte": text, "simple": f"Simple : {text}", "oral": f"Dit : {text}", **more}


@dataclass(frozen=True)
class FakeSource:
    titre: str = "Texte"
    url: str = "https://exemple.gouv.fr/t"
    date: date = TODAY


@dataclass(frozen=True)
class FakeValue:
    written: str
    spoken: str
    confidence: str = "A"
    label: str = "Crédit annuel"
    source: FakeSource = FakeSource()


VALUES = {
    "cpf.credit": FakeValue("500\u00a0€", "500 euros"),
    "cpf.douteux": FakeValue("9\u00a0€", "9 euros", confidence="C", label="Montant douteux"),
}


def resolve(ref: str, on: date) -> FakeValue:
    """Resolve as the parameters do: an unknown name raises."""
    if ref not in VALUES:
        raise LookupError("paramètre inconnu")
    return VALUES[ref]


def format_value(value: FakeValue, spoken: bool = False) -> str:
    return value.spoken if spoken else value.written


Write = Callable[..., Path]
