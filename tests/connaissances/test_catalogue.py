"""Choosing a wording for a person and a channel, and rendering it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connaissances import BrokenReference, Catalogue, InvalidFile, UnknownSujet, load_catalogue
from tests.connaissances.answer_factory import (
    SOURCE,
    TODAY,
    Write,
    answer_file,
    format_value,
    resolve,
    variant,
)


def load(root: Path) -> Catalogue:
    return load_catalogue(root, resolve, format_value)


@pytest.fixture
def rich(root: Path, write: Write) -> Catalogue:
    data = answer_file("cpf_vente", irreversible=True, verification="Avant, vérifiez ceci : oui.")
    data["reponse"]["etapes"] = ["Ouvrez.", "Cliquez."]
    data["variantes"] = [
        variant(
            {"profil": "salarie"},
            "Pour un salarié, {cpf.credit}.",
            sources=[{**SOURCE, "url": "https://b.fr/"}],
        ),
        variant({"attribut": "senior"}, "Après une longue carrière, autre règle."),
    ]
    write(data)
    return load(root)


def test_the_general_answer_has_steps_verification_and_no_blank_line(rich: Catalogue) -> None:
    answer = rich.answer("cpf_vente", on=TODAY)
    assert answer.text.split("\n") == [
        "Votre compte reçoit 500\u00a0€ chaque année.",
        "1. Ouvrez.",
        "2. Cliquez.",
        "Avant, vérifiez ceci\u00a0: oui.",
    ]
    assert (answer.profil, answer.attributs) == (None, [])
    assert answer.profil_options == ("salarie",)
    assert answer.sources == [{"title": "Page officielle", "url": SOURCE["url"], "date": "2026-03-03"}]


def test_a_variant_is_worded_for_its_profil_and_adds_its_sources(rich: Catalogue) -> None:
    answer = rich.answer("cpf_vente", profil="salarie", on=TODAY)
    assert answer.text.startswith("Pour un salarié, 500\u00a0€.\nAvant")
    assert answer.profil == "salarie"
    assert [source["url"] for source in answer.sources] == ["https://b.fr/", SOURCE["url"]]


def test_the_attribut_variant_wins_over_the_profil_variant(rich: Catalogue) -> None:
    answer = rich.answer("cpf_vente", profil="salarie", attributs=["senior"], on=TODAY)
    assert answer.text.startswith("Après une longue carrière")
    assert (answer.profil, answer.attributs) == (None, ["senior"])


def test_an_unlisted_profil_gets_the_general_answer(rich: Catalogue) -> None:
    assert rich.answer("cpf_vente", profil="retraite", on=TODAY).profil is None


def test_the_phone_gets_the_spoken_text_and_still_the_warning(rich: Catalogue) -> None:
    answer = rich.answer("cpf_vente", canal="phone", langage="simple", on=TODAY)
    assert answer.text == "Vous recevez 500 euros chaque année.\nAvant, vérifiez ceci\u00a0: oui."


def test_plain_language_replaces_the_text(rich: Catalogue) -> None:
    assert rich.answer("cpf_vente", langage="simple", on=TODAY).text.startswith(
        "Vous recevez 500\u00a0€ par an."
    )


def test_a_topic_knows_its_title_and_that_it_cannot_be_undone(rich: Catalogue) -> None:
    assert list(rich.sujets) == ["cpf_vente"]
    topic = rich.sujets["cpf_vente"]
    assert (topic.titre, topic.theme, topic.irreversible) == ("Un titre", "cpf", True)


def test_a_doubtful_value_is_announced(root: Path, write: Write) -> None:
    data = answer_file(incertitude="Deux pages se contredisent.")
    data["reponse"]["texte"] = "Vous recevez {cpf.douteux}."
    data["reponse"]["oral"] = "Vous recevez {cpf.douteux}."
    write(data)
    catalogue = load(root)
    assert catalogue.answer("cpf_autre", on=TODAY).text.split("\n")[1:] == [
        "Deux pages se contredisent.",
        "À vérifier auprès de l'organisme\u00a0: montant douteux.",
    ]
    assert "reste à vérifier" in catalogue.answer("cpf_autre", canal="phone", on=TODAY).text


def test_blank_lines_of_a_file_never_reach_the_text(root: Path, write: Write) -> None:
    data = answer_file()
    data["reponse"]["texte"] = "Une ligne.\n\n \nUne autre."
    write(data)
    assert load(root).answer("cpf_autre", on=TODAY).text == "Une ligne.\nUne autre."


def test_an_unknown_topic_is_refused(rich: Catalogue) -> None:
    with pytest.raises(UnknownSujet):
        rich.answer("inconnu", on=TODAY)


def test_a_broken_reference_is_refused(root: Path, write: Write) -> None:
    data = answer_file()
    data["reponse"]["texte"] = "Voici {cpf.nimporte}."
    write(data)
    with pytest.raises(BrokenReference, match=r"cpf\.nimporte"):
        load(root).answer("cpf_autre", on=TODAY)


def test_a_file_that_breaks_the_schema_is_refused_with_the_field(root: Path, write: Write) -> None:
    data = answer_file(inconnu=1)
    del data["reponse"]["oral"]
    data["revue"]["prochaine"] = "bientôt"
    write(data)
    with pytest.raises(InvalidFile) as caught:
        load(root)
    message = str(caught.value)
    assert "reponse : il manque oral" in message
    assert "champ inconnu inconnu" in message
    assert "revue.prochaine" in message


def test_a_key_written_twice_is_refused(root: Path, write: Write) -> None:
    path = write(answer_file())
    path.write_text(path.read_text(encoding="utf-8") + "titre: Autre\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match="clé en double : titre"):
        load(root)


def test_a_file_that_is_not_utf8_is_refused(root: Path, write: Write) -> None:
    write(answer_file()).write_bytes(b"sujet: \xe9\xff")
    with pytest.raises(InvalidFile, match="UTF-8"):
        load(root)
