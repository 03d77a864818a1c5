"""What the assistant adds when no topic fits: an answer of ours to open, else words of an official page.

The quotation is word for word, with its title, address and date, and says that it is not our own answer. It
never holds a figure that our dated parameters govern. Nothing close enough: nothing is added."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlparse

from actions.errors import describe
from actions.replies import Reply, reply, topic_button
from actions.turn import Turn
from connaissances.officiel.model import OLD
from connaissances.officiel.quoting import LEFT_OUT, DatedAmounts, Quote, quote
from connaissances.officiel.search import Hit
from connaissances.officiel.store import Candidate
from simulateur.dates import long_date

logger = logging.getLogger("actions")

WRITTEN, SPOKEN = 420, 160  # characters quoted: what one reads at a glance, what one can hear
FIGURES_LEFT_OUT = "Je ne recopie pas les chiffres qui changent : lisez-les à jour sur cette page."
NOT_KNOWN = "Je n'ai pas ma propre réponse à cette question."
NOT_SURE = "Je ne suis pas sûr d'avoir compris votre question."
NOT_OURS = "Cet extrait vient du site officiel : ce n'est pas une réponse de ma part."
ADVISER = "Si ce n'est pas ce que vous cherchez, un conseiller peut vous aider."
OLD_PAGE = "Cette page est ancienne : vérifiez qu'elle est toujours à jour."


class Search(Protocol):
    """Finds the passage that answers a question."""

    def best(self, question: str, profil: str | None = None) -> Hit | None:
        """The best passage, and how much of the question it covers."""


@dataclass(frozen=True)
class Passages:
    """Where to look when no topic fits. `least`: the confidence, 0 to 1, under which nothing is shown."""

    answers: Search
    fiches: Search
    amounts: DatedAmounts
    least: float

    def find(self, turn: Turn) -> tuple[Hit | None, Hit | None]:
        """The answer of ours and the official passage close enough to the message, if any.

        An answer of ours at least as close leaves no room for a quotation: ours is dated and checked.
        """
        ours = self._close(self.answers, turn)
        official = self._close(self.fiches, turn)
        if ours and official and ours.confidence >= official.confidence:
            official = None
        return ours, official

    def _close(self, search: Search, turn: Turn) -> Hit | None:
        try:
            hit = search.best(turn.text, turn.profil)
        except sqlite3.Error as exc:
            # A damaged import must not cost the usager the answer that needs none of it.
            logger.error("search failed: %s", describe(exc))
            return None
        return hit if hit and hit.confidence >= self.least else None


def with_passage(passages: Passages | None, turn: Turn, base: Reply, today: date) -> Reply:
    """The reply that says that no topic fits, and what could be found; the same reply when nothing was."""
    if passages is None or not turn.text or turn.text.startswith("/"):
        return base
    ours, official = passages.find(turn)
    if ours is None and official is None:
        return base
    kept: dict[str, Any] = {key: base[key] for key in ("sujet", "profil", "attributs", "failed")}
    lines, buttons = [NOT_SURE], base["buttons"]
    sources: list[dict[str, str]] = []
    if official:
        page = official.passage
        lines = _quoting(page, turn, passages.amounts, today)
        sources = [_source(page)]
    if ours:
        title = ours.passage.title
        lines.append(f"Une de mes réponses en parle peut-être : « {title} ».")
        buttons = [topic_button(title, ours.passage.id), *buttons]
    lines.append(ADVISER)
    # On the phone, one sentence follows another.
    return reply([" ".join(lines)] if turn.spoken else lines, sources=sources, buttons=buttons, **kept)


def page_beside(passages: Passages | None, turn: Turn) -> tuple[list[str], list[dict[str, str]]]:
    """The official page to name beside « did you mean », and its source; nothing when none is close enough.

    It is not quoted: the topics proposed come first, and their answers are ours.
    """
    official = passages.find(turn)[1] if passages and turn.text and not turn.text.startswith("/") else None
    if official is None:
        return [], []
    page = official.passage
    named = _named_aloud(page) if turn.spoken else _named(page)
    return [f"Si ce n'est aucun d'eux, une page officielle en parle : {named}"], [_source(page)]


def _source(page: Candidate) -> dict[str, str]:
    return {"title": page.title, "url": page.url, "date": page.date}


def _named(page: Candidate) -> str:
    day = long_date(date.fromisoformat(page.date))
    return f"« {page.title} », {urlparse(page.url).hostname}, page du {day} : {page.url}"


def _named_aloud(page: Candidate) -> str:
    return f"« {page.title} », du {long_date(date.fromisoformat(page.date))}."


def _quoting(page: Candidate, turn: Turn, amounts: DatedAmounts, today: date) -> list[str]:
    limit = SPOKEN if turn.spoken else WRITTEN
    taken = quote(page.text, f"{page.title} {page.heading}", turn.text, amounts, limit)
    return _spoken(page, taken) if turn.spoken else _written(page, taken, today)


def _written(page: Candidate, taken: Quote, today: date) -> list[str]:
    lines = [f"{NOT_KNOWN} Une page officielle en parle."]
    if taken.text and page.situation:
        lines.append(f"Pour ce cas : {page.situation}.")
    if taken.text:
        lines.append(_between_quotes(taken.text))
    lines.append(_named(page))
    if taken.left_out:
        lines.append(FIGURES_LEFT_OUT)
    if (today - date.fromisoformat(page.date)).days > OLD:
        lines.append(OLD_PAGE)
    return [*lines, NOT_OURS] if taken.text else lines


def _spoken(page: Candidate, taken: Quote) -> list[str]:
    day = long_date(date.fromisoformat(page.date))
    named = f"la page officielle « {page.title} », du {day}"
    if not taken.text:
        return [f"{NOT_KNOWN} Mais {named}, en parle."]
    said = _between_quotes(taken.text.replace(LEFT_OUT, "…"))
    case = f", pour ce cas : {page.situation}" if page.situation else ""
    return [f"{NOT_KNOWN} Voici ce qu'en dit {named}{case} : {said} {NOT_OURS}"]


def _between_quotes(text: str) -> str:
    """French quotation marks; those inside become double ones, so that one sees where it ends."""
    return f"« {text.replace('« ', '“').replace(' »', '”').replace('«', '“').replace('»', '”')} »"
