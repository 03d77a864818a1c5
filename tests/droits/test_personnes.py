"""The twelve fictional persons, and the model of their rights."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from stdnum.fr import nir

from droits import personnes
from droits.errors import InvalidPersonneFile, UnknownPersonne
from droits.model import COMPTES, CompteEnErreur, Comptes, Droits, Profil

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ALL = personnes.load()


def _rights(identifier: str) -> Droits:
    return ALL[identifier].droits(NOW)


def test_there_are_twelve_persons_of_every_profil() -> None:
    assert len(ALL) == 12
    assert {person.profil for person in ALL.values()} == set(get_args(Profil))


def test_the_attributs_that_change_answers_are_all_there() -> None:
    found = {attribut for person in ALL.values() for attribut in person.attributs}
    assert found >= {
        "temps_partiel", "peu_qualifie", "handicap", "senior", "aidant", "saisonnier", "interimaire",
        "cadre", "parent", "contractuel_public", "outre_mer",
    }  # fmt: skip


def test_someone_has_had_several_careers() -> None:
    retraite = _rights("paul-escoffier").comptes.retraite
    assert retraite is not None
    assert not isinstance(retraite, CompteEnErreur)
    assert len(retraite.regimes) >= 3


def test_each_kind_of_account_exists_and_is_absent_for_someone() -> None:
    read = [person.droits(NOW).comptes for person in ALL.values()]
    for name in COMPTES:
        states = {getattr(comptes, name) is None for comptes in read}
        assert True in states or name in ("cpf", "retraite"), name
        assert False in states, name


def test_one_account_is_stale_and_the_others_of_the_same_person_are_not() -> None:
    comptes = _rights("fatou-diarra").comptes
    assert comptes.chomage is not None
    assert not isinstance(comptes.chomage, CompteEnErreur)
    assert comptes.chomage.stale(NOW)
    assert comptes.cpf is not None
    assert not isinstance(comptes.cpf, CompteEnErreur)
    assert not comptes.cpf.stale(NOW)


def test_an_account_in_error_leaves_the_others_readable() -> None:
    comptes = _rights("sophie-martel").comptes
    assert comptes.in_error == ["c2p"]
    assert comptes.absent == ["chomage"]
    assert not isinstance(comptes.cpf, CompteEnErreur)


def test_balances_are_coherent() -> None:
    for person in ALL.values():
        comptes = person.droits(NOW).comptes
        cpf, retraite, chomage, c2p = comptes.cpf, comptes.retraite, comptes.chomage, comptes.c2p
        if cpf and not isinstance(cpf, CompteEnErreur):
            assert cpf.solde <= cpf.plafond, person.id
            assert (cpf.unite == "heures") == (person.profil == "agent_public"), person.id
        if retraite and not isinstance(retraite, CompteEnErreur):
            assert sum(regime.trimestres for regime in retraite.regimes) == retraite.trimestres_valides, (
                person.id
            )
            assert (retraite.trimestres_cotises or 0) <= retraite.trimestres_valides, person.id
            assert retraite.trimestres_valides <= 4 * (2026 - person.date_naissance.year - 15), person.id
        if chomage and not isinstance(chomage, CompteEnErreur):
            assert (chomage.jours_restants or 0) <= (chomage.jours_total or 0), person.id
        if c2p and not isinstance(c2p, CompteEnErreur):
            assert (c2p.points_reserves_formation or 0) <= c2p.points, person.id


def test_nobody_has_anything_that_looks_like_a_real_identifier() -> None:
    for path in sorted(personnes.DEFAULT_DIR.glob("*.yml")):
        text = path.read_text("utf-8")
        assert "@" not in text, path.name
        assert not re.search(r"\b0\d(?:[ .-]?\d{2}){4}\b", text), path.name
        digits = re.sub(r"\D", "", text)
        candidates = re.findall(r"(?=([12]\d{14}))", text.replace(" ", "")) if len(digits) >= 15 else []
        assert not any(nir.is_valid(c) for c in candidates), path.name


def test_the_public_list_says_no_more_than_the_contract() -> None:
    shown = ALL["jean-perrin"].public
    assert set(shown) == {"id", "name", "profil", "attributs", "summary"}


def test_the_answer_has_the_shape_of_the_contract() -> None:
    answer = _rights("nadia-benali").to_json()
    assert set(answer) == {"personne", "profil", "attributs", "comptes", "maj"}
    assert answer["personne"]["fictive"] is True
    assert "c2p" not in answer["comptes"]
    assert answer["comptes"]["cpf"] | {"mouvements": []} == {
        "maj": "2026-11-11T10:00:00Z",
        "unite": "euros",
        "solde": 2340.5,
        "plafond": 5000,
        "credit_annuel": 500,
        "mouvements": [],
    }


@pytest.mark.parametrize("identifier", sorted(ALL))
def test_what_is_written_is_read_back_the_same(identifier: str) -> None:
    rights = _rights(identifier)
    assert Droits.model_validate(rights.to_json()) == rights


@pytest.mark.parametrize(
    "broken",
    [{"solde": "beaucoup"}, [], "texte", 3, {"maj": "2026-11-23T10:00:00Z", "solde": -1, "unite": "euros"}],
)
def test_an_account_out_of_contract_becomes_an_account_in_error(broken: object) -> None:
    comptes = Comptes.model_validate({"cpf": broken, "c2p": {"maj": "2026-11-23T10:00:00Z", "points": 4}})
    assert comptes.in_error == ["cpf"]
    assert isinstance(comptes.cpf, CompteEnErreur)
    assert comptes.cpf.erreur.code == "illisible"
    assert comptes.c2p is not None
    assert not isinstance(comptes.c2p, CompteEnErreur)


def test_an_error_of_an_unknown_kind_is_still_an_error() -> None:
    assert Comptes.model_validate({"cpf": {"erreur": {"code": "E42"}}}).in_error == ["cpf"]


def test_an_unknown_person_is_named_so() -> None:
    with pytest.raises(UnknownPersonne):
        personnes.get(ALL, "personne-inconnue")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: nadia-benali", "id: autre-personne"),
        ("profil: salarie", "profil: cosmonaute"),
        ("solde: 2340.50", "solde: -1"),
        ("maj_il_y_a_jours: 12", "maj: 2026-01-01"),
        ("resume:", "adresse:"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    text = (personnes.DEFAULT_DIR / "nadia-benali.yml").read_text("utf-8")
    assert old in text
    (tmp_path / "nadia-benali.yml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidPersonneFile, match=r"nadia-benali\.yml"):
        personnes.load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidPersonneFile):
        personnes.load(tmp_path)


def test_ages_are_those_of_people_who_can_have_these_rights() -> None:
    assert all(date(1950, 1, 1) < person.date_naissance < date(2010, 1, 1) for person in ALL.values())
