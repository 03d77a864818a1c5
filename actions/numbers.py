"""Reads amounts and shares typed or said in French. A figure inside a name (C2P) is not a number."""

from __future__ import annotations

import re

from unidecode import unidecode

_ONES = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15,
    "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_SCALES = {"cent": 100, "cents": 100, "mille": 1000}
_WORD = "|".join(sorted((*_ONES, *_SCALES), key=len, reverse=True))
_RUN = re.compile(rf"(?<!pour )\b(?:{_WORD})(?:(?:\s+et\s+|[\s-]+)(?:{_WORD}))*\b")
_NUMBER = re.compile(r"(?<![\w.,/])(\d{1,3}(?:[ .]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?![\w/]*\d)(?!\w*[a-z]\d)")
_UNIT = re.compile(r"\s*(?:€|eur\b|euros?\b|h\b|heures?\b)")
_NOTHING = re.compile(r"\b(?:rien|vide|zero|aucun (?:droit|euro)|pas (?:d.argent|de solde))\b")
_HALF = re.compile(r"\bmi[ -]?temps\b|\bmoitie\b")
_PERCENT = re.compile(r"(?<![\w.,])(\d{1,3})(?:[.,](\d))?\s*(?:%|pour ?cents?)")
_FRACTION = re.compile(r"(?<![\w.,])0[.,](\d{1,2})(?!\d)")
_BARE_PERCENT = 40  # below, a number without unit rather counts hours
_FIFTHS = re.compile(r"\b(\d)\s*(?:/\s*5|cinquiemes?)")


def words_to_figures(plain: str) -> str:
    """Replace French number words by figures in an unaccented lower-case text.

    A year in two parts is read as one number: `mille neuf cent soixante-cinq` gives `1965`.
    """
    return _RUN.sub(lambda match: _spoken(match[0]), plain)


def read_amount(text: str) -> float | None:
    """The one amount of a sentence (euros or hours); None when there is none, or several without a unit."""
    plain = _plain(text)
    found = list(_NUMBER.finditer(words_to_figures(plain)))
    if not found:
        return 0.0 if _NOTHING.search(plain) else None
    source = words_to_figures(plain)
    with_unit = [match for match in found if _UNIT.match(source, match.end())]
    chosen = with_unit if with_unit else found
    return _value(chosen[0]) if len(chosen) == 1 else None


def read_share(text: str) -> float | None:
    """A share of full time between 0 and 1: `80 %`, `mi-temps`, `0,8`, `4/5`, or a bare percentage."""
    plain = _plain(text)
    if _HALF.search(plain):
        return 0.5
    plain = words_to_figures(plain)
    if match := _FIFTHS.search(plain):
        return _share(int(match[1]) / 5)
    if match := _PERCENT.search(plain):
        return _share(float(f"{match[1]}.{match[2] or 0}") / 100)
    if match := _FRACTION.search(plain):
        return _share(float(f"0.{match[1]}"))
    bare = re.fullmatch(r"\D*?(\d{2,3})\W*", plain)
    return _share(int(bare[1]) / 100) if bare and int(bare[1]) >= _BARE_PERCENT else None


def _plain(text: str) -> str:
    spaced = (
        text.replace("\u00a0", " ").replace("\u202f", " ").replace("€", " euros ").replace("%", " pour cent ")
    )
    return unidecode(spaced).lower()


def _spoken(run: str) -> str:
    """Add up one run of number words; « un » or « une » alone is an article."""
    words = [word for word in re.split(r"[\s-]+", run) if word != "et"]
    if words in (["un"], ["une"]):
        return run
    total = group = 0
    for position, word in enumerate(words):
        if word == "mille":
            total, group = total + max(group, 1) * 1000, 0
        elif word in _SCALES:
            group = max(group, 1) * 100
        elif word in ("vingt", "vingts") and position and words[position - 1] == "quatre":
            group += 76  # quatre-vingt: the 4 is already counted
        else:
            group += _ONES[word]
    return str(total + group)


def _value(match: re.Match[str]) -> float:
    return float(f"{re.sub(r'[ .]', '', match[1])}.{match[2] or 0}")


def _share(value: float) -> float | None:
    return round(value, 4) if 0 < value <= 1 else None
