"""Finding the passage that answers, and giving nothing when none does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connaissances.officiel.search import FileFinder
from connaissances.officiel.stemming import stems
from tests.connaissances.officiel_factory import imported, packed, publication, record, zipped

SURE = 0.6
SUBJECTS = ("marin", "boulanger", "pompier", "notaire", "vigneron", "horloger", "luthier", "potier")


def fiche(name: str) -> bytes:
    number = SUBJECTS.index(name) + 10
    chapters = {
        "Durée": f"La pause du {name} se prend au milieu du jour.",
        "Refus": f"Le refus de la pause se conteste devant le juge des {name}s.",
    }
    body = "".join(
        f"<Chapitre><Titre>{title}</Titre><Paragraphe>{text}</Paragraphe></Chapitre>"
        for title, text in chapters.items()
    )
    intro = f"La pause du {name} est un repos."
    return publication(f"F{number}", f"Pause du {name}", f"<Texte>{body}</Texte>", intro)


@pytest.fixture
def finder(tmp_path: Path) -> Iterator[FileFinder]:
    files = [(f"F{n + 10}.xml", fiche(name)) for n, name in enumerate(SUBJECTS)]
    extract = zipped(tmp_path / "v.zip", ("F1.xml", publication()), *files)
    imported(tmp_path / "f.db", extract)
    finder = FileFinder(tmp_path / "f.db")
    yield finder
    finder.close()


@pytest.mark.parametrize(
    ("question", "title", "heading"),
    [
        ("c'est quoi la pause du luthier ?", "Pause du luthier", ""),
        ("PAUSES DES LUTHIERS", "Pause du luthier", ""),
        ("peut-on contester le refus de la pause du potier", "Pause du potier", "Refus"),
        ("conge numismate", "Congé du numismate", ""),
    ],
)
def test_the_page_then_the_place_in_it(finder: FileFinder, question: str, title: str, heading: str) -> None:
    hit = finder.best(question)
    assert hit is not None and hit.confidence >= SURE
    assert (hit.passage.title, hit.passage.heading) == (title, heading)
    assert hit.passage.date == "2026-03-10" and hit.passage.url.endswith(hit.passage.id)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "bonjour, comment faire ?",
        "xylophone",
        "la pause café de mon voisin",
        "acheter une maison à Brest avec un luthier",
        '" OR body:pause *',
    ],
)
def test_a_shared_word_is_not_an_answer(finder: FileFinder, question: str) -> None:
    hit = finder.best(question)
    assert hit is None or hit.confidence < SURE


def test_a_passage_for_another_profil_is_never_given(finder: FileFinder) -> None:
    question = "quelle démarche pour le congé du numismate, qui prévenir ?"
    for profil, text in (("salarie", "employeur"), ("agent_public", "personnel")):
        hit = finder.best(question, profil)
        assert hit is not None and hit.passage.heading == "Démarche" and text in hit.passage.text
    hit = finder.best(question, "retraite")
    assert hit is not None and hit.passage.situation == ""


def test_what_is_imported_while_we_run_is_found_at_once(tmp_path: Path) -> None:
    finder = FileFinder(tmp_path / "f.db")
    assert finder.best("congé du philatéliste") is None
    imported(tmp_path / "f.db", packed(tmp_path / "a.tgz", [record()]))
    assert finder.best("congé du philatéliste") is not None
    changed = record(title="Le repos du cruciverbiste", intro="<p>Le repos du cruciverbiste.</p>")
    imported(tmp_path / "f.db", packed(tmp_path / "b.tgz", [changed]))
    hit = finder.best("repos du cruciverbiste")
    assert hit is not None and hit.passage.title == "Le repos du cruciverbiste"
    (tmp_path / "f.db").unlink()
    assert finder.best("repos du cruciverbiste") is None


def test_a_question_takes_a_few_milliseconds_among_thousands_of_passages(tmp_path: Path) -> None:
    records = [
        record(
            f"article{n}", f"Le dispositif numéro {n}", intro=f"<p>{'congé salarié employeur ' * 30}{n}</p>"
        )
        for n in range(3000)
    ]
    imported(tmp_path / "f.db", packed(tmp_path / "a.tgz", records))
    finder = FileFinder(tmp_path / "f.db")
    finder.best("congé")
    durations = []
    for n in range(20):
        started = time.perf_counter()
        hit = finder.best(f"le congé du salarié et de l'employeur dans le dispositif {n + 100}")
        durations.append(time.perf_counter() - started)
        assert hit is not None and hit.passage.id == f"article{n + 100}"
    finder.close()
    assert sorted(durations)[10] < 0.02


def test_stems_meet_whatever_the_accents_and_the_endings() -> None:
    assert stems("Indemnités journalières") == stems("indemnite journaliere")
    assert stems("Comment est-ce que je peux ?") == []
