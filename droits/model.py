"""The answer of the rights API: one person, their accounts, each with its own date or its own error.
An account that does not follow the contract becomes an account in error: the others are still read."""

from __future__ import annotations

import datetime
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
)
from pydantic.functional_validators import WrapValidator

Profil = Literal[
    "salarie", "agent_public", "independant", "demandeur_emploi", "jeune", "retraite", "employeur"
]
Attribut = Literal[
    "senior", "handicap", "aidant", "parent", "temps_partiel", "peu_qualifie",
    "cadre", "interimaire", "saisonnier", "contractuel_public", "esat", "outre_mer",
]  # fmt: skip
NomCompte = Literal["cpf", "c2p", "cec", "cet", "chomage", "retraite"]
COMPTES: tuple[NomCompte, ...] = ("cpf", "c2p", "cec", "cet", "chomage", "retraite")
STALE_AFTER = timedelta(days=180)

Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Compte(_Model):
    """Any account that was read; `maj` is when its holder last updated it."""

    maj: AwareDatetime

    def stale(self, now: datetime.datetime, after: timedelta = STALE_AFTER) -> bool:
        """True when the account has not been updated for long: say it with the figures."""
        return now - self.maj > after


class Mouvement(_Model):
    """One line of a CPF: positive when credited."""

    date: datetime.date
    libelle: str
    montant: float


class CompteCpf(Compte):
    """Training account: euros, or hours for a public agent."""

    unite: Literal["euros", "heures"]
    solde: Positive
    plafond: Positive
    credit_annuel: Positive
    mouvements: list[Mouvement] = []


class Exposition(_Model):
    """Points gained in a year for occupational risks."""

    annee: int
    facteurs: list[str]
    points: Count


class CompteC2p(Compte):
    """Prevention account, in points."""

    points: Count
    points_reserves_formation: Count | None = None
    points_utilises: Count = 0
    expositions: list[Exposition] = []


class Activite(_Model):
    """A volunteering activity that gave rights."""

    annee: int
    libelle: str
    montant: Positive


class CompteCec(Compte):
    """Civic engagement account, in euros."""

    solde: Positive
    activites: list[Activite] = []


class CompteCet(Compte):
    """Time-savings account, in days."""

    jours: Positive
    regime: Literal["prive", "public"]
    employeur: str | None = None


class CompteChomage(Compte):
    """Unemployment insurance: gross daily allowance, and days left."""

    statut: Literal["indemnise", "non_indemnise", "droits_epuises"]
    allocation_journaliere: Positive | None = None
    sjr: Positive | None = None
    jours_total: Count | None = None
    jours_restants: Count | None = None
    date_debut: date | None = None
    date_fin_estimee: date | None = None


class Regime(_Model):
    """Quarters in one basic scheme."""

    nom: str
    trimestres: Count


class TrimestresDebut(_Model):
    """Quarters gathered before the end of the year of each age."""

    avant_16: Count = 0
    avant_18: Count = 0
    avant_20: Count = 0
    avant_21: Count = 0


class CompteRetraite(Compte):
    """Retirement record, all basic schemes."""

    trimestres_valides: Count
    trimestres_cotises: Count | None = None
    trimestres_debut: TrimestresDebut | None = None
    regimes: list[Regime] = []
    liquidee_le: date | None = None


class Erreur(_Model):
    """Why an account could not be read."""

    code: Literal["indisponible", "illisible"]
    detail: str


class CompteEnErreur(_Model):
    """An account that exists but could not be read."""

    erreur: Erreur


def unreadable(name: str) -> CompteEnErreur:
    """An account whose answer is not of the contract."""
    return CompteEnErreur(erreur=Erreur(code="illisible", detail=f"Le compte {name} n'a pas pu être lu."))


def unavailable(name: str) -> CompteEnErreur:
    """An account whose holder does not answer."""
    detail = f"Le compte {name} ne répond pas pour le moment."
    return CompteEnErreur(erreur=Erreur(code="indisponible", detail=detail))


def _or_error(raw: object, handler: ValidatorFunctionWrapHandler, info: Any) -> object:
    if raw is None or isinstance(raw, CompteEnErreur):
        return raw
    if isinstance(raw, dict) and raw.get("erreur") is not None:
        try:
            return CompteEnErreur.model_validate(raw)
        except ValidationError:
            return unavailable(info.field_name)
    try:
        return handler(raw)
    except ValidationError:
        return unreadable(info.field_name)


_Tolerant = WrapValidator(_or_error)


class Comptes(_Model):
    """The six accounts; None when the person has none."""

    cpf: Annotated[CompteCpf | CompteEnErreur | None, _Tolerant] = None
    c2p: Annotated[CompteC2p | CompteEnErreur | None, _Tolerant] = None
    cec: Annotated[CompteCec | CompteEnErreur | None, _Tolerant] = None
    cet: Annotated[CompteCet | CompteEnErreur | None, _Tolerant] = None
    chomage: Annotated[CompteChomage | CompteEnErreur | None, _Tolerant] = None
    retraite: Annotated[CompteRetraite | CompteEnErreur | None, _Tolerant] = None

    @property
    def in_error(self) -> list[NomCompte]:
        """Accounts that could not be read."""
        return [name for name in COMPTES if isinstance(getattr(self, name), CompteEnErreur)]

    @property
    def absent(self) -> list[NomCompte]:
        """Accounts that the person does not have."""
        return [name for name in COMPTES if getattr(self, name) is None]


class Identite(_Model):
    """Who the rights belong to. Never a social security number."""

    id: str
    nom: str
    date_naissance: date
    fictive: bool = False


class Droits(_Model):
    """The whole answer of `GET /droits/me`."""

    personne: Identite
    profil: Profil
    attributs: list[Attribut] = []
    comptes: Comptes
    maj: AwareDatetime

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; an absent account is absent."""
        return self.model_dump(mode="json", exclude_none=True)
