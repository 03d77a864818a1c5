"""Reads one record of `@socialgouv/fiches-travail-data`: a fiche of the labour ministry, sections in HTML.
Leaves out tables, videos and buttons, which a quotation would betray."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from connaissances.officiel.errors import UnreadableFiche
from connaissances.officiel.model import OfficialFiche, PassageBuilder, flat, iso_date

SOURCE = "fiches-travail"
_SKIPPED = ("table", "button", "script", "style", "figure", "figcaption", "select", "video", "iframe", "svg")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BLOCKS = ("p", "div", "section", "ul", "ol", "li", "blockquote", *_HEADINGS)
# Titles of boxes: what follows them still belongs to the heading above.
_BOXES = ("à savoir", "attention", "à noter", "important", "rappel", "bon à savoir", "n.b", "nb", "exemple")


def parse_record(record: Any) -> OfficialFiche | None:
    """Read one record; None for a fiche without text. Raises: UnreadableFiche."""
    try:
        title, url, day = flat(record["title"]), record["url"], iso_date(record["date"])
        identifier, sections = str(record["pubId"]), list(record["sections"])
        builder = PassageBuilder()
        _Reader(builder, heading="").read(str(record.get("intro") or ""))
        for section in sections:
            heading = flat(section["title"])
            if _ELSEWHERE.match(heading):
                continue
            _Reader(builder, "" if heading == title else heading).read(section["html"])
    except (KeyError, TypeError, AttributeError) as exc:
        raise UnreadableFiche(f"champ absent ou inattendu ({exc})") from None
    if not day or not title or not str(url).startswith("http"):
        raise UnreadableFiche("il manque la date, le titre ou l'adresse")
    passages = builder.passages()
    if not passages:
        return None
    return OfficialFiche(SOURCE, identifier, title, url, day, "", passages)


# Sections that only point to other pages.
_ELSEWHERE = re.compile(
    r"(?:à lire|services? en ligne|qui contacter|pour aller plus loin|pour en savoir plus|voir aussi"
    r"|à consulter|textes de référence|modèles? de document|sources réglementaires"
    r"|.*\b(?:web.?série|en vidéo)\b)",
    re.IGNORECASE,
)


class _Reader(HTMLParser):
    """Gives the paragraphs and the items of one section to the builder."""

    def __init__(self, builder: PassageBuilder, heading: str) -> None:
        super().__init__(convert_charrefs=True)
        self._builder, self._section, self._heading = builder, heading, heading
        self._skipped = 0
        self._elsewhere = False
        self._tags: list[str] = []  # open blocks, innermost last
        self._words: list[str] = []

    def read(self, html: str) -> None:
        """Read one piece of HTML to its end."""
        self.feed(html)
        self.close()
        self._flush()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag in _BLOCKS:
            self._flush()
            self._tags.append(tag)
        elif tag == "br":
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag in self._tags:
            self._flush()
            while self._tags.pop() != tag:
                pass
            if tag in ("ul", "ol") and "li" not in self._tags:
                self._builder.end_list()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(data)

    def _flush(self) -> None:
        text = flat("".join(self._words))
        self._words.clear()
        if not text:
            return
        innermost = self._tags[-1] if self._tags else "p"
        if innermost in _HEADINGS:
            self._elsewhere = bool(_ELSEWHERE.match(text))
            if not text.lower().startswith(_BOXES):
                self._heading = f"{self._section}, {text}" if self._section else text
        elif self._elsewhere or text.lower().rstrip(" !:.") in _BOXES:
            return
        elif "li" in self._tags:
            self._builder.item(text, self._heading)
        else:
            self._builder.line(text, self._heading)
