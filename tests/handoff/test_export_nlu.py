"""Reviewed sentences become training examples that the data checks accept, once, and say nobody's name."""

import asyncio
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import yaml

from handoff import tables as t
from handoff.records import Relecture
from scripts.check_data import contradictions, known_examples, leaks
from scripts.export_nlu import FILE, as_example, export, sort_out, write
from scripts.training_sentences import examples
from tests.peers.rasa import fallback
from tests.peers.service import Service

TODAY = date(2026, 11, 23)
TRAINING = """version: "3.1"
nlu:
  - intent: cpf_solde
    examples: |
      - combien me reste-t-il sur mon CPF ?
  - intent: retraite_age
    examples: |
      - à quel âge puis-je partir ?
"""
HELD_OUT = [{"texte": "il y a quoi dans ma cagnotte formation ?", "sujet": "cpf_solde"}]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small `data/` folder."""
    for name, text in {
        "nlu/base.yml": TRAINING,
        "evaluation/questions.yml": yaml.safe_dump(HELD_OUT),
        "evaluation/faux_semblants.yml": "[]",
    }.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "data"


def reviewed(text: str, label: str, number: int = 0) -> Relecture:
    return Relecture(f"r-{number}", text, "web", "incompris", None, None, [], "2026-11-23", label)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("je m'appelle [nom masqué], mon truc formation", "je m'appelle , mon truc formation"),
        ("- /cpf_solde{x} mon compte", "cpf_soldex mon compte"),
        ("deux\nlignes\u2028ou plus", "deux lignes ou plus"),
        ("un [mot](entite) piégé", "un mot(entite) piégé"),
        ("[téléphone masqué] oui", ""),
    ],
)
def test_an_example_is_one_line_of_plain_words(text: str, example: str) -> None:
    assert as_example(text) == example


def test_each_sentence_meets_the_fate_that_the_data_checks_want(data: Path) -> None:
    labelled = [
        reviewed("ma tirelire formation elle a combien", "cpf_solde", 1),
        reviewed("Ma tirelire formation, elle a combien ?", "cpf_solde", 2),
        reviewed("combien me reste t il sur mon cpf", "retraite_age", 3),
        reviewed("Y a quoi dans ma cagnotte formation", "cpf_solde", 4),
        reviewed("une question de plus", "sujet_inconnu", 5),
        reviewed("[nom masqué]", "cpf_solde", 6),
    ]
    outcome = sort_out(labelled, known_examples(data / "nlu"), HELD_OUT)
    assert outcome.written == {"cpf_solde": ["ma tirelire formation elle a combien"]}
    assert outcome.done == ["r-1", "r-2"]
    assert dict(outcome.counts) == {
        "écrites": 1,
        "déjà connues": 1,
        "contredites par un autre sujet": 1,
        "proches d'une question tenue à part": 1,
        "sur un sujet sans exemples": 1,
        "sans assez de mots": 1,
    }


def test_the_file_grows_and_keeps_what_it_had(data: Path) -> None:
    path = data / "nlu" / FILE
    write(path, {"retraite_age": ["quand : c'est fini # le boulot"]})
    write(path, {"cpf_solde": ['"mes sous" pour apprendre 🙂'], "retraite_age": ["la quille quand"]})
    found = list(examples(data / "nlu"))
    assert found[:3] == [
        ("cpf_solde", '"mes sous" pour apprendre 🙂'),
        ("retraite_age", "quand : c'est fini # le boulot"),
        ("retraite_age", "la quille quand"),
    ]


async def test_what_was_labelled_is_exported_once(
    service: Service, data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service.rasa.answer = lambda body: [fallback()]
    relecteur = await service.conseiller("charlie", role="relecteur")
    words = ["je m'appelle Ziegler, ma tirelire formation ?", "la quille c'est quand", "charabia bizarre"]
    for text in words:
        await (await service.open()).say(text)
    ids = {k.text: k.id for k in await service.rows(t.relectures)}
    choices = {words[1]: {"sujet": "retraite_age"}, words[2]: {"ecarte": True}}
    for text, key in ids.items():
        answer = await relecteur.call("POST", f"/relectures/{key}", choices.get(text, {"sujet": "cpf_solde"}))
        assert answer.is_success
    database = service.built.core.database
    assert dict(await export(database, data, TODAY)) == {"écrites": 2}
    first = (data / "nlu" / FILE).read_text(encoding="utf-8")
    assert "Ziegler" not in first
    assert "la quille c'est quand" in first
    assert {k.exported_on for k in await service.rows(t.relectures)} == {"2026-11-23"}
    assert dict(await export(database, data, TODAY)) == {}
    assert (data / "nlu" / FILE).read_text(encoding="utf-8") == first
    training = defaultdict(set, known_examples(data / "nlu"))
    assert contradictions(training) == []
    assert await asyncio.to_thread(leaks, list(training), HELD_OUT) == []
    assert "quille" not in "".join(capfd.readouterr())
