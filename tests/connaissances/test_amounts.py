"""Amounts outside a reference are seen; names, articles, dates and references are left alone."""

import pytest

from connaissances.amounts import amounts_in
from connaissances.sentences import sentences, words


@pytest.mark.parametrize(
    "text",
    [
        "Vous recevez 500 € par an.",
        "Vous recevez 500\u00a0€ par an.",
        "Vous recevez 2000 euros.",
        "Cela dure 15h.",
        "Appelez le 3949.",
        "Vous recevez cinq cents euros.",
        "Il faut deux ans.",
        "Il faut soixante-deux ans.",
        "Il faut un an.",
        "Cela prend une semaine.",
        "Dans les six derniers mois.",
        "Dans deux à trois mois.",
        "Il faut une quinzaine de jours.",
        "Travaillez la moitié du temps plein.",
        "Il faut deux tiers des voix.",
        "Gagnez deux fois le Smic.",
        "Environ 15 % du montant.",
        "Dépensez mille euros.",
    ],
)
def test_an_amount_in_a_sentence_is_seen(text: str) -> None:
    assert amounts_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le C2P, ancien C3P, donne des points.",
        "Vous recevez {cpf.credit_annuel} par an.",
        "Voir l'article L. 6323-4 du code du travail.",
        "La loi n° 2025-1403 le prévoit depuis le 1er septembre 2026.",
        "La règle a changé en 2026.",
        "Les deux comptes s'ajoutent.",
        "Un tiers peut payer le reste.",
        "Un diplôme de niveau 3 suffit.",
        "Chaque année, par mois ou par an.",
        "Un point de plus, une heure de cours.",
    ],
)
def test_names_dates_and_references_are_not_amounts(text: str) -> None:
    assert amounts_in(text) == []


def test_an_article_number_does_not_end_a_sentence() -> None:
    assert sentences("Voir l'article L. 6323-4 du code. Puis « Oui. » Ensuite !") == [
        "Voir l'article L. 6323-4 du code.",
        "Puis « Oui. » Ensuite !",
    ]


def test_lonely_punctuation_is_not_a_word() -> None:
    assert words("Pourquoi\u00a0? Parce que : c'est « ainsi » ; voilà.") == 6
