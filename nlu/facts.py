"""Facts that a rule reads better than a classifier: a date, an amount, the profil that someone says
they have.

Pure text in, plain values out. Refuses to guess: a year alone is not a date of birth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from nlu.normalizer import fold


@dataclass(frozen=True)
class Fact:
    """What was read, and where in the original text."""

    entity: str
    value: str
    start: int
    end: int


_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for name in names
}
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WRITTEN_DATE = re.compile(r"\b(\d{1,2})\s*(?:er)?\s+(" + "|".join(_MONTHS) + r")\.?\s+(\d{4})\b")
_AMOUNT = re.compile(r"\b(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d+)(?:[.,](\d{1,2}))?\s*(?:€|euros?\b|eur\b)")
_BARE_FACT = re.compile(
    r"^(?:le |en |environ |a peu pres |c'est )*[\d\s.,/\-]+(?:er)?\s*"
    r"(?:€|euros?|eur|ans?|mois|heures?|h|%|trimestres?)?\s*[.!]*$"
)

# Whole phrases only: "je suis salarié" says a profil, "mon salarié" does not.
_I_AM = (
    r"\b(?:je suis|j'suis|jsuis|chuis?|moi,? je suis|en tant qu[e']\s?)\s*"
    r"(?:une?\s+|actuellement |maintenant |encore |toujours )*"
)
PROFIL_WORDS: tuple[tuple[str, str], ...] = (
    (
        "agent_public",
        r"(?:fonctionnaires?|agente?s? (?:de la fonction publique|publi(?:c|que)s?|titulaire|contractuel)"
        r"|contractuelle?s? (?:de la|a la|du public)|dans (?:le public|la fonction publique))",
    ),
    (
        "independant",
        r"(?:independante?s?|(?:auto|micro)[- ]?entrepreneu(?:r|se)s?|artisane?s?|commercante?s?"
        r"|a (?:mon|son) compte|professions? liberales?|liberale?s?)\b",
    ),
    (
        "demandeur_emploi",
        r"(?:au chomage|demandeu(?:r|se)s? d'emploi|sans emploi|chomeu(?:r|se)"
        r"|inscrite? (?:a |au )?(?:france travail|pole emploi))",
    ),
    ("retraite", r"(?:retraitee?s?\b|(?:deja )?a la retraite\b)"),
    ("employeur", r"(?:employeu(?:r|se)|patronn?e?s?\b|chef(?:fe)?s? d'entreprise|drh\b|rh\b|dirigeante?)"),
    ("jeune", r"(?:etudiante?s?|lyceenn?e?s?|jeunes? diplomee?s?|apprentie?s?\b)"),
    ("salarie", r"(?:salarie?e?s?\b|en cdi|en cdd|dans le prive|interimaire)"),
)
_PROFIL_PATTERNS = [(name, re.compile(_I_AM + "(?P<word>" + words + ")")) for name, words in PROFIL_WORDS]
_PROFIL_ALONE = [(name, re.compile(r"^\W*(?:une?\s+)?" + words + r"\W*$")) for name, words in PROFIL_WORDS]


@lru_cache(maxsize=128)
def same_length_fold(text: str) -> str:
    """Lower-case and fold character by character so that offsets stay those of the original text."""
    return "".join((fold(c.lower()) or " ")[0] for c in text.replace("\u2019", "'"))


def _as_date(year: int, month: int, day: int) -> str | None:
    if year < 100:
        year += 1900 if year > 30 else 2000
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _dates(text: str) -> list[Fact]:
    found: list[tuple[re.Match[str], str | None]] = []
    for match in _ISO_DATE.finditer(text):
        found.append((match, _as_date(*(int(g) for g in match.groups()))))
    if not found:
        for match in _NUMERIC_DATE.finditer(text):
            day, month, year = (int(g) for g in match.groups())
            found.append((match, _as_date(year, month, day)))
    for match in _WRITTEN_DATE.finditer(text):
        found.append((match, _as_date(int(match.group(3)), _MONTHS[match.group(2)], int(match.group(1)))))
    return [Fact("date", value, match.start(), match.end()) for match, value in found if value]


def _amounts(text: str) -> list[Fact]:
    return [
        Fact(
            "montant",
            re.sub(r"\D", "", m.group(1)) + (f".{m.group(2)}" if m.group(2) else ""),
            m.start(),
            m.end(),
        )
        for m in _AMOUNT.finditer(text)
    ]


def _profil(text: str) -> list[Fact]:
    if re.search(r"\bj(?:e n'|')?e? ?(?:ne )?suis (?:plus|pas)\b", text):
        return []  # a negation: what they are not; the question with buttons will settle it
    for patterns in (_PROFIL_PATTERNS, _PROFIL_ALONE):
        for name, pattern in patterns:
            match = pattern.search(text)
            if match:
                return [Fact("profil", name, match.start(), match.end())]
    return []


def read_facts(text: str) -> list[Fact]:
    """List the facts found in a text, in no particular order."""
    folded = same_length_fold(text)
    return [*_dates(folded), *_amounts(folded), *_profil(folded)]


def is_bare_fact(text: str) -> bool:
    """Tell whether the text is nothing but a date, a number or an amount."""
    folded = same_length_fold(text.strip())
    if not any(c.isdigit() for c in folded):
        return False
    return bool(_BARE_FACT.match(folded) or _WRITTEN_DATE.fullmatch(folded.removeprefix("le ").strip(" .!")))
