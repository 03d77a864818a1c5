"""How profils are named on a button and recognised in a typed sentence; refuses to guess between two."""

from __future__ import annotations

import re

from unidecode import unidecode

LABELS = {
    "salarie": "Salarié du privé",
    "agent_public": "Agent public",
    "independant": "Indépendant",
    "demandeur_emploi": "Demandeur d'emploi",
    "jeune": "Jeune (études, premier emploi)",
    "retraite": "Retraité",
    "employeur": "Employeur ou RH",
}
SENTENCES = {
    "salarie": "salarié du privé",
    "agent_public": "agent public",
    "independant": "indépendant",
    "demandeur_emploi": "demandeur d'emploi",
    "jeune": "en études ou en premier emploi",
    "retraite": "retraité",
    "employeur": "employeur ou aux ressources humaines",
}
ATTRIBUTS = {
    "senior": "55 ans et plus",
    "handicap": "handicap reconnu",
    "aidant": "proche aidant",
    "parent": "parent",
    "temps_partiel": "temps partiel",
    "peu_qualifie": "peu ou pas diplômé",
    "cadre": "cadre",
    "interimaire": "intérimaire",
    "saisonnier": "saisonnier",
    "contractuel_public": "contractuel du public",
    "esat": "en Ésat",
    "outre_mer": "outre-mer",
}
_WORDS = {
    "agent_public": r"fonctionnaire|agente? publique?|fonction publique|hopital public|mairie|contractuel"
    r"|(?:dans|du) (?:le )?public",
    "demandeur_emploi": r"chomage|chomdu|chomeu|demandeu\w* d.?emploi|france travail|pole emploi|sans emploi"
    r"|cherche (?:du|un) (?:travail|emploi|boulot)",
    "independant": r"independant|a mon compte|auto.?entrepreneu|micro.?entrepreneu|artisan|freelance"
    r"|liberale?\b|commercant|gerante?\b|ma propre boite|agricult",
    "retraite": r"retraitee?s?\b|a la retraite",
    "jeune": r"etudiant|lycee|apprentie?\b|\bjeune|mes etudes",
    "employeur": r"employeu|patron|\bd?rh\b|ressources humaines|chef d.entreprise",
    "salarie": r"salarie|\bcdi\b|\bcdd\b|\binterim|(?:le|du) prive|entreprise privee",
}
_DENIED = re.compile(r"\b(?:pas|plus)\s+(?:d\w?\s|une?\s|dans\s|au\s)?\w+")


def read_profil(text: str | None) -> str | None:
    """The only profil a sentence states, or None when it states none or several."""
    plain = _DENIED.sub(" ", unidecode(text or "").lower())
    if plain.strip() in LABELS:
        return plain.strip()
    found = [profil for profil, pattern in _WORDS.items() if re.search(pattern, plain)]
    return found[0] if len(found) == 1 else None
