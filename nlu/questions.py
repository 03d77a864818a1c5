"""Cuts a message into the questions it may hold, in order. Pure text.

Refuses to say whether they are worth two answers: nlu.reading decides, once each part is understood.
"""

from __future__ import annotations

import re

from nlu.facts import same_length_fold

MOST_QUESTIONS = 3  # beyond, it is a story or a list of remarks: one reading of the whole is better
FEWEST_WORDS = 3

_ASKING = (
    r"(?:est[- ]ce|qu'est|c(?:'est)? [qk]uoi|c(?:'est)? koi|comment|cmt\b|combien|cb\b|pourquoi|pk\b"
    r"|quand (?:est|puis|dois|peut|vais|je (?:peux|pourrai))|quel(?:le)?s?\b"
    r"|(?:a|de|par|pour) (?:quel|quoi|qui)\b"
    r"|(?:puis|dois|ai|suis|pourrai|aurai|serai|vais)[- ]je\b|(?:peut|doit|a-t|touche-t)[- ]on\b"
    r"|faut[- ]il|y a[- ]t[- ]il|(?:j'ai|on a) (?:le )?droit|que (?:devient|se passe|deviennent)"
    r"|qui (?:peut|paye|paie|a droit)|ou (?:est|sont|se|dois|puis|trouver|voir|je (?:vois|trouve))\b)"
)
# A wish asks only when it is to know or to reach something: « je veux devenir boulanger » is a preamble.
_WISHING = (
    r"(?:(?:je (?:voudrais|voulais|veux|souhaite|souhaiterais|cherche a)|j'aimerais)"
    r"(?: bien| aussi| egalement)? (?:savoir|comprendre|connaitre|demander|consulter|voir (?:mon|ma|mes)"
    r"|parler a|etre (?:rappele|mis)|effacer|supprimer|contester|faire une reclamation)"
    r"|dites[- ]moi|expliquez[- ]moi)"
)
# What a second question begins with, in speech as in writing.
_LINK = (
    r"(?:(?:et|ou|mais|puis)\s+(?:aussi|sinon|puis|ensuite|egalement|encore|alors|en plus|au passage)"
    r"|(?:et\s+)?(?:pendant|tant) que j'y suis|(?:et\s+)?(?:une )?autre (?:question|chose)(?! qu)"
    r"|(?:et\s+)?(?:ma |la |une )?(?:premiere|deuxieme|seconde|troisieme|2e(?:me)?) (?:question|chose)"
    r"(?: c'est)?|(?:premierement|deuxiemement|troisiemement|d'abord|d'une part|(?:et\s+)?d'autre part"
    r"|par ailleurs|sinon))\b"
)
_BOUNDARY = re.compile(
    r"(?P<end>[?!…]+(?=\s|$)|\.+(?=\s|$)|;|\n+)"
    r"|(?:(?<=^)|(?<=\s)|(?<=\())(?:[1-9]\s?[).°/]|[a-c]\)|[-•*])\s+"
    rf"|(?:(?<=^)|(?<=[\s,])){_LINK}[\s,:]*"
    rf"|(?:(?<=\s)|(?<=,))et\s+(?={_ASKING}|{_WISHING}|savoir\b)"
)
_IS_ASKED = re.compile(rf"(?:^|[\s,(:]){_ASKING}|{_WISHING}|^\s*savoir\b")
_WORD = re.compile(r"[^\W_]+")


def split_questions(text: str) -> list[str]:
    """List the two or three parts of a message that ask something; empty when it does not split."""
    parts = [part for part, asked in _parts(text) if asked and len(_WORD.findall(part)) >= FEWEST_WORDS]
    return parts if 2 <= len(parts) <= MOST_QUESTIONS else []


def buried_question(text: str) -> str | None:
    """Return the only part of a message that asks something, when other parts surround it."""
    parts = _parts(text)
    asked = [part for part, asks in parts if asks and len(_WORD.findall(part)) >= FEWEST_WORDS]
    return asked[0] if len(asked) == 1 < len(parts) else None


def _parts(text: str) -> list[tuple[str, bool]]:
    """Each part with whether it has the form of a question."""
    folded = same_length_fold(text)
    found: list[tuple[str, bool]] = []
    start = 0
    for match in _BOUNDARY.finditer(folded):
        marked = "?" in (match.group("end") or "")
        found.append(_part(text, folded, start, match.start(), marked))
        start = match.end()
    found.append(_part(text, folded, start, len(text), False))
    return [(part, asked) for part, asked in found if part]


def _part(text: str, folded: str, start: int, end: int, marked: bool) -> tuple[str, bool]:
    part = text[start:end].strip(" \t\n,;:-()")
    return (f"{part} ?" if marked and part else part), marked or bool(_IS_ASKED.search(folded[start:end]))
