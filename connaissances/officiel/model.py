"""An official fiche cut into passages, whatever it was published in. Holds the State's words as published:
joins the items of a list into one line, changes nothing else, and guesses no date nor address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from unidecode import unidecode

OLD = 2 * 365  # days after which a page is said to be old
PASSAGE_LENGTH = 900  # characters: a few sentences, so that a match says where the answer is
_SITUATIONS = {
    "agent_public": r"fonctionnaire|agente?s? (?:du )?publi|fonction publique|contractuel",
    "salarie": r"salarie|secteur prive",
    "demandeur_emploi": r"demandeurs? d.emploi|chomeu|au chomage",
    "independant": r"independant|artisan|commercant|micro.?entrepreneu|liberale?s?\b|exploitante? agricole",
    "retraite": r"retraitee?s\b|vous etes retraite|a la retraite",
    "jeune": r"etudiant|lyceen|apprentie?s?\b",
    "employeur": r"employeur",
}
_HEADCOUNT = re.compile(r"\d\s+salaries?")  # the size of a firm is not somebody's situation


@dataclass(frozen=True)
class Passage:
    """A few lines under one heading. `situation`: for whom the page says it ("" : everybody), in its words;
    `profils`: the same in ours, when it names one."""

    heading: str
    situation: str
    text: str
    profils: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficialFiche:
    """One page of an official site. `source` says what was read; `date` is the page's own (ISO);
    `audience` is in the State's words, "" when it names none."""

    source: str
    id: str
    title: str
    url: str
    date: str
    audience: str
    passages: tuple[Passage, ...]


class PassageBuilder:
    """Gathers lines under their heading and situation, in the order of the page, then cuts them."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._open_list = False

    def line(self, text: str, heading: str = "", situation: str = "") -> None:
        """Add a paragraph."""
        clean = flat(text)
        if clean:
            self._lines.setdefault((heading, situation), []).append(clean)
            self._open_list = clean.endswith(":")

    def item(self, text: str, heading: str = "", situation: str = "") -> None:
        """Add an item of a list: it follows the sentence that announces the list, when there is one."""
        clean = flat(text).rstrip(" ;,")
        lines = self._lines.setdefault((heading, situation), [])
        if not clean:
            return
        if self._open_list and lines:
            lines[-1] += f" {clean}" if lines[-1].endswith(":") else f" ; {clean}"
        else:
            lines.append(clean)

    def end_list(self) -> None:
        """What comes next belongs to no list."""
        self._open_list = False

    def passages(self) -> tuple[Passage, ...]:
        """Cut what was gathered: a passage never mixes two headings nor two situations."""
        return tuple(
            Passage(heading, situation, text, profils_of(situation))
            for (heading, situation), lines in self._lines.items()
            for text in _cut(lines)
        )


def flat(text: str) -> str:
    """One line, single spaces: non-breaking spaces are put back when a reply is written."""
    return " ".join(text.replace("\u200b", "").split())


def profils_of(situation: str) -> tuple[str, ...]:
    """The profils that a situation names; none means everybody."""
    plain = _HEADCOUNT.sub("", unidecode(situation).lower())
    return tuple(profil for profil, pattern in _SITUATIONS.items() if re.search(pattern, plain))


def iso_date(text: str) -> str | None:
    """The date of a page, from `modified 2026-03-10` or `10/03/2026`; None when there is none."""
    if match := re.search(r"(\d{4})-(\d\d)-(\d\d)", text):
        year, month, day = match.groups()
    elif match := re.search(r"(\d\d)/(\d\d)/(\d{4})", text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _cut(lines: list[str]) -> list[str]:
    cut: list[str] = []
    for line in lines:
        if cut and len(cut[-1]) + len(line) < PASSAGE_LENGTH:
            cut[-1] += f"\n{line}"
        else:
            cut.append(line)
    return cut
