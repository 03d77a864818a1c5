"""Our own answers as passages, so that one search serves them and the official fiches. Kept in memory: a
match only shows the way to an answer, which is then worded, dated and sourced as always."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from connaissances.fiches import Fiche
from connaissances.officiel.model import OfficialFiche, Passage
from connaissances.officiel.search import Finder
from connaissances.officiel.store import FicheStore
from connaissances.rendering import REFERENCE
from connaissances.sujets import Sujet

SOURCE = "reponses"


def index_answers(fiches: Iterable[Fiche], sujets: dict[str, Sujet], without: Collection[str]) -> Finder:
    """Index the answers, except those of some themes; the `id` of a hit is its sujet."""
    store = FicheStore.create()
    for fiche in fiches:
        topic = sujets.get(fiche.sujet)
        if topic and topic.theme not in without:
            store.replace(SOURCE, _as_official(fiche, topic))
    store.save()
    return Finder(store)


def _as_official(fiche: Fiche, topic: Sujet) -> OfficialFiche:
    texts = ["\n".join((wording.texte, *wording.etapes)) for wording in fiche.formulations]
    passages = tuple(Passage(topic.besoin, "", REFERENCE.sub("", text)) for text in texts)
    return OfficialFiche(SOURCE, fiche.sujet, fiche.titre, "", fiche.revue_le, "", passages)
