"""Puts the rights of an identified person into sentences. Each account may be missing, old or in error: it is
said, and the others are still given. Adds no calculation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.turn import Turn
from droits.errors import ClientError, DroitsRefused
from droits.model import (
    CompteC2p,
    CompteCec,
    CompteCet,
    CompteChomage,
    CompteCpf,
    CompteEnErreur,
    CompteRetraite,
    Droits,
)
from simulateur.dates import long_date
from simulateur.formats import format_euros, format_quantity

if TYPE_CHECKING:
    from actions.base import RightsReader

logger = logging.getLogger("actions")

# Topics that read rights, and the accounts they read.
RIGHTS_TOPICS: dict[str, tuple[str, ...]] = {
    "cpf_solde": ("cpf",),
    "c2p_solde": ("c2p",),
    "cpa_consulter_droits": ("cpf", "c2p", "cec", "cet", "chomage", "retraite"),
    "are_montant": ("chomage",),
    "are_duree": ("chomage",),
    "retraite_trimestres": ("retraite",),
}
# The figure is the answer: how to find it by oneself would only bury it.
FIGURES_SUFFICE = ("cpf_solde", "c2p_solde", "cpa_consulter_droits")
NAMES = {
    "cpf": "compte personnel de formation",
    "c2p": "compte professionnel de prévention",
    "cec": "compte d'engagement citoyen",
    "cet": "compte épargne-temps",
    "chomage": "dossier d'assurance chômage",
    "retraite": "relevé de carrière",
}
FICTIONAL = "Démonstration : cette personne est fictive, et ces droits aussi."
EXPIRED = "Je n'ai pas pu lire vos droits : votre identification a expiré. Identifiez-vous de nouveau."
UNREACHABLE = (
    "Je n'ai pas pu lire vos droits : le service qui les tient ne répond pas. Réessayez dans un moment."
)


@dataclass(frozen=True)
class RightsRead:
    """Sentences that open the answer, and whether they answer by themselves."""

    lines: list[str]
    suffice: bool = False


async def rights_lines(reader: RightsReader, turn: Turn, sujet: str) -> RightsRead:
    """Read the rights that a topic needs; nothing when there is nothing to read for anybody."""
    accounts = RIGHTS_TOPICS.get(sujet)
    if not accounts or turn.identity == "none":
        return RightsRead([])
    if turn.token is None:
        return RightsRead([EXPIRED])
    try:
        droits = await reader.me(turn.token)
    except DroitsRefused:
        return RightsRead([EXPIRED])
    except ClientError as exc:
        logger.warning("rights not read: %s", type(exc).__name__)
        return RightsRead([UNREACHABLE])
    lines = describe_rights(droits, accounts, sujet, spoken=turn.spoken)
    return RightsRead(lines, suffice=sujet in FIGURES_SUFFICE)


def describe_rights(droits: Droits, accounts: tuple[str, ...], sujet: str, *, spoken: bool) -> list[str]:
    """One line an account, then the doubts, then that the person is fictional."""
    lines = [_line(name, getattr(droits.comptes, name), sujet, droits.maj, spoken) for name in accounts]
    if droits.personne.fictive:
        lines.append(FICTIONAL)
    return lines


def _line(name: str, account: Any, sujet: str, now: datetime, spoken: bool) -> str:
    if account is None:
        return f"Aucun {NAMES[name]} n'est ouvert à votre nom."
    if isinstance(account, CompteEnErreur):
        return f"Je n'ai pas pu lire votre {NAMES[name]} : il ne répond pas ou sa réponse est illisible."
    written = _WRITERS[type(account)](account, sujet, spoken)
    day = long_date(account.maj.date())
    if account.stale(now):
        return f"{written} Attention, ce chiffre est ancien : dernière mise à jour le {day}."
    return f"{written} Mise à jour : {day}."


def _cpf(account: CompteCpf, sujet: str, spoken: bool) -> str:
    return f"Votre CPF contient {_money_or_hours(account.solde, account.unite, spoken)}."


def _c2p(account: CompteC2p, sujet: str, spoken: bool) -> str:
    text = f"Votre compte de prévention contient {format_quantity(account.points, 'points', spoken)}"
    if account.points_reserves_formation:
        kept = format_quantity(account.points_reserves_formation, "points", spoken)
        return f"{text}, dont {kept} réservés à la formation."
    return f"{text}."


def _cec(account: CompteCec, sujet: str, spoken: bool) -> str:
    return f"Votre compte d'engagement citoyen contient {format_euros(account.solde, spoken)}."


def _cet(account: CompteCet, sujet: str, spoken: bool) -> str:
    return f"Votre compte épargne-temps contient {format_quantity(account.jours, 'jours', spoken)}."


def _chomage(account: CompteChomage, sujet: str, spoken: bool) -> str:
    if account.statut == "droits_epuises":
        return "Vos droits au chômage sont épuisés."
    if account.statut == "non_indemnise":
        return "Vous ne touchez pas d'allocation chômage aujourd'hui."
    parts = []
    if account.allocation_journaliere is not None and sujet != "are_duree":
        parts.append(
            f"votre allocation est de {format_euros(account.allocation_journaliere, spoken)} brut par jour"
        )
    if account.jours_restants is not None and sujet != "are_montant":
        parts.append(f"il vous reste {format_quantity(account.jours_restants, 'jours', spoken)} d'allocation")
    if not parts:
        return "Votre dossier de chômage ne dit pas ce chiffre."
    text = " ; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _retraite(account: CompteRetraite, sujet: str, spoken: bool) -> str:
    if account.liquidee_le:
        return f"Votre retraite est versée depuis le {long_date(account.liquidee_le)}."
    quarters = format_quantity(account.trimestres_valides, "trimestres", spoken)
    text = f"Votre relevé compte {quarters}, tous régimes confondus"
    if len(account.regimes) > 1 and not spoken:
        shares = ", ".join(f"{r.nom} {r.trimestres}" for r in account.regimes)
        return f"{text} ({shares})."
    return f"{text}."


def _money_or_hours(amount: float, unit: str, spoken: bool) -> str:
    return format_euros(amount, spoken) if unit == "euros" else format_quantity(amount, "heures", spoken)


_WRITERS: dict[type, Callable[[Any, str, bool], str]] = {
    CompteCpf: _cpf,
    CompteC2p: _c2p,
    CompteCec: _cec,
    CompteCet: _cet,
    CompteChomage: _chomage,
    CompteRetraite: _retraite,
}
