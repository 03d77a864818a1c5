"""The families of topics (cpf, chômage…): the words that name them, and those that give a context.

Pure text. The list of topics belongs to connaissances/sujets.yml: only the beginning of an identifier is
read here.
"""

from __future__ import annotations

import re

from nlu.facts import same_length_fold

# The first word of a topic's name, and the words under which people ask about its family.
_FAMILIES = {
    "cpa": "cpa",
    "cpf": "cpf",
    "c2p": "points c2p",
    "cec": "compte d'engagement citoyen",
    "cet": "compte épargne-temps",
    "are": "chômage",
    "retraite": "retraite",
    "formation": "formation",
    "employeur": "employeur",
}
# The topics of the service itself: nothing follows « merci », and they need no context to be understood.
SERVICE = frozenset(
    (
        *("parler_conseiller", "rappel_telephone", "reclamation", "suivi_demande", "suivi_dossier_organisme"),
        *("recours_decision", "attestations_documents", "probleme_technique", "effacer_donnees"),
        *("accessibilite", "assistant_capacites", "detresse", "insulte", "salutation", "remerciement"),
        *("au_revoir", "hors_sujet"),
    )
)

# Words that name the matter by themselves; written without accents. A topic without family is named by
# its own identifier; the empty name is for several of them.
_NAMED = {
    "cpf": r"c\.?p\.?f\b|compte (?:personnel |perso )?(?:de )?formation|\bdif\b",
    "cpa": r"\bcpa\b|compte (?:personnel|perso) d'activite",
    "c2p": r"\bc[23]p\b|penibilite|compte (?:professionnel|pro) de prevention",
    "cec": r"\bcec\b|engagement citoyen",
    "cet": r"\b(?:le|mon|du|un|au) cet\b|^cet$|epargne[- ]temps",
    "are": r"chomage|chomdu|allocations?\b|indemnites?\b|france travail|pole emploi|\bl'are\b",
    "retraite": r"\bretraites?\b|\bpension",
    "formation": r"\bformations?\b",
    "retraite_reversion": r"reversion",
    "reconversion": r"reconversion",
    "cep": r"\bcep\b|evolution professionnelle",
    "vae": r"\bvae\b|validation des acquis",
    "bilan_competences": r"\bbilan\b",
    "alternance": r"\balternance|\bapprentissage|contrat pro\b|contrat de professionnalisation",
    "ptp": r"\bptp\b|transition pro(?:fessionnelle)?\b",
    "csp": r"\bcsp\b|securisation pro",
    "rupture_conventionnelle": r"rupture conventionnelle|rupture co\b",
    "rsa": r"\brsa\b",
    "prime_activite": r"prime d'activite",
    "rqth": r"\brqth\b|travailleur handicape",
    "arret_maladie": r"arret (?:de travail|maladie)",
    "invalidite_aah": r"\binvalidite|\baah\b",
    "service_civique": r"service civique",
    "cej": r"\bcej\b|engagement jeune",
    "titre_sejour_travail": r"titre de sejour|carte de sejour",
    "epargne_salariale": r"epargne salariale|interessement|participation aux benefices|\bpee\b",
    "mutuelle_prevoyance": r"mutuelle",
    "micro_entrepreneur_droits": r"(?:micro|auto)[- ]entreprise\b",
    "": r"conseiller|conge|\bcaf\b|impots?\b",
}
_NAMES = {family: re.compile(words) for family, words in _NAMED.items()}


def family(sujet: str) -> str:
    """What groups a topic with its neighbours: `cpf_solde` is of `cpf`; a topic alone is its own family."""
    first = sujet.partition("_")[0]
    return first if first in _FAMILIES else sujet


def family_words(sujet: str) -> str:
    """The words that put a few others in the context of a topic."""
    return _FAMILIES.get(family(sujet), sujet.replace("_", " "))


def topic_words(sujet: str) -> str:
    """The words that put a few others beside one topic, and no other of its family."""
    alone = family(sujet) == sujet
    return family_words(sujet) if alone else f"{family_words(sujet)} {' '.join(sujet.split('_')[1:])}"


def families_named(text: str) -> set[str]:
    """The families that a text names; the empty name stands for a matter without family."""
    plain = same_length_fold(text)
    return {name for name, words in _NAMES.items() if words.search(plain)}


def without_families(text: str, families: frozenset[str] | set[str]) -> str:
    """The text less the words that name these families: what was asked, whatever the matter."""
    plain = same_length_fold(text)
    for name in families & set(_NAMES):
        for match in _NAMES[name].finditer(plain):
            text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return " ".join(text.split())
