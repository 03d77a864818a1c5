"""Normalisation, facts read by rule, n-grams, calibration: what can be said without a server."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu import topic_training
from nlu.facts import is_bare_fact, read_facts
from nlu.messages import clean_text
from nlu.ngrams import NgramVectorizer
from nlu.normalizer import fold, normalize
from nlu.topic_model import Settings, Tier, calibration_features, meaning_kernel, unit_rows
from nlu.topic_training import (
    choose_cascade,
    draw_landmarks,
    fit_calibration,
    fit_temperature,
    solve,
    whitening,
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("mon C P F", "mon cpf"),
        ("mon c.p.f. stp", "mon cpf s'il te plaît"),
        ("le cé pé effe", "le cpf"),
        ("le c deux p", "le c2p"),
        ("Slt, jveux savoir cb g", "salut je veux savoir combien j'ai"),
        ("L’emploi", "l'emploi"),
        ("urgeeeent !!!!", "urgent"),
        ("c koi", "c'est quoi"),
    ],
)
def test_hurried_and_spelled_writing_is_unified(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    "old, present",
    [
        ("pôle emploi", "france travail"),
        ("Pole Emploi", "france travail"),
        ("le c3p", "c2p"),
        ("mon CIF", "ptp"),
        ("le rsi", "indépendant"),
        ("droit individuel à la formation", "dif"),
    ],
)
def test_old_names_are_kept_and_the_present_name_is_added(old: str, present: str) -> None:
    result = normalize(old)
    assert present in result and normalize(old.split()[-1]).split()[0] in result


def test_folding_removes_accents_only() -> None:
    assert fold("déjà cœur à l'été") == "deja coeur a l'ete"


@pytest.mark.parametrize(
    "text, entity, value",
    [
        ("né le 12/03/1964", "date", "1964-03-12"),
        ("le 1er juin 1970", "date", "1970-06-01"),
        ("12 03 64", "date", "1964-03-12"),
        ("j'ai 1 234,50 € dessus", "montant", "1234.50"),
        ("je suis fonctionnaire à la mairie", "profil", "agent_public"),
        ("retraitée", "profil", "retraite"),
        ("jsuis auto-entrepreneur", "profil", "independant"),
        ("je suis au chômage", "profil", "demandeur_emploi"),
    ],
)
def test_facts_are_read(text: str, entity: str, value: str) -> None:
    assert (entity, value) in [(f.entity, f.value) for f in read_facts(text)]


@pytest.mark.parametrize(
    "text", ["32/13/1964", "mon salarié veut partir", "je ne suis plus salarié", "né en 1964"]
)
def test_nothing_is_guessed(text: str) -> None:
    assert [f for f in read_facts(text) if f.entity in ("date", "profil")] == []


@pytest.mark.parametrize(
    "text, bare",
    [
        ("12/03/1964", True),
        ("1500 €", True),
        ("5", True),
        ("le 5 juin 1963", True),
        ("80 %", True),
        ("je suis né en 1964, à quel âge je pars ?", False),
        ("", False),
        ("non", False),
        ("3949 ne répond pas", False),
    ],
)
def test_a_bare_fact_is_told_from_a_sentence(text: str, bare: bool) -> None:
    assert is_bare_fact(text) is bare


@pytest.mark.parametrize("text", ["/a", "\u200b/a", " \u00a0/a", "\u202e//a", "/ /a", "／a"])
def test_a_leading_slash_is_escaped_after_cleaning(text: str) -> None:
    assert clean_text(text) == "\\a"


def test_cleaning_keeps_ordinary_text() -> None:
    assert clean_text("  l'été, 50 % / an ?\n") == "l'été, 50 % / an ?"


def test_ngrams_survive_storage() -> None:
    texts = ["mon cpf", "ma retraite", "mon chomage"]
    vectorizer = NgramVectorizer("char", 2, 4, most=20).fit(texts)
    again = NgramVectorizer.from_dict(vectorizer.as_dict(), vectorizer.idf)
    assert (again.matrix(texts) != vectorizer.matrix(texts)).nnz == 0
    assert np.allclose([np.linalg.norm(vectorizer.row(t)[1]) for t in texts], 1)
    assert vectorizer.row("zzz")[2] == 0


def test_landmarks_are_as_many_for_each_label_and_always_the_same() -> None:
    truth = np.array([0] * 40 + [1] * 5 + [2] * 40)
    drawn = draw_landmarks(truth, 30)
    assert [int((truth[drawn] == label).sum()) for label in range(3)] == [10, 5, 10]
    assert len(set(drawn.tolist())) == len(drawn)
    assert (drawn == draw_landmarks(truth, 30)).all()


def test_nearness_to_the_landmarks_gives_back_the_kernel_between_them() -> None:
    points = unit_rows(np.random.RandomState(0).normal(size=(12, 4)))
    kernel = meaning_kernel(points @ points.T)
    seen = kernel @ whitening(points)
    assert np.allclose(seen @ seen.T, kernel, atol=1e-3)


def test_the_weights_are_those_of_a_ridge_regression() -> None:
    generator = np.random.RandomState(0)
    features, targets = generator.normal(size=(30, 4)), generator.normal(size=(30, 2))
    gram, products = features.T @ features, features.T @ targets
    expected = np.linalg.solve(gram + 0.5 * np.eye(4), products)
    assert np.allclose(solve(np.tril(gram), products, 0.5), expected, atol=1e-4)


def test_calibration_says_the_share_of_right_answers() -> None:
    generator = np.random.RandomState(0)
    truth = generator.randint(0, 5, 4000)
    scores = generator.normal(size=(4000, 5))
    scores[np.arange(4000), truth] += 1.5
    temperature = fit_temperature(scores, truth)
    odds = np.exp(scores * temperature)
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    right = probabilities.argmax(axis=1) == truth
    closeness = generator.rand(4000)
    tier = Tier(
        np.zeros((1, 5)),
        np.zeros((1, 5)),
        temperature,
        fit_calibration(calibration_features(probabilities, closeness), right),
    )
    confidence = tier.confidence(probabilities, closeness)
    for low in (0.3, 0.5, 0.7):
        group = (confidence >= low) & (confidence < low + 0.2)
        assert abs(right[group].mean() - confidence[group].mean()) < 0.06


def test_the_cascade_keeps_the_accuracy_it_is_told_to() -> None:
    confidence = np.linspace(0, 1, 1000)
    fast_right = np.random.RandomState(1).rand(1000) < confidence
    full_right = np.ones(1000, dtype=bool)
    threshold = choose_cascade(confidence, fast_right, full_right, 0.01)
    kept = np.where(confidence >= threshold, fast_right, full_right)
    assert kept.mean() >= 0.99


def test_sentences_taken_by_parts_give_the_same_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.RandomState(0)
    grams = csr_matrix(draw.rand(40, 12).astype(np.float32))
    seen = {n: unit_rows(draw.randn(40, 8)) for n in ("use", "e5")}
    landmarks = {n: vectors[:10] for n, vectors in seen.items()}
    targets = draw.rand(40, 3).astype(np.float32)
    whole = topic_training._fit_tiers(grams, seen, landmarks, targets, Settings())
    monkeypatch.setattr(topic_training, "_SENTENCES_AT_ONCE", 7)
    parts = topic_training._fit_tiers(grams, seen, landmarks, targets, Settings())
    for name, tier in whole.items():
        assert np.allclose(tier.text, parts[name].text, atol=1e-3)
        for network, weights in tier.near.items():
            assert np.allclose(weights, parts[name].near[network], atol=1e-3)


def test_a_calibration_on_errors_alone_is_still_one() -> None:
    assert np.isfinite(fit_calibration(np.zeros((5, 3)), np.zeros(5, dtype=bool))).all()
