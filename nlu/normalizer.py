"""French normalisation of what usagers type or say, for our own features only.

The text kept in the tracker or shown to anyone is never changed by this module.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032\uff07]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0b-\x1f\x7f]"
)
_REPEATED = re.compile(r"([a-zà-ÿ!?.])\1{2,}")
_NOT_WORD = re.compile(r"[^\w'€%+]+", re.UNICODE)
_SPACES = re.compile(r"\s+")

# Acronyms of the field. People spell them ("c p f", "C.P.F.") and phone transcripts cut them up.
_ACRONYMS = frozenset(
    [
        *("cpf", "cpa", "c2p", "c3p", "cep", "vae", "dif", "cif", "are", "rqth", "cdi", "cdd", "rsi", "anpe"),
        *(
            "csp",
            "ptp",
            "opco",
            "aif",
            "poei",
            "poec",
            "afpr",
            "ars",
            "cet",
            "cec",
            "caf",
            "rsa",
            "cnav",
            "ati",
        ),
        *("carsat", "msa", "urssaf", "agirc", "arrco", "cnracl", "ircantec", "dsn", "rh", "apec", "fongecif"),
        *("afdas", "ass", "arce", "acre"),
    ]
)
_SPELLED = re.compile(r"\b(?:[a-z0-9][ .\-]{1,2}){1,5}[a-z0-9]\b\.?")
_SPOKEN = (
    (re.compile(r"\bc[eé] ?p[eé] ?(?:eff?e?|f)\b"), "cpf"),
    (re.compile(r"\bc[eé]p[eé]eff?e?\b"), "cpf"),
    (re.compile(r"\bc[eé] ?p[eé] ?a\b"), "cpa"),
    (re.compile(r"\bc[eé]? ?deux ?p[eé]?\b"), "c2p"),
    (re.compile(r"\bc[eé]? ?trois ?p[eé]?\b"), "c3p"),
    (re.compile(r"\bc[eé] ?(?:e|eu) ?p[eé]\b"), "cep"),
    (re.compile(r"\bv[eé] ?a ?(?:e|eu)\b"), "vae"),
    (re.compile(r"\bd[eé] ?i ?eff?e\b"), "dif"),
    (re.compile(r"\br ?q ?t ?(?:h|ache)\b"), "rqth"),
)

# SMS and hurried spellings, whole words only (accents already kept, case folded).
_SMS = {
    "slt": "salut",
    "bjr": "bonjour",
    "bnjr": "bonjour",
    "bsr": "bonsoir",
    "cc": "coucou",
    "stp": "s'il te plaît",
    "svp": "s'il vous plaît",
    "pk": "pourquoi",
    "pq": "pourquoi",
    "pkoi": "pourquoi",
    "pourkoi": "pourquoi",
    "koi": "quoi",
    "kan": "quand",
    "qd": "quand",
    "qand": "quand",
    "cb": "combien",
    "cmb": "combien",
    "combi1": "combien",
    "cmt": "comment",
    "comen": "comment",
    "koman": "comment",
    "kel": "quel",
    "kelle": "quelle",
    "ki": "qui",
    "ke": "que",
    "tt": "tout",
    "ts": "tous",
    "ds": "dans",
    "ns": "nous",
    "vs": "vous",
    "bcp": "beaucoup",
    "mtn": "maintenant",
    "mnt": "maintenant",
    "tjs": "toujours",
    "tjr": "toujours",
    "tjrs": "toujours",
    "qqn": "quelqu'un",
    "qq1": "quelqu'un",
    "qqch": "quelque chose",
    "qqc": "quelque chose",
    "dc": "donc",
    "pr": "pour",
    "avc": "avec",
    "jai": "j'ai",
    "g": "j'ai",
    "chui": "je suis",
    "chuis": "je suis",
    "jsuis": "je suis",
    "jsp": "je ne sais pas",
    "jveux": "je veux",
    "jvx": "je veux",
    "jpeux": "je peux",
    "jpe": "je peux",
    "jvoudrai": "je voudrais",
    "jcomprends": "je comprends",
    "rdv": "rendez-vous",
    "tel": "téléphone",
    "tél": "téléphone",
    "msg": "message",
    "nn": "non",
    "ouais": "oui",
    "ouai": "oui",
    "pb": "problème",
    "pbm": "problème",
    "ya": "il y a",
    "ct": "c'était",
    "c": "c'est",
    "cété": "c'était",
    "é": "et",
    "dmd": "demande",
    "dde": "demande",
    "taf": "travail",
    "boulot": "travail",
    "tafe": "travaille",
    "bosse": "travaille",
    "bosser": "travailler",
    "dem": "démission",
    "demissioné": "démissionné",
    "form": "formation",
    "frmation": "formation",
    "permi": "permis",
    "vrai": "vrai",
    "merki": "merci",
    "mci": "merci",
    "mrc": "merci",
    "mercii": "merci",
    "ok": "d'accord",
    "dac": "d'accord",
    "aprés": "après",
    "apres": "après",
    "anné": "année",
    "retrète": "retraite",
    "retrete": "retraite",
    "chomage": "chômage",
    "chomdu": "chômage",
    "xp": "expérience",
    "euro": "euros",
    "€": "euros",
}

# Old and long names: kept, and the present name is added beside, so that both words are features.
_NAMES = (
    (re.compile(r"\b(?:p[oô]le?s? ?emploi|paul emploi|anpe|assedics?)\b"), "france travail"),
    (re.compile(r"\bc3p\b"), "c2p"),
    (re.compile(r"\b(?:compte )?p[eé]nibilit[eé]\b"), "c2p"),
    (re.compile(r"\bcompte pro(?:fessionnel)? (?:de )?pr[eé]vention\b"), "c2p"),
    (re.compile(r"\bdroit individuel [aà] la formation\b"), "dif"),
    (re.compile(r"\bcompte (?:personnel|perso) (?:de |a la )?formation\b"), "cpf"),
    (re.compile(r"\b(?:mon )?compte formation\b"), "cpf"),
    (re.compile(r"\bcompte (?:personnel|perso) d'activit[eé]\b"), "cpa"),
    (re.compile(r"\bconseil(?:ler)? en [eé]volution pro(?:fessionnelle)?\b"), "cep"),
    (re.compile(r"\ballocation (?:d'aide au )?retour [aà] l'emploi\b"), "are chômage"),
    (re.compile(r"\bcif\b"), "ptp"),
    (re.compile(r"\brsi\b"), "indépendant"),
    (re.compile(r"\b(?:allocs?|indemnit[eé]s?) (?:de )?ch[oô]mage\b"), "are"),
)


def _join_spelled(match: re.Match[str]) -> str:
    raw = match.group(0)
    joined = re.sub(r"[ .\-]", "", raw)
    if joined in _ACRONYMS:
        return joined
    # "c c p f" or "a c p f": an isolated letter may precede the acronym.
    if joined[1:] in _ACRONYMS:
        return f"{joined[0]} {joined[1:]}"
    return raw


@lru_cache(maxsize=4096)
def normalize(text: str) -> str:
    """Return the text lower-cased, unified and expanded, accents kept."""
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", _APOSTROPHES.sub("'", text)).lower()
    text = _REPEATED.sub(r"\1", text)
    text = _SPELLED.sub(_join_spelled, text)
    for pattern, acronym in _SPOKEN:
        text = pattern.sub(acronym, text)
    question = " ?" if "?" in text else ""
    words = _NOT_WORD.sub(" ", text).split()
    text = " ".join(_SMS.get(word, word) for word in words)
    for pattern, name in _NAMES:
        text = pattern.sub(lambda m, name=name: f"{m.group(0)} {name}", text, count=1)  # type: ignore[misc]
    return _SPACES.sub(" ", text).strip() + question


def fold(text: str) -> str:
    """Return the text without accents (ligatures opened)."""
    text = text.replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
