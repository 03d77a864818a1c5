"""Hides what says who somebody is, in a sentence kept for another purpose than answering them.

Stronger than `handoff.cleaning`, which masks what must never be written at all: here a doubtful match is
masked, because a word too many lost costs nothing and a name kept costs a person. It never gives back what
it hid. A rule cannot see everything: a human reads each sentence again before it is used.
"""

import re
from datetime import date

from handoff.cleaning import mask_nir, with_plain_digits

MASK = re.compile(r"\[[^\]\[]* masquée?\]")
_EMAIL, _LINK, _IBAN = "[adresse électronique masquée]", "[lien masqué]", "[IBAN masqué]"
_PHONE, _BIRTH, _NUMBER = "[téléphone masqué]", "[date masquée]", "[numéro masqué]"
_NAME, _ADDRESS = "[nom masqué]", "[adresse masquée]"
# A date as old as this may be the day somebody was born.
_OLD_ENOUGH = 14
_BIRTH_WITHIN = 32

_EMAILS = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\barobase\b)\s?[\w-]+(?:\s?(?:\.|\bpoint\b)\s?[\w-]+)+", re.I
)
_LINKS = re.compile(r"\b(?:https?://|www\.)\S+", re.I)
_IBANS = re.compile(r"\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?[a-z0-9]{1,3})?\b", re.I)
_PHONES = re.compile(
    r"(?<!\d)(?:(?:\+|00)\s?\d{1,3}(?:[ .\-/()]{0,3}\d){6,12}|0[1-9](?:[ .\-/_]{0,3}\d\d){4})(?!\d)"
)
_MONTHS = (
    r"janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?"
    r"|oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?"
)
_DATES = re.compile(
    r"(?<!\d)(?:(?P<iso>\d{4})-\d\d-\d\d"
    r"|(?P<day>\d{1,2})\s?[/.\- ]\s?(?P<month>\d{1,2})\s?[/.\- ]\s?(?P<year>\d{4}|\d\d)"
    rf"|(?:\d{{1,2}}(?:er)?\s+)?(?:{_MONTHS})\b\.?\s+(?P<named>\d{{4}}|\d\d))(?!\d)",
    re.I,
)
_BIRTHS = re.compile(r"\bn[ée]e?s?\b|naissance|naquis|anniv", re.I)
# Not what follows L, R or D: an article of a code is no one's number.
_RUNS = re.compile(r"(?<![\dLRD])(?<![LRD]\. )\d(?:[ .\-/_]{0,2}\d){5,}(?!\d)")
_CURRENCY = re.compile(r"\s?(?:€|euros?\b|k€|balles\b)", re.I)
_NUMERALS = (
    "z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    "|vingts?|trente|quarante|cinquante|soixante|cents?|mille|et"
)
_SPOKEN = re.compile(rf"(?:\b(?:{_NUMERALS})\b[\s-]*){{8,}}", re.I)
_STREETS = re.compile(
    r"\b\d{1,4}\s?(?:bis|ter|quater)?,?\s+(?:rue|avenue|boulevard|bd|chemin|all[ée]e|impasse|quai|r[ée]sidence)"
    r"\s+[^,.;\n!?]{2,60}",
    re.I,
)
_WORD = r"[^\W\d_][\w'’-]*"
_STOP = (
    r"(?:et|je|j|mais|pour|car|donc|alors|puis|mon|ma|mes|nous|on|il|elle|comment|est|suis|ai|depuis"
    r"|salari[ée]e?)"
)
_SAID_NAMES = re.compile(
    r"(?P<said>\b(?:[ms]['’ ]?\s?appell?es?|appell?e[rz]?[ -]moi|(?:mon|ma|son|sa|le|notre)?\s?(?:pr[ée])?nom"
    r"(?:\s(?:de famille|complet|d['’]usage))?\s?(?:est|:|c['’ ]?est))\s*:?\s*)"
    rf"(?P<name>(?:(?!{_STOP}\b){_WORD}\s?){{1,3}})",
    re.I,
)
_PROPER = r"[A-ZÀ-Þ][\w'’-]*(?:\s+(?:d[eu]\s+|l[ae]\s+)?[A-ZÀ-Þ][\w'’-]*){0,2}"
_TITLED = re.compile(
    r"(?P<said>\b(?:[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|M\.|[Mm]r|[Mm]me|[Mm]lle|[Dd]octeur|[Dd]r|MONSIEUR|MADAME"
    rf"|[Mm]oi c['’]est|[Jj]e suis)\.?\s+)(?P<name>{_PROPER})"
)
_SIGNED = re.compile(
    rf"(?P<said>(?:[Cc]ordialement|[Ss]alutations|[Rr]espectueusement)\W+)(?P<name>{_PROPER})\W*$"
)


def mask_identity(text: str, today: date) -> str:
    """Return the text without social security number, e-mail, link, IBAN, phone, address, name or birth date.

    `today` tells which dates are old enough to be a birth. Amounts, ages, years and recent dates stay.
    """
    text = mask_nir(with_plain_digits(text))
    text = _EMAILS.sub(_EMAIL, text)
    text = _LINKS.sub(_LINK, text)
    text = _IBANS.sub(lambda found: _IBAN if _count_digits(found[0]) >= 10 else found[0], text)
    text = _PHONES.sub(_PHONE, text)
    text = _STREETS.sub(_ADDRESS, text)
    text = _DATES.sub(lambda found: _dated(found, today), text)
    text = _RUNS.sub(_numbered, text)
    text = _SPOKEN.sub(_NUMBER + " ", text)
    for pattern in (_SAID_NAMES, _TITLED, _SIGNED):
        text = pattern.sub(_named, text)
    return text.strip()


def _count_digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _is_date(found: re.Match[str]) -> bool:
    return not found["day"] or (1 <= int(found["day"]) <= 31 and 1 <= int(found["month"]) <= 12)


def _dated(found: re.Match[str], today: date) -> str:
    """Mask a date said to be a birth, or that may be one; a month and its year only when said to be."""
    if not _is_date(found):
        return found[0]
    before = found.string[max(0, found.start() - _BIRTH_WITHIN) : found.start()]
    if _BIRTHS.search(before):
        return _BIRTH
    year = found["iso"] or found["year"] or found["named"]
    has_a_day = found[0][0].isdigit()
    old = len(year) == 2 or int(year) <= today.year - _OLD_ENOUGH
    return _BIRTH if has_a_day and old else found[0]


def _numbered(found: re.Match[str]) -> str:
    """Mask a long run of digits, unless it is an amount of money or a date that stays."""
    date_found = _DATES.fullmatch(found[0])
    if date_found is not None and _is_date(date_found):
        return found[0]
    an_amount = _count_digits(found[0]) <= 9 and _CURRENCY.match(found.string, found.end())
    return found[0] if an_amount else _NUMBER


def _named(found: re.Match[str]) -> str:
    end = " " if found["name"][-1].isspace() else ""
    return found["said"] + _NAME + end + found[0][len(found["said"]) + len(found["name"]) :]
