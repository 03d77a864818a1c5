"""Reading official fiches in the two formats that the State publishes."""

from __future__ import annotations

import pytest

from connaissances.officiel.errors import UnreadableFiche
from connaissances.officiel.fiches_travail import parse_record
from connaissances.officiel.model import Passage, profils_of
from connaissances.officiel.vosdroits import parse_publication
from tests.connaissances.officiel_factory import publication, record


def test_a_publication_keeps_its_title_date_address_and_public() -> None:
    fiche = parse_publication(publication(audiences=("Particuliers", "Professionnels")))
    assert fiche is not None
    assert (fiche.id, fiche.title, fiche.date) == ("F1", "Congé du numismate", "2026-03-10")
    assert fiche.url == "https://www.service-public.gouv.fr/particuliers/vosdroits/F1"
    assert fiche.audience == "Particuliers, Professionnels"


def test_a_publication_is_cut_by_chapter_and_situation() -> None:
    fiche = parse_publication(publication())
    assert fiche is not None
    assert fiche.passages == (
        Passage("", "", "Le congé du numismate permet de trier ses pièces de monnaie."),
        Passage(
            "Démarche", "Vous êtes fonctionnaire", "Prévenez le service du personnel.", ("agent_public",)
        ),
        Passage(
            "Démarche",
            "Vous êtes salarié",
            "Prévenez votre employeur : par lettre ; ou par courriel.",
            ("salarie",),
        ),
    )


def test_cases_inside_a_situation_are_named_after_it() -> None:
    cases = (
        "<Texte><BlocCas><Cas><Titre>En Corse</Titre><BlocCas><Cas><Titre>L'hiver</Titre>"
        "<Paragraphe>Restez.</Paragraphe></Cas></BlocCas></Cas></BlocCas></Texte>"
    )
    fiche = parse_publication(publication(body=cases))
    assert fiche is not None
    assert fiche.passages[-1] == Passage("", "En Corse, L'hiver", "Restez.")


def test_a_fragment_shown_under_an_unstated_condition_is_left_out() -> None:
    hidden = (
        "<Texte><FragmentConditionne><Condition><estVrai var='T1'/></Condition>"
        "<Paragraphe>Sous condition.</Paragraphe></FragmentConditionne></Texte>"
    )
    fiche = parse_publication(publication(body=hidden))
    assert fiche is not None
    assert all("condition" not in passage.text for passage in fiche.passages)


@pytest.mark.parametrize("absent", [{"body": "", "intro": ""}, {"url": ""}])
def test_a_publication_without_text_or_address_is_not_kept(absent: dict[str, str]) -> None:
    assert parse_publication(publication(**absent)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        b"<Publication",
        b"<Autre ID='F1'/>",
        publication(modified="bientôt"),
        publication(modified="modified 2026-02-31"),
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><Publication ID='F1'/>",
    ],
)
def test_what_does_not_follow_the_schema_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableFiche):
        parse_publication(raw)


def test_a_long_chapter_makes_several_passages() -> None:
    lines = "".join(f"<Paragraphe>{'mot ' * 80}{n}.</Paragraphe>" for n in range(6))
    fiche = parse_publication(publication(body=f"<Texte>{lines}</Texte>"))
    assert fiche is not None
    assert len(fiche.passages) == 3
    assert all(len(passage.text) < 900 for passage in fiche.passages)


def test_a_record_is_cut_by_section_without_tables_nor_links() -> None:
    fiche = parse_record(record())
    assert fiche is not None
    assert (fiche.id, fiche.date) == ("article1", "2026-03-10")
    assert fiche.passages == (
        Passage("", "", "Le congé du philatéliste permet de classer ses timbres."),
        Passage(
            "Qui peut en bénéficier ?",
            "",
            "Y ont droit : les salariés ; les apprentis.\nUn album suffit.",
        ),
    )


@pytest.mark.parametrize("broken", [{"date": ""}, {"url": "ftp:x"}, {"sections": None}, {"title": None}])
def test_a_record_without_what_a_quotation_needs_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(UnreadableFiche):
        parse_record(record(**broken))


@pytest.mark.parametrize(
    ("situation", "profils"),
    [
        ("Vous êtes agent public", ("agent_public",)),
        ("Fonctionnaire, Moins de 50 ans", ("agent_public",)),
        ("Salarié du secteur privé", ("salarie",)),
        ("Vous êtes demandeur d'emploi", ("demandeur_emploi",)),
        ("Entreprise de 11 à 49 salariés", ()),
        ("Pour préparer sa retraite", ()),
        ("Retraités", ("retraite",)),
    ],
)
def test_the_profils_of_a_situation(situation: str, profils: tuple[str, ...]) -> None:
    assert profils_of(situation) == profils
