"""Takes from a passage the few sentences that answer, word for word, without figures we must not repeat.

A dated parameter always wins over free text: no sum nor rate is ever quoted, and no duration, age or count
that one of our parameters governs. The reader is then told, and sent to the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from connaissances.amounts import amounts_in
from connaissances.officiel.stemming import stems
from connaissances.sentences import sentences

LEFT_OUT = "[…]"
_MONEY = re.compile(r"€|euro|centime|%|pour cent|smic|plafond de la s")
_SHARE = re.compile(r"moitié|tiers|quarts?\b|double|triple")
_PHONE = re.compile(r"\b0\d(?:[ .]?\d\d){4}\b|\b0 ?8\d\d(?: \d{3}){2}\b")
_SHORT_PHONE = re.compile(
    r"(?:appel|téléphon|compos|joindre|numéro).{0,60}?\b[13]\d[ .]?\d\d\b", re.IGNORECASE
)
# Sentences that only send elsewhere, or that are the page's own questions: they answer nothing.
_POINTER = re.compile(
    r"(?:.*\?$|à savoir ?!?$|télécharge|pour en savoir plus|voir |cf\.|consulte[rz]|vérifie[rz] sur"
    r"|retrouvez)",
    re.IGNORECASE,
)
_TIME = re.compile(r"heure|minute|jour|semaine|mois|trimestre|semestre|\ban(?:s|nées?)?\b|nuit")
_FAMILY_OF_UNIT = {
    **dict.fromkeys(("heures", "jours", "mois", "annees", "trimestres", "age"), "time"),
    **dict.fromkeys(("EUR", "pourcent"), "money"),
}
# Words that labels of parameters share whatever they are about.
_GENERIC = frozenset(
    stems(
        "durée délai montant plafond part âge nombre minimal minimale maximal maximale maximum minimum jours"
        " jour mois heures années année an ans partir dessous dessus période date limite taux fin début"
        " premier calendaires ouvrables demander demande général travail travaillés salarié employeur"
        " entreprise exigé exigées exigés cas"
    )
)
_ENOUGH_SHARED = 2


@dataclass(frozen=True)
class Quote:
    """`text`: what may be quoted ("" : nothing may); `left_out`: some figures were."""

    text: str
    left_out: bool


class DatedAmounts:
    """Knows what our dated parameters are about, to tell which figures of a page they govern."""

    def __init__(self, parametres: Iterable[tuple[str, str]]) -> None:
        """`parametres`: the label and the unit of each."""
        self._governed = [
            (_FAMILY_OF_UNIT.get(unit, "count"), frozenset(stems(label)) - _GENERIC)
            for label, unit in parametres
            if unit not in ("telephone", "texte")
        ]

    def forbids(self, sentence: str, context: str) -> bool:
        """Whether a sentence holds a figure that must not be quoted; `context`: title and heading."""
        if _PHONE.search(sentence) or _SHORT_PHONE.search(sentence):
            return True
        amounts = [amount.lower() for amount in amounts_in(sentence)]
        if not amounts:
            return False
        if _MONEY.search(sentence.lower()) or any(_SHARE.search(amount) for amount in amounts):
            return True
        families = {"time" if _TIME.search(amount) else "count" for amount in amounts}
        said = frozenset(stems(f"{context} {sentence}"))
        return any(family in families and _about(label, said) for family, label in self._governed)


def quote(text: str, context: str, question: str, guard: DatedAmounts, limit: int) -> Quote:
    """The run of sentences that shares most with the question, within `limit` characters.

    A sentence left out in the middle of a run shows as `[…]`. Nothing is quoted when the sentence that
    answers best is one of those left out: what remains around it would answer something else.
    """
    parts = [part for line in text.splitlines() for part in sentences(line)]
    governed = [guard.forbids(part, context) for part in parts]
    allowed = [not (held or _POINTER.match(part)) for part, held in zip(parts, governed, strict=True)]
    asked = frozenset(stems(question))
    runs = [_run(parts, allowed, first, limit) for first, free in enumerate(allowed) if free]
    best = max(runs, key=lambda run: (_shared(run, asked), not run.endswith(LEFT_OUT)), default="")
    withheld = [part for part, held in zip(parts, governed, strict=True) if held]
    if max((_shared(part, asked) for part in withheld), default=0) > _shared(best, asked):
        best = ""
    return Quote(best, bool(withheld))


def _shared(text: str, asked: frozenset[str]) -> int:
    return len(asked & frozenset(stems(text)))


def _run(parts: list[str], allowed: list[bool], first: int, limit: int) -> str:
    """Sentences from the first on, while they fit; never ends on a gap."""
    kept, gap = shorten(parts[first], limit), False
    for part, free in zip(parts[first + 1 :], allowed[first + 1 :], strict=True):
        if not free:
            gap = True
            continue
        # Items of a list stand on lines of their own, without a full stop.
        space = " " if kept[-1] in ".!?…:;]" else " ; "
        added = f" {LEFT_OUT} {part}" if gap else f"{space}{part}"
        if len(kept) + len(added) > limit:
            break
        kept, gap = kept + added, False
    return kept


def shorten(sentence: str, limit: int) -> str:
    """A sentence too long to quote, cut between two items of its list, else between two words."""
    if len(sentence) <= limit:
        return sentence
    room = limit - len(LEFT_OUT) - 1
    items = sentence[:room].rpartition(" ; ")[0]
    return f"{items or sentence[:room].rpartition(' ')[0]} {LEFT_OUT}"


def _about(label: frozenset[str], said: frozenset[str]) -> bool:
    return bool(label) and len(label & said) >= min(_ENOUGH_SHARED, len(label))
