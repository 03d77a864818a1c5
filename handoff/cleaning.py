"""What happens to a text before anything is written, logged or sent: cleaned, bounded, masked.

The order matters: controls and bidi marks go first, then the ends are stripped, so that nothing hidden
in front of a character can bring it back later.
"""

import re
import unicodedata

from stdnum.fr import nir

from handoff.errors import BadInput

MAX_CHARACTERS = 4_000
NIR_MASK = "[numéro de sécurité sociale masqué]"

# Zero-width characters and bidirectional marks: invisible, and used to hide or to reorder text.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c\u180e]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# What stands between the digits of a number as people write it: spaces, full stops, dashes, a line break.
_USUAL = r"[ \n.\-/_\u2010-\u2015\u2212]{0,3}"
# Anything but letters and digits: believed only when the key is right.
_ANY = r"[^0-9A-Za-z]{0,3}"


def _digits(between: str) -> re.Pattern[str]:
    """13 digits and an optional key of 2; Corsica's 2A and 2B stand where the department is."""

    def several(*places: str) -> str:
        return between.join(places)

    department = several(r"\d", r"[\dABab]")
    body = several(
        "([1-478])", several(r"\d", r"\d"), "(" + several(r"\d", r"\d") + ")", department, *[r"\d"] * 6
    )
    return re.compile(f"{body}(?:{between}({several(r'[0-9]', r'[0-9]')}))?(?![0-9])")


_WRITTEN, _OBFUSCATED = _digits(_USUAL), _digits(_ANY)


def clean(text: str, field: str = "text") -> str:
    """Return `text` without control, bidi and zero-width characters, its ends stripped.

    Raises:
        BadInput: empty once cleaned, or longer than `MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInput(field, f"{MAX_CHARACTERS} caractères au plus ; votre message en a {len(text)}.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _HIDDEN.sub("", text)
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    text = _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", text)).strip()
    if not text:
        raise BadInput(field, "un message qui contient au moins un caractère visible.")
    return text


def mask_nir(text: str) -> str:
    """Replace every social security number by a mask, for good.

    Thirteen digits are masked when month and department make sense, whatever the key: a typing error still
    tells almost all of it. Between unusual separators, only with the right key.
    """
    plain, kept, shown = with_plain_digits(text), [], 0
    for start, end in _numbers(plain):
        kept += [text[shown:start], NIR_MASK]
        shown = end
    return "".join([*kept, text[shown:]])


def _numbers(plain: str) -> list[tuple[int, int]]:
    """Return where numbers begin and end; what may be read as two that overlap is masked whole."""
    found: list[tuple[int, int]] = []
    for start in range(len(plain)):
        end = _end_of_number(plain, start)
        if end is None:
            continue
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def with_plain_digits(text: str) -> str:
    """Return a text of the same length whose digits, of any script, are 0 to 9."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else str(unicodedata.digit(c, c)) for c in text)


def _end_of_number(text: str, start: int) -> int | None:
    """Return where the number that begins there ends, if one does."""
    if text[start] not in "123478" or (start and text[start - 1].isdigit()):
        return None
    for pattern in (_WRITTEN, _OBFUSCATED):
        match = pattern.match(text, start)
        if match is None:
            continue
        number = re.sub(r"[^0-9ABab]", "", match.group(0)).upper()
        month = int(re.sub(r"\D", "", match.group(2)))
        plausible = 1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99
        if (plausible and pattern is _WRITTEN) or (len(number) == 15 and nir.is_valid(number)):
            return match.end()
    return None
