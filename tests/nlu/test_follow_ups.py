"""A few words that lean on the answer before: recognised, read, and never confused with a question."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from nlu.corrections import read_correction, refuses
from nlu.families import SERVICE, families_named, family, family_words, topic_words, without_families
from nlu.follow_ups import continues_elsewhere, read_follow_up

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "text, profil, attribut",
    [
        ("et pour un fonctionnaire ?", "agent_public", None),
        ("Et pour les indépendants ?", "independant", None),
        ("et mon mari qui est artisan ?", "independant", None),
        ("et dans la fonction publique ?", "agent_public", None),
        ("et si je suis au chômage ?", "demandeur_emploi", None),
        ("pour un salarié du privé ?", "salarie", None),
        ("et ma fille qui est étudiante ?", "jeune", None),
        ("et pour un retraité ?", "retraite", None),
        ("et au chômage ?", "demandeur_emploi", None),
        ("et mon mari qui est à la retraite ?", "retraite", None),
        ("et pour une retraitée", "retraite", None),
        ("mais pour les employeurs", "employeur", None),
        ("et si je suis à mi-temps ?", None, "temps_partiel"),
        ("et à 80 % ?", None, "temps_partiel"),
        ("et avec un handicap ?", None, "handicap"),
        ("et à 62 ans ?", None, "senior"),
        ("et à 40 ans ?", None, None),
        ("et pour un intérimaire ?", None, "interimaire"),
        ("et si je suis sans diplôme ?", None, "peu_qualifie"),
        ("et en Guadeloupe ?", None, "outre_mer"),
        ("combien ?", None, None),
        ("et pendant combien de temps ?", None, None),
        ("et si je démissionne ?", None, None),
        ("et si je deviens indépendant ?", None, None),
        ("ok et comment je fais ?", None, None),
        ("pourquoi ?", None, None),
        ("et si je suis en arrêt maladie ?", None, None),
        ("et si ma femme est en invalidité ?", None, None),
        ("et si mon employeur refuse ?", None, None),
        ("et pour former le salarié ?", None, None),
        ("et pour un jeune ?", "jeune", None),
        ("ça coûte combien ?", None, None),
        ("c'est payé combien ?", None, None),
    ],
)
def test_a_follow_up_is_read(text: str, profil: str | None, attribut: str | None) -> None:
    found = read_follow_up(text)
    assert found is not None
    assert (found.profil, found.attribut) == (profil, attribut)
    assert not found.about_self


@pytest.mark.parametrize("text", ["et moi qui suis artisan ?", "et moi je suis fonctionnaire"])
def test_saying_who_one_is_is_told_from_supposing(text: str) -> None:
    found = read_follow_up(text)
    assert found is not None and found.about_self


@pytest.mark.parametrize(
    "text",
    [
        "",
        "et",
        "et ?",
        "bonjour",
        "merci",
        "oui",
        "mi-temps",
        "12/03/1965",
        "et la retraite ?",
        "et le chômage ?",
        "et mon cpf ?",
        "combien je touche au chômage",
        "et combien je touche au chômage ?",
        "et quand je peux partir à la retraite ?",
        "à quel âge je peux partir à la retraite",
        "comment trouver une formation",
        "c'est quoi le compte d'engagement citoyen",
        "et je voudrais vous raconter que ma situation a beaucoup changé depuis le mois de mars dernier",
        "combien de mois faut-il donc que je travaille pour y avoir droit",
    ],
)
def test_a_message_that_stands_by_itself_is_not_a_follow_up(text: str) -> None:
    assert read_follow_up(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "c'est pas ça",
        "C'est pas ça.",
        "nn c pas sa",
        "non, c'est pas du tout ça",
        "c'est pas ça du tout",
        "c'est pas ça non plus",
        "ce n'est pas ma question",
        "ce n'est pas ce que je demandais",
        "c'est pas ce que je voulais savoir",
        "vous n'avez pas compris",
        "non je parlais d'autre chose",
        "vous avez mal compris",
        "ça n'a rien à voir",
        "vous ne répondez pas à ma question",
        "ça répond pas à ma question",
        "mauvaise réponse",
    ],
)
def test_a_bare_correction_is_read(text: str) -> None:
    found = read_correction(text)
    assert found is not None and found.rest == ""


@pytest.mark.parametrize(
    "text, rest, rejected",
    [
        ("non, je voulais dire le CET", "le CET", set()),
        ("Je voulais dire le CET", "le CET", set()),
        ("non je parle de la retraite", "la retraite", set()),
        ("non, plutôt le chômage", "le chômage", set()),
        ("non, la retraite", "la retraite", set()),
        ("pas le chômage, la retraite", "la retraite", {"are"}),
        ("non pas le chômage mais la retraite", "la retraite", {"are"}),
        ("pas le cpa le cpf", "le cpf", {"cpa"}),
        ("je parle pas de la retraite mais du cpf", "du cpf", {"retraite"}),
        ("la retraite, pas le chômage", "la retraite", {"are"}),
        ("c'est pas ça, je veux savoir mon solde", "mon solde", set()),
        ("vous n'avez pas compris : combien de trimestres ?", "combien de trimestres ?", set()),
    ],
)
def test_what_is_wanted_instead_is_read(text: str, rest: str, rejected: set[str]) -> None:
    found = read_correction(text)
    assert found is not None
    assert (found.rest, found.rejected) == (rest, rejected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "non",
        "non merci",
        "non ça ira",
        "non pas la peine",
        "oui c'est ça",
        "je n'ai pas droit au chômage ?",
        "je n'ai pas compris le cpf, c'est quoi",
        "je ne travaille pas, est-ce que j'ai un cpf ?",
        "pas de chance",
        "je veux connaître mes droits, pas seulement le cpf",
        "non mais attendez la formation c'est payé par qui",
        "je voulais savoir combien j'ai sur mon cpf",
        "mon employeur ne veut pas, que faire ?",
    ],
)
def test_an_ordinary_message_is_not_a_correction(text: str) -> None:
    assert read_correction(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "non je veux pas donner ma date",
        "Laissez tomber",
        "euh non",
        "j'ai pas envie",
        "stop",
        "Je ne veux pas",
    ],
)
def test_a_refusal_is_heard_in_a_form(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text", ["je sais pas", "12/03/1965", "environ mille euros", "nonante euros", "pourquoi ?"]
)
def test_not_knowing_is_not_refusing(text: str) -> None:
    assert not refuses(text)


def test_a_few_words_may_continue_about_another_matter() -> None:
    assert continues_elsewhere("et ma retraite ?")
    assert not continues_elsewhere("ma retraite ?")
    assert not continues_elsewhere("et combien ?")


def test_the_service_topics_are_those_of_the_list() -> None:
    themes = yaml.safe_load((ROOT / "connaissances/sujets.yml").read_text(encoding="utf-8"))["themes"]
    assert {sujet["id"] for sujet in themes["service"]["sujets"]} == SERVICE


def test_a_topic_gives_its_family_and_words() -> None:
    assert (family("cpf_solde"), family_words("cpf_solde")) == ("cpf", "cpf")
    assert (family("are_duree"), family_words("are_duree")) == ("are", "chômage")
    assert topic_words("are_trop_percu") == "chômage trop percu"
    assert topic_words("rupture_conventionnelle") == "rupture conventionnelle"
    assert (family("rupture_conventionnelle"), family_words("rupture_conventionnelle")) == (
        "rupture_conventionnelle",
        "rupture conventionnelle",
    )


@pytest.mark.parametrize(
    "text, families",
    [
        ("mon compte formation", {"cpf", "formation"}),
        ("le C.P.F", {"cpf"}),
        ("la pénibilité", {"c2p"}),
        ("mon cet", {"cet"}),
        ("cet emploi", set()),
        ("combien par an", set()),
        ("une VAE", {"vae"}),
        ("la prime d'activité", {"prime_activite"}),
        ("mon conseiller", {""}),
    ],
)
def test_the_families_named_are_found(text: str, families: set[str]) -> None:
    assert families_named(text) == families


def test_a_family_is_taken_out_of_a_question() -> None:
    assert without_families("Combien je vais toucher au chômage ?", {"are"}) == "Combien je vais toucher au ?"


@pytest.mark.parametrize("text", ["pas " * 1000, "non " * 1000, "et " * 1300, "a" * 4000, "pas le a, " * 400])
def test_a_hostile_message_is_read_quickly(text: str) -> None:
    began = time.perf_counter()
    read_follow_up(text)
    read_correction(text)
    assert time.perf_counter() - began < 0.2
