"""The answers: one file a topic, one variant a profil, loaded, checked and rendered at a date.
Imports no other package of ours: values and their formats come from the caller."""

from connaissances.catalogue import Answer, Catalogue, load_catalogue
from connaissances.errors import BrokenReference, ConnaissancesError, InvalidFile, UnknownSujet
from connaissances.fiches import Acte, Fiche, Source, Suite
from connaissances.sujets import Referentiel, Sujet, load_perimetre, load_referentiel

__all__ = [
    "Acte",
    "Answer",
    "BrokenReference",
    "Catalogue",
    "ConnaissancesError",
    "Fiche",
    "InvalidFile",
    "Referentiel",
    "Source",
    "Suite",
    "Sujet",
    "UnknownSujet",
    "load_catalogue",
    "load_perimetre",
    "load_referentiel",
]
