"""How the answers are measured, what is excused, what stops publication, and the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connaissances.catalogue import load_catalogue
from connaissances.checker import Context, check_fiche, load_all
from connaissances.fiches import load_fiche
from connaissances.readability import LIMIT, VERSIONS, level, measures, prose, score
from tests.connaissances.answer_factory import TODAY, Write, answer_file, format_value, resolve

ROOT = Path(__file__).resolve().parents[2]
HARD = (
    "Conformément aux dispositions réglementaires applicables, la mobilisation de votre compte nécessite "
    "préalablement l'authentification de votre identité numérique."
)
REASON = "Cette phrase est celle de la loi et la changer en changerait le sens."


def messages(write: Write, context: Context, data: dict[str, Any]) -> list[str]:
    path = write(data)
    return [problem.message for problem in check_fiche(path, load_fiche(path), context)]


def with_text(field: str, text: str, **more: str) -> dict[str, Any]:
    data = answer_file()
    data["reponse"] |= {field: text, **more}
    return data


def test_short_words_and_short_sentences_read_more_easily() -> None:
    short = "Vous avez un compte. Il paie vos cours. Demandez-le sur le site."
    joined = "Vous avez un compte qui paie vos cours et que vous demandez sur le site."
    assert score(short) > score(joined) > LIMIT > score(HARD)


@pytest.mark.parametrize(
    ("index", "name"),
    [(120, "A1"), (90, "A1"), (89.9, "A2"), (70, "B1"), (69.9, "B2"), (50, "C1"), (-5, "C2")],
)
def test_each_level_starts_at_its_bound(index: float, name: str) -> None:
    assert level(index) == name


def test_an_official_name_counts_as_one_simple_word_and_an_ordinary_word_does_not() -> None:
    assert prose("Ouvrez Mon Compte Formation.") == "Ouvrez nom."
    assert prose("Le contrat de sécurisation professionnelle (CSP) aide.") == "Le nom (CSP) aide."
    assert prose("La rétractation est gratuite.") == "La rétractation est gratuite."


def test_a_list_an_amount_and_an_article_are_read_as_they_are_said() -> None:
    text = "Voici :\n1. Lisez l'article L. 6323-11.\n2. Payez 1\u202f803\u00a0€"
    assert prose(text) == "Voici :. Lisez l'article L 6323-11. Payez 1803 €."


def test_what_is_measured_is_what_is_served(write: Write, context: Context, root: Path) -> None:
    data = answer_file(irreversible=True, verification="Demandez d'abord un calcul écrit.")
    data["reponse"]["etapes"] = ["Ouvrez le site."]
    fiche = load_fiche(write(data))
    catalogue = load_catalogue(root, resolve, format_value)
    served = [
        catalogue.answer("cpf_autre", langage=langage, canal=canal, on=TODAY).text
        for langage, canal in (("standard", "web"), ("simple", "web"), ("standard", "phone"))
    ]
    found = list(measures(fiche, context.rendering()))
    assert [measure.version for measure in found] == list(VERSIONS)
    assert [measure.text for measure in found] == served


@pytest.mark.parametrize(
    ("field", "version"), [("texte", "standard"), ("simple", "simple"), ("oral", "oral")]
)
def test_a_text_above_b1_without_a_reason_is_reported(
    write: Write, context: Context, field: str, version: str
) -> None:
    (found,) = messages(write, context, with_text(field, HARD))
    assert found.startswith(f"réponse générale, {version} : niveau C2")


def test_a_reason_excuses_a_text_but_never_the_simple_version(write: Write, context: Context) -> None:
    assert messages(write, context, with_text("texte", HARD, lisibilite_raison=REASON)) == []
    assert messages(write, context, with_text("oral", HARD, lisibilite_raison=REASON)) == []
    (found,) = messages(write, context, with_text("simple", HARD, lisibilite_raison=REASON))
    assert found.startswith("réponse générale, simple : niveau C2")


def test_a_reason_that_is_no_longer_needed_is_reported(write: Write, context: Context) -> None:
    (found,) = messages(write, context, with_text("oral", "C'est oui.", lisibilite_raison=REASON))
    assert "« lisibilite_raison » inutile" in found


def test_a_reason_is_a_sentence(write: Write) -> None:
    _, found = load_all(write(with_text("texte", HARD, lisibilite_raison="Trop dur.")).parents[2])
    assert [problem.message for problem in found] == [
        "reponse.lisibilite_raison : taille 9, attendu minLength 20"
    ]


def test_the_command_counts_each_level_and_finds_nothing_above_b1_unexplained() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/readability.py", "--date", "2026-11-23", "--pires", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "| version | A1 | A2 | B1 | B2 | C1 | C2 |" in done.stdout
    assert done.stdout.rstrip().endswith("dont 0 sans raison.")
    unknown = [sys.executable, "scripts/readability.py", "rien"]
    assert subprocess.run(unknown, cwd=ROOT, capture_output=True, timeout=60).returncode == 1
