"""Cutting a message into questions: what splits, what must not."""

from __future__ import annotations

import time

import pytest

from nlu.questions import buried_question, split_questions


@pytest.mark.parametrize(
    "text, parts",
    [
        ("C'est quoi le CPF ? Et ça expire ?", ["C'est quoi le CPF ?", "Et ça expire ?"]),
        (
            "combien j'ai sur mon cpf et comment je m'en sers",
            ["combien j'ai sur mon cpf", "comment je m'en sers"],
        ),
        (
            "combien je touche au chômage et aussi à quel âge la retraite",
            ["combien je touche au chômage", "à quel âge la retraite"],
        ),
        ("c koi le cpf et cb je touche au chomage", ["c koi le cpf", "cb je touche au chomage"]),
        (
            "1) comment vendre mon CPF 2) combien de trimestres il faut",
            ["comment vendre mon CPF", "combien de trimestres il faut"],
        ),
        (
            "- le solde de mon CPF ?\n- la durée du chômage ?",
            ["le solde de mon CPF ?", "la durée du chômage ?"],
        ),
        (
            "d'abord c'est quoi le c2p, deuxièmement combien de temps dure le chômage",
            ["c'est quoi le c2p", "combien de temps dure le chômage"],
        ),
        (
            "Est-ce que mon CPF expire ? Sinon, puis-je le vendre ?",
            ["Est-ce que mon CPF expire ?", "puis-je le vendre ?"],
        ),
        (
            "je voudrais savoir mon solde et savoir quand je peux partir",
            ["je voudrais savoir mon solde", "savoir quand je peux partir"],
        ),
        (
            "Combien j'ai sur mon CPF ? Je voudrais aussi parler à un conseiller.",
            ["Combien j'ai sur mon CPF ?", "Je voudrais aussi parler à un conseiller"],
        ),
        (
            "Puis-je vendre mon CPF ? Combien au chômage ? Quel âge pour la retraite ?",
            ["Puis-je vendre mon CPF ?", "Combien au chômage ?", "Quel âge pour la retraite ?"],
        ),
        (
            "Bonjour. J'ai 52 ans. Le CPF paie-t-il le permis ? Tant que j'y suis, comment je me connecte ?",
            ["Le CPF paie-t-il le permis ?", "comment je me connecte ?"],
        ),
    ],
)
def test_a_message_with_several_questions_is_cut(text: str, parts: list[str]) -> None:
    assert split_questions(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?",
        "Bonjour",
        "C'est quoi le CPF ?",
        "C'est quoi le CPF ???",
        "Bonjour, j'ai une question. Combien ai-je sur mon CPF ?",
        "Je suis au chômage depuis deux ans. J'ai 52 ans. Est-ce que mon CPF paie le permis ? Merci.",
        "Je veux devenir boulanger. Par où commencer ?",
        "je travaille à 80 % et mon mari aussi",
        "moi aussi j'ai un compte formation",
        "né le 12.03.1965 à Lyon",
        "le permis n'est plus pris par le compte formation quand on est salarié. Est-ce exact ?",
        "salut et merci",
        "Où ? Quand ? Comment ? Pourquoi ?",
        "Combien ai-je ? Puis-je vendre ? Où est mon compte ? Comment me connecter ? Quel âge faut-il ?",
    ],
)
def test_a_message_with_one_question_is_not_cut(text: str) -> None:
    assert split_questions(text) == []


@pytest.mark.parametrize(
    "text", ["a" * 4000, "1) " * 1300, "et aussi " * 440, "? " * 2000, "je voudrais " * 330, "\n" * 4000]
)
def test_a_hostile_message_is_cut_quickly(text: str) -> None:
    began = time.perf_counter()
    split_questions(text)
    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Bonjour. Je suis maçon, mon patron crie. Puis-je vendre mon CPF ?", "Puis-je vendre mon CPF ?"),
        ("Puis-je vendre mon CPF ?", None),
        ("Je suis maçon. Mon patron crie.", None),
    ],
)
def test_a_story_may_hide_one_question(text: str, expected: str | None) -> None:
    assert buried_question(text) == expected
