"""Reads what leans on the answer before it: « et si je suis à mi-temps ? », « combien ? », « et mon mari ? ».

Pure text in, plain values out. Refuses to choose a topic: nlu.reading does, with the classifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.facts import PROFIL_WORDS, same_length_fold
from nlu.families import families_named

_LONGEST, _LONGEST_BARE = 11, 7
_LINK = re.compile(
    r"^(?:(?:et|mais|alors|donc|ou|ok|oui|d'accord|puis|euh|ah|bon|sinon|du coup|dans ce cas)\b[\s,]*)+"
)
_OPENING = re.compile(
    r"^(?:combien|pourquoi|quand|comment|ou ca|c'est (?:ou|quand|combien)|ca (?:fait|donne|marche)|a quel"
    r"|a partir de|pendant|a \d|pour (?:qui|une?|les?|mon|ma|quelqu)|si (?:je|j'|on|il|elle|mon|ma)"
    r"|meme (?:si|a|pour)|avec|chez|moi\b|mon (?:mari|fils|pere|frere|conjoint|ami|employe|salarie|collegue)"
    r"|ma (?:femme|fille|mere|soeur|conjointe)"
    r"|(?:ca|cela|c'est) .*\b(?:combien|comment|quand|longtemps|cher|obligatoire)\b)"
)
# Unemployed or retired is also what somebody is: « si je suis au chômage », not « combien au chômage ».
_STATUS = re.compile(
    r"^(?:au chomage|a la retraite)$"
    r"|\b(?:suis|est|etais|etait|serai|sont|une?|les|quelqu'un) (?:deja |actuellement )?"
    r"(?:au chomage|a la retraite|retraite|inscrit)"
)
# « Et si je suis en arrêt maladie ? » supposes a state, whatever its name: it asks about the matter before.
_STATE = re.compile(r"\bsi (?:je |j'|on |il |elle |mon \w+ |ma \w+ )?(?:suis|est|etais|etait) (?:deja )?en\b")
# « Mon employeur refuse », « former le salarié »: somebody of whom one speaks, not for whom one asks.
_SPOKEN_OF = r"(?<!\bmon )(?<!\bma )(?<!\bson )(?<!\bnotre )(?<!\ble )(?<!\bla )(?<!\bl')"
_CHANGES = re.compile(r"\b(?:devien|passe|deman?age|change|cree|creer|monte|lance|demissionn|quitt)")
_SELF = re.compile(r"\b(?:moi|je|j'|chui)\b.*\b(?:suis|chuis?)\b|^moi\b")
_SUPPOSED = re.compile(r"\bsi\b|\bpour (?:une?|les|mon|ma|quelqu)|\bquand\b|\bm(?:on|a) \w+")
# « la retraite » is a matter, « un retraité » somebody: without accents only the word before tells.
_SOMEBODY_RETIRED = r"(?:une?|les|des|aux?|suis|est|etais|etre|deja|jeune) retraitee?s?\b|a la retraite\b"
_SOMEBODY = {
    "retraite": _SOMEBODY_RETIRED,
    "jeune": r"(?:une?|les|des|aux?) jeunes?\b|" + dict(PROFIL_WORDS)["jeune"],
}
_PROFILS = [
    (name, re.compile(rf"{_SPOKEN_OF}\b(?:{_SOMEBODY.get(name, words)})")) for name, words in PROFIL_WORDS
]
_ATTRIBUTS = [
    (name, re.compile(words))
    for name, words in (
        ("temps_partiel", r"mi[- ]temps|temps partiel|temps non complet|\b[2-9]\d ?%"),
        ("handicap", r"handicap|\brqth\b"),
        ("interimaire", r"\binterim"),
        ("saisonnier", r"saisonni"),
        ("cadre", r"\bcadres?\b"),
        ("peu_qualifie", r"(?:sans|pas de|aucun) diplome"),
        ("aidant", r"\baidante?s?\b"),
        ("outre_mer", r"outre[- ]mer|guadeloupe|martinique|guyane|la reunion|mayotte"),
        ("senior", r"\b(?:5[5-9]|6\d) ans\b"),
    )
]


@dataclass(frozen=True)
class FollowUp:
    """A few words that lean on the answer before: for whom, and what they add."""

    linked: bool  # « et … »: it says itself that it continues
    profil: str | None = None
    attribut: str | None = None
    about_self: bool = False  # « et moi qui suis artisan ? »: the person says who they are


def read_follow_up(text: str) -> FollowUp | None:
    """Tell whether a message leans on the answer before it; None when it stands by itself."""
    plain = same_length_fold(text).strip(" ?!.…,")
    rest = _LINK.sub("", plain)
    linked = rest != plain
    count = len(rest.split())
    if not rest or count > (_LONGEST if linked else _LONGEST_BARE):
        return None
    if not linked and not _OPENING.match(rest):
        return None
    attribut = next((name for name, words in _ATTRIBUTS if words.search(rest)), None)
    profil = None if _CHANGES.search(rest) or attribut == "interimaire" else _only_profil(rest)
    if families_named(rest) and not _STATE.search(rest) and (profil is None or not _STATUS.search(rest)):
        return None
    about_self = profil is not None and bool(_SELF.search(rest)) and not _SUPPOSED.search(rest)
    return FollowUp(linked, profil, attribut, about_self)


def continues_elsewhere(text: str) -> bool:
    """Tell whether a few words say that they continue, but about another matter: « et ma retraite ? »."""
    plain = same_length_fold(text).strip(" ?!.…,")
    rest = _LINK.sub("", plain)
    return rest != plain and len(rest.split()) <= _LONGEST_BARE and bool(families_named(rest))


def _only_profil(plain: str) -> str | None:
    found = [name for name, words in _PROFILS if words.search(plain)]
    return found[0] if len(found) == 1 else None
