"""Finds amounts, thresholds and durations written in a sentence, in figures or in French words: they must be
references to dated parameters. Names (C2P), article numbers, dates and years are not amounts."""

from __future__ import annotations

import re

from connaissances.rendering import REFERENCE

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITS = (
    r"euros?|centimes?|heures?|minutes?|jours?|journées?|semaines?|mois|trimestres?|semestres?|ans?|années?"
    r"|points?|pour cent|%|€|kilomètres?|salariés?|personnes?|fois|repas|vacations?|nuits?"
)
_SMALL = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    "|dix-sept|dix-huit|dix-neuf"
)
_LARGE = (
    r"vingts?|trente|quarante|cinquante|soixante|septante|octante|nonante|cents?|mille|millions?|milliards?"
)
_ALLOWED = (
    REFERENCE.pattern,
    r"\b[A-Z]+[0-9]+[A-Z]*\b",  # names: C2P, C3P
    r"\b(?:articles?|art\.)\s(?:[LRD]\.?\s?)?[0-9][0-9-]*",
    r"\b[LRD]\.\s?[0-9]{3,4}(?:-[0-9]+)*",
    r"\bn°\s?[0-9][0-9*-]*",
    rf"\b(?:1er|[0-9]{{1,2}})\s(?:{_MONTHS})(?:\s(?:19|20)[0-9]{{2}})?\b",
    rf"\b(?:19|20)[0-9]{{2}}\b(?![,.]?[0-9])(?!\s?(?:{_UNITS})(?!\w))",
    r"\bniveaux?\s[1-8](?:\s(?:à|et|ou)\s[1-8])?\b",  # levels of diplomas are names
    r"\bcatégories?\s[0-9]\b",
)
_ALLOWED_RE = re.compile("|".join(f"(?:{pattern})" for pattern in _ALLOWED))
_FIGURES = re.compile(r"[0-9](?:[0-9\s.,]*[0-9])?(?:\s?(?:%|€|[A-Za-zÀ-ÿ]+))?")
_WORDS = (
    rf"\b(?:(?:{_SMALL})[ -])?(?:{_LARGE})(?:[ -](?:et[ -]une?|{_SMALL}|{_LARGE}))*\b"
    rf"(?:\s(?:{_UNITS})(?!\w))?",
    rf"\b(?:{_SMALL})(?:[ -](?:à|ou|et|{_SMALL}))*(?:\s(?:premiers?|premières?|derniers?|dernières?))?"
    rf"\s(?:d[e'’]\s?)?(?:{_UNITS})(?!\w)",
    r"\bun\s(?:an|mois|euro)(?!\w)",
    r"\bune\s(?:semaine)(?!\w)",
    r"\b(?:une?|la|les?|des|quelques|plusieurs)\s(?:dizaines?|douzaines?|quinzaines?|vingtaines?|trentaines?"
    r"|quarantaines?|cinquantaines?|soixantaines?|centaines?|milliers?)\b",
    r"\b(?:la|une)\smoitié\s(?:de|du|des|d['’])",
    r"\b(?:un|deux|trois|le|les)\s(?:tiers|quarts?)\s(?:de|du|des|d['’])",
    r"\ble\s(?:double|triple)\s(?:de|du|des|d['’])",
)
_WORDS_RE = re.compile("|".join(f"(?:{pattern})" for pattern in _WORDS), re.IGNORECASE)


def amounts_in(text: str) -> list[str]:
    """The amounts written outside a reference, as they stand in the text.

    >>> amounts_in("Le C2P donne {c2p.points} points, soit 500 € en deux ans.")
    ['500 €', 'deux ans']
    """
    kept = _ALLOWED_RE.sub("¤", text.replace("\u00a0", " ").replace("\u202f", " "))
    found = [*_FIGURES.finditer(kept), *_WORDS_RE.finditer(kept)]
    return [match[0].strip() for match in sorted(found, key=lambda match: match.start())]
