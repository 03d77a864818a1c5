"""Reads one fiche of *Vos droits et démarches*, in the XML that the DILA publishes (schema 3.x).

Keeps what is written for the reader: chapters, paragraphs, lists, and the situations they are for. Leaves out
what a quotation would betray: tables, forms, addresses, fragments shown only under an unstated condition."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from connaissances.officiel.errors import UnreadableFiche
from connaissances.officiel.model import OfficialFiche, PassageBuilder, flat, iso_date

SOURCE = "vosdroits"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BODY = ("Introduction", "Texte", "ListeSituations")
_CHAPTERS = ("Chapitre", "SousChapitre")
_SITUATIONS = ("Situation", "Cas")
_TRANSPARENT = (
    *("Introduction", "Texte", "ListeSituations", "BlocCas", "ContenuIllustre"),
    *("ASavoir", "ANoter", "Attention", "Rappel"),
)
_INLINE = (
    *("LienInterne", "LienExterne", "LienIntra", "LienWeb", "MiseEnEvidence", "Expression", "Citation"),
    *("Valeur", "Exposant", "Indice", "Paragraphe"),
)


def parse_publication(raw: bytes) -> OfficialFiche | None:
    """Read one file; None for a publication without text of its own (a link to another, a questionnaire).

    Raises: UnreadableFiche.
    """
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise UnreadableFiche("le fichier déclare une DTD, ce que le schéma publié ne fait pas")
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError) as exc:
        raise UnreadableFiche(f"XML illisible ({exc})") from None
    if root.tag != "Publication" or not root.get("ID"):
        raise UnreadableFiche("la racine n'est pas une Publication qui porte un ID")
    builder = PassageBuilder()
    for part in root:
        if part.tag in _BODY:
            _walk(part, builder, heading="", situation="")
    passages = builder.passages()
    url = root.get("spUrl", "")
    if not passages or not url:
        return None
    date = iso_date(root.findtext(f"{_DC}date") or "")
    title = flat(root.findtext(f"{_DC}title") or "")
    if not date or not title:
        raise UnreadableFiche("il manque dc:date ou dc:title")
    audience = ", ".join(flat(element.text or "") for element in root.iterfind("Audience"))
    return OfficialFiche(SOURCE, str(root.get("ID")), title, _https(url), date, audience, passages)


def _walk(element: Element, builder: PassageBuilder, heading: str, situation: str) -> None:
    for child in element:
        if child.tag in _CHAPTERS:
            _walk(child, builder, _under(heading, _title(child)), situation)
        elif child.tag in _SITUATIONS:
            _walk(child, builder, heading, _under(situation, _title(child)))
        elif child.tag in _TRANSPARENT:
            _walk(child, builder, heading, situation)
        elif child.tag == "Paragraphe":
            builder.line(_text(child), heading, situation)
        elif child.tag == "Liste":
            for item in child.iterfind("Item"):
                builder.item(_text(item), heading, situation)
            builder.end_list()


def _title(element: Element) -> str:
    title = element.find("Titre")
    return flat(_text(title)) if title is not None else ""


def _under(path: str, name: str) -> str:
    return f"{path}, {name}" if path and name else path or name


def _text(element: Element) -> str:
    """The sentence of an element: its own words and those of its inline children, nothing else."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in _INLINE:
            # A word and the paragraph that follows it in a list item are not one word.
            parts.append(f" {_text(child)}" if child.tag == "Paragraphe" else _text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _https(url: str) -> str:
    return f"https://{url.removeprefix('http://')}" if url.startswith("http://") else url
