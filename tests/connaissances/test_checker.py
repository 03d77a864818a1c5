"""Each rule of the checker, with a file that breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from connaissances.checker import (
    Context,
    Problem,
    check_fiche,
    check_missing,
    check_orphan_parameters,
    check_review_days,
    load_all,
)
from connaissances.fiches import load_fiche
from tests.connaissances.answer_factory import SOURCE, Write, answer_file, variant


def problems(write: Write, context: Context, data: dict[str, Any], **where: Any) -> list[Problem]:
    path = write(data, **where)
    return check_fiche(path, load_fiche(path), context)


def messages(write: Write, context: Context, data: dict[str, Any], **where: Any) -> str:
    return "\n".join(str(problem) for problem in problems(write, context, data, **where))


def with_text(text: str, field: str = "texte") -> dict[str, Any]:
    data = answer_file()
    data["reponse"][field] = text
    return data


def with_variants(*rows: dict[str, Any]) -> dict[str, Any]:
    return answer_file("cpf_credit", variantes=list(rows))


def both() -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        variant({"profil": "salarie"}, "Votre employeur déclare vos droits."),
        variant({"profil": "agent_public"}, "Vos droits sont comptés en heures."),
    )


def test_a_good_file_has_no_problem(write: Write, context: Context) -> None:
    assert problems(write, context, answer_file()) == []
    assert problems(write, context, with_variants(*both())) == []


def test_an_orphan_topic_is_reported(write: Write, context: Context) -> None:
    assert "sujet orphelin" in messages(write, context, answer_file("nulle_part"))


def test_a_file_in_the_wrong_folder_is_reported(write: Write, context: Context) -> None:
    assert "le fichier doit être cpf/cpf_autre.yml" in messages(write, context, answer_file(), theme="loin")


def test_a_topic_without_file_is_reported(write: Write, context: Context) -> None:
    fiche = load_fiche(write(answer_file()))
    missing = [str(problem) for problem in check_missing([fiche], context)]
    assert missing == ["cpf/cpf_credit.yml : fiche manquante", "cpf/cpf_vente.yml : fiche manquante"]


@pytest.mark.parametrize(
    ("suite", "expected"),
    [
        ({"titre": "Aller", "sujet": "nulle_part"}, "suite vers un sujet inconnu : nulle_part"),
        ({"titre": "Aller", "sujet": "plus_tard"}, "sans réponse aujourd'hui : plus_tard"),
        ({"titre": "Aller", "sujet": "cpf_autre"}, "suite vers le sujet lui-même"),
        ({"titre": "Aller", "simulation": "loto"}, "simulation inconnue : loto"),
    ],
)
def test_a_next_step_that_leads_nowhere_is_reported(
    write: Write, context: Context, suite: dict[str, str], expected: str
) -> None:
    data = answer_file(suites=[suite, {"titre": "Vendre", "sujet": "cpf_vente"}])
    assert expected in messages(write, context, data)


def test_an_unknown_parameter_is_reported_where_it_stands(write: Write, context: Context) -> None:
    found = messages(write, context, with_text("Vous recevez {cpf.inconnu}."))
    assert "réponse générale, texte : référence {cpf.inconnu} : paramètre inconnu" in found


def test_a_brace_that_is_not_a_reference_is_reported(write: Write, context: Context) -> None:
    assert "accolade" in messages(write, context, with_text("Vous recevez {CPF crédit}."))


def test_an_orphan_parameter_is_reported_unless_a_rule_uses_it(write: Write, context: Context) -> None:
    fiche = load_fiche(write(answer_file()))
    found = check_orphan_parameters([fiche], ["cpf.credit", "cpf.seul", "cpf.regle"], ["cpf.regle"])
    assert [str(problem) for problem in found] == ["cpf.yml : paramètre orphelin : cpf.seul"]


@pytest.mark.parametrize("field", ["texte", "simple", "oral"])
def test_an_amount_in_a_sentence_is_reported(write: Write, context: Context, field: str) -> None:
    found = messages(write, context, with_text("Il faut attendre deux ans.", field))
    assert f"réponse générale, {field} : « deux ans » est écrit dans la phrase" in found


def test_an_amount_in_a_step_a_title_or_a_warning_is_reported(write: Write, context: Context) -> None:
    data = answer_file(titre="Recevoir 500 €", incertitude="Environ 3 mois.", verification="Sous 8 jours.")
    data["reponse"]["etapes"] = ["Payez 100 euros."]
    found = messages(write, context, data)
    for place in ("titre", "réponse générale, etapes", "incertitude", "verification"):
        assert f"{place} : « " in found


def test_nearly_identical_wordings_are_reported(write: Write, context: Context) -> None:
    one, _ = both()
    other = variant({"profil": "agent_public"}, "Votre employeur déclare vos droit.")
    found = messages(write, context, with_variants(one, other))
    assert "variante salarie et variante agent_public : textes identiques ou presque" in found


def test_a_variant_like_the_general_answer_is_reported(write: Write, context: Context) -> None:
    _, other = both()
    same = variant({"profil": "salarie"}, answer_file()["reponse"]["texte"])
    assert "réponse générale et variante salarie" in messages(write, context, with_variants(same, other))


def test_the_same_spoken_text_twice_is_reported(write: Write, context: Context) -> None:
    one, other = both()
    other["oral"] = one["oral"]
    assert "champs « oral » identiques" in messages(write, context, with_variants(one, other))


def test_a_missing_variant_is_reported(write: Write, context: Context) -> None:
    assert "variante manquante : agent_public" in messages(write, context, with_variants(both()[0]))
    found = messages(write, context, answer_file("cpf_vente", suites=answer_file("x")["suites"]))
    assert "variante manquante : senior" in found


def test_a_variant_nobody_asked_for_or_written_twice_is_reported(write: Write, context: Context) -> None:
    extra = variant({"profil": "retraite"}, "Tout autre chose pour les retraités.")
    twin = variant({"profil": "salarie"}, "Une formulation sans aucun rapport avec l'autre.")
    found = messages(write, context, with_variants(*both(), extra, twin))
    assert "variante non demandée par sujets.yml : retraite" in found
    assert "variante en double : salarie" in found


def test_a_sentence_over_thirty_words_is_reported(write: Write, context: Context) -> None:
    assert "phrase de 31 mots" in messages(write, context, with_text("mot " * 30 + "fin."))
    assert "phrase de" not in messages(write, context, with_text("mot " * 29 + "fin."))


def test_a_long_spoken_text_is_reported(write: Write, context: Context) -> None:
    assert "oral : 60 mots" in messages(write, context, with_text("Un mot dit. " * 20, "oral"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allez sur www.exemple.fr.", "adresse internet"),
        ("Choisissez oui/non.", "signe imprononçable /"),
        ("Premier point.\nDeuxième point.", "une liste ne se dit pas"),
    ],
)
def test_what_cannot_be_said_is_reported(write: Write, context: Context, text: str, expected: str) -> None:
    assert expected in messages(write, context, with_text(text, "oral"))


def test_a_warning_that_cannot_be_said_is_reported(write: Write, context: Context) -> None:
    data = answer_file(irreversible=True, verification="Vérifiez sur exemple.fr et/ou par courrier.")
    found = messages(write, context, data)
    assert "verification : adresse internet" in found
    assert "verification : signe imprononçable /" in found


def test_a_written_sign_is_allowed_when_its_spoken_form_is_words(write: Write, context: Context) -> None:
    assert problems(write, context, with_text("Vous recevez {cpf.credit} par an.", "oral")) == []


def test_an_address_in_a_sentence_is_reported(write: Write, context: Context) -> None:
    assert "adresse internet dans la phrase" in messages(write, context, with_text("Voir https://a.fr ici."))


def test_a_missing_act_is_reported_except_where_there_is_none(write: Write, context: Context) -> None:
    assert "acte absent" in messages(write, context, {**with_variants(*both()), "acte": None})
    assert problems(write, context, answer_file(acte=None)) == []


def test_an_act_that_cannot_be_undone_needs_a_check_before(write: Write, context: Context) -> None:
    assert "irréversible sans" in messages(write, context, answer_file(irreversible=True))
    data = answer_file(irreversible=True, verification="Lisez bien tout avant de dire oui.")
    assert problems(write, context, data) == []


def test_a_doubtful_value_needs_its_uncertainty(write: Write, context: Context) -> None:
    data = with_text("Vous recevez {cpf.douteux}.")
    assert "incertitude absente" in messages(write, context, data)
    assert problems(write, context, {**data, "incertitude": "À confirmer auprès de la caisse."}) == []


@pytest.mark.parametrize("field", ["titre", "url", "date", "consulte"])
def test_a_source_without_title_address_or_date_is_reported(
    write: Write, context: Context, field: str
) -> None:
    source = {key: value for key, value in SOURCE.items() if key != field}
    _, found = load_all(write(answer_file(sources=[source])).parents[2])
    assert [str(problem) for problem in found] == [f"cpf_autre.yml : sources.0 : il manque {field}"]


def test_a_source_from_the_future_is_reported(write: Write, context: Context) -> None:
    data = answer_file(sources=[{**SOURCE, "consulte": "2027-01-01"}])
    assert "source datée dans le futur" in messages(write, context, data)


def test_an_answer_is_read_again_no_later_than_the_values_that_it_cites(
    write: Write, context: Context
) -> None:
    data = with_text("Vous recevez {cpf.credit}.")
    data["revue"]["prochaine"] = "2027-02-02"
    (found,) = problems(write, context, data)
    assert found.message == "à relire le 2027-02-02, trop tard : cpf.credit est à relire le 2027-02-01"
    assert not found.warning


def test_more_answers_than_one_reads_in_a_day_are_a_warning(write: Write) -> None:
    fiche = load_fiche(write(answer_file()))
    assert check_review_days([fiche] * 20) == []
    (found,) = check_review_days([fiche] * 21)
    assert found.warning
    assert found.message == "21 réponses à relire le 2027-02-01, 20 au plus"


def test_a_past_review_is_a_warning(write: Write, context: Context) -> None:
    data = answer_file(revue={"statut": "relu", "le": "2026-01-01", "prochaine": "2026-11-01"})
    (found,) = problems(write, context, data)
    assert found.warning
    assert str(found) == "cpf_autre.yml : (avertissement) revue dépassée depuis le 2026-11-01"
