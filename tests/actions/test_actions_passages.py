"""What is said when no topic fits: an official page quoted, an answer of ours shown, or nothing invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.passages import NOT_OURS, OLD_PAGE, Passages
from actions.server import build_executor
from connaissances.officiel.search import FileFinder
from tests.actions.turn_factory import BASE, Rasa, payloads, services
from tests.connaissances.officiel_factory import imported, packed, publication, record, zipped

QUESTION = "qui peut bénéficier du congé du philatéliste ?"
RECORDS = [
    record(),
    record(
        "article2",
        "Le congé du spéléologue",
        date="01/02/2020",
        intro="<p>Le congé du spéléologue dure « le temps d'une grotte ». Il est payé 12 € par jour.</p>",
    ),
    record("article3", "La prime du funambule", intro="<p>La prime du funambule est de 300 € par fil.</p>"),
    record(
        "article4",
        "Le crédit annuel du CPF des funambules",
        intro="<p>Le crédit annuel du CPF des funambules est de 24 heures. Il sert aux études.</p>",
        sections=[],
    ),
]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Any]:
    """Ask one question, understood as out of scope, with a few fiches imported."""
    imported(tmp_path / "f.db", packed(tmp_path / "a.tgz", RECORDS))
    imported(tmp_path / "f.db", zipped(tmp_path / "v.zip", ("F1.xml", publication())))
    finder = FileFinder(tmp_path / "f.db")

    async def _ask(
        text: str, action: str = "action_repondre", intent: str = "hors_sujet", **more: Any
    ) -> Any:
        return await assistant(finder).one(action, intent, text, **more)

    yield _ask
    finder.close()


def assistant(fiches: Any) -> Rasa:
    passages = BASE.passages
    assert isinstance(passages, Passages)
    return Rasa(build_executor(replace(services(), passages=replace(passages, fiches=fiches))))


async def test_an_official_page_is_quoted_word_for_word_with_title_address_and_date(ask: Any) -> None:
    reply = await ask(QUESTION)
    assert (
        "«\u00a0Y ont droit\u00a0: les salariés\u00a0; les apprentis. Un album suffit.\u00a0»"
        in reply["text"]
    )
    assert (
        "«\u00a0Le congé du philatéliste\u00a0», travail-emploi.gouv.fr, page du 10 mars 2026"
        in reply["text"]
    )
    assert "https://travail-emploi.gouv.fr/article1" in reply["text"]
    assert NOT_OURS.split(" :")[0] in reply["text"]
    assert reply["sources"] == [
        {
            "title": "Le congé du philatéliste",
            "url": "https://travail-emploi.gouv.fr/article1",
            "date": "2026-03-10",
        }
    ]
    assert (reply["sujet"], reply["profil"]) == ("hors_sujet", None)
    assert "gate:handoff" in payloads(reply)


async def test_a_recognised_out_of_scope_is_neutral_and_a_fallback_has_failed(ask: Any) -> None:
    assert not (await ask(QUESTION))["failed"]
    for action in ("action_hors_sujet", "action_default_fallback", "action_vouliez_vous_dire"):
        reply = await ask(QUESTION, action, "nlu_fallback")
        assert reply["failed"] and reply["sujet"] == "hors_sujet" and "album" in reply["text"]


async def test_an_old_page_is_said_to_be_old_and_its_sums_are_left_out(ask: Any) -> None:
    reply = await ask("le congé du spéléologue")
    assert "“le temps d'une grotte”" in reply["text"] and "12" not in reply["text"]
    assert OLD_PAGE.split(" :")[0] in reply["text"]


async def test_a_page_that_only_answers_by_a_sum_is_shown_and_not_quoted(ask: Any) -> None:
    reply = await ask("combien pour la prime du funambule ?")
    assert "300" not in reply["text"] and "https://travail-emploi.gouv.fr/article3" in reply["text"]
    assert "Je ne recopie pas les chiffres" in reply["text"] and NOT_OURS not in reply["text"]


async def test_a_dated_parameter_wins_over_the_figure_of_a_page(ask: Any) -> None:
    reply = await ask("à quoi sert le crédit annuel des funambules")
    assert "24" not in reply["text"] and "300" not in reply["text"]
    assert "article4" in reply["text"]


async def test_a_situation_is_said_and_another_profil_s_is_never_quoted(ask: Any) -> None:
    question = "quelle démarche pour le congé du numismate, prévenir"
    reply = await ask(question, profil="salarie")
    assert "Pour ce cas\u00a0: Vous êtes salarié." in reply["text"] and "employeur" in reply["text"]
    reply = await ask(question, profil="agent_public")
    assert "service du personnel" in reply["text"] and "employeur" not in reply["text"]


async def test_on_the_phone_no_address_is_read_and_it_stays_short(ask: Any) -> None:
    reply = await ask(QUESTION, canal="phone")
    assert "http" not in reply["text"] and ".fr" not in reply["text"] and "\n" not in reply["text"]
    assert "10 mars 2026" in reply["text"] and "Y ont droit" in reply["text"]
    assert len(reply["text"].split()) < 80


@pytest.mark.parametrize("text", ["quel temps fera-t-il à Brest ?", "", "/hors_sujet", "un congé"])
async def test_nothing_close_enough_and_it_says_that_it_does_not_know(ask: Any, text: str) -> None:
    reply = await ask(text)
    assert reply["text"].startswith("Je ne sais pas répondre à cette question")
    assert "gate:handoff" in payloads(reply)


async def test_without_any_import_our_own_answers_are_still_searched(tmp_path: Path) -> None:
    rasa = assistant(FileFinder(tmp_path / "absent.db"))
    reply = await rasa.one("action_repondre", "hors_sujet", "passer le permis de conduire avec le cpf")
    assert reply["sujet"] == "hors_sujet" and not reply["failed"]
    assert payloads(reply)[0].startswith("/cpf_permis")
    assert reply["buttons"][0]["title"] in reply["text"]
    unknown = await rasa.one("action_repondre", "hors_sujet", QUESTION)
    assert unknown["text"].startswith("Je ne sais pas répondre à cette question")


async def test_an_answer_of_ours_leaves_no_room_for_a_quotation(tmp_path: Path) -> None:
    title = "Permis de conduire et CPF, règles diverses et variées du remboursement ancien"
    pages = packed(tmp_path / "a.tgz", [record(title=title), *RECORDS[1:]])
    imported(tmp_path / "f.db", pages)
    finder = FileFinder(tmp_path / "f.db")
    reply = await assistant(finder).one(
        "action_repondre", "hors_sujet", "passer le permis de conduire avec le cpf"
    )
    finder.close()
    assert payloads(reply)[0].startswith("/cpf_permis") and "article1" not in reply["text"]


async def test_a_damaged_import_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "f.db").write_bytes(b"ceci n'est pas une base" * 100)
    rasa = assistant(FileFinder(tmp_path / "f.db"))
    reply = await rasa.one("action_repondre", "hors_sujet", QUESTION)
    assert reply["text"].startswith("Je ne sais pas répondre")
    assert "DatabaseError" in caplog.text and "philatéliste" not in caplog.text


async def test_other_topics_are_answered_as_before(ask: Any) -> None:
    reply = await ask(QUESTION, intent="cpf_definition")
    assert reply["sujet"] == "cpf_definition" and "album" not in reply["text"]


async def test_beside_did_you_mean_a_page_is_named_and_not_quoted(ask: Any) -> None:
    ranking = (("cec_activites", 0.36), ("licenciement", 0.12))
    reply = await ask(QUESTION, "action_vouliez_vous_dire", "nlu_fallback", ranking=ranking)
    assert reply["sujet"] is None and reply["question"] == {"kind": "vouliez_vous_dire"}
    assert [button.get("sujet") for button in reply["buttons"]] == ["cec_activites", "licenciement", None]
    assert "https://travail-emploi.gouv.fr/article1" in reply["text"] and "album" not in reply["text"]
    assert reply["sources"][0]["date"] == "2026-03-10"
    other = await ask("quel temps fera-t-il", "action_vouliez_vous_dire", "nlu_fallback", ranking=ranking)
    assert other["sources"] == [] and "page officielle" not in other["text"]
