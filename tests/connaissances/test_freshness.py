"""What has aged, and when: each kind of line, their order, their wording, and the command."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from connaissances.fiches import load_fiche
from connaissances.freshness import Item, Kind, Page, Reading, Report, answer_item, report
from connaissances.freshness_text import as_markdown, as_text
from tests.connaissances.answer_factory import SOURCE, Write, answer_file
from tests.connaissances.officiel_factory import imported, packed, record

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
FRESH = Reading("Page", "https://exemple.gouv.fr/a", date(2026, 3, 3), TODAY)


def item(name: str = "a", review: date = date(2027, 6, 1), **more: object) -> Item:
    return Item(**{"name": name, "title": "Un titre", "review": review, "readings": (FRESH,), **more})  # type: ignore[arg-type]


def kinds(found: Report) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.name) for finding in found.findings]


def test_what_is_fresh_is_not_listed() -> None:
    found = report([item()], [Page("travail", date(2026, 11, 1))], TODAY)
    assert (found.findings, found.stale) == ((), False)


def test_a_review_is_overdue_on_its_day_and_soon_within_the_days_asked() -> None:
    items = [item("hier", TODAY), item("bientot", date(2027, 1, 22)), item("plus_tard", date(2027, 1, 23))]
    assert kinds(report(items, [], TODAY)) == [(Kind.OVERDUE, "hier"), (Kind.SOON, "bientot")]
    assert kinds(report(items, [], TODAY, days=61))[-1] == (Kind.SOON, "plus_tard")
    assert report(items, [], TODAY).stale
    assert not report(items[1:], [], TODAY).stale


def test_the_longest_overdue_comes_first() -> None:
    items = [item("b", date(2026, 5, 1)), item("c", date(2026, 1, 1)), item("a", date(2026, 5, 1))]
    assert [name for _, name in kinds(report(items, [], TODAY))] == ["c", "a", "b"]


def test_a_parameter_without_value_is_stale_and_a_coming_change_is_told() -> None:
    ending = item("fin", change=date(2026, 12, 31), ends=True)
    rising = item("hausse", change=date(2027, 1, 1))
    far = item("loin", change=date(2027, 9, 1))
    found = report([item("rien", in_force=False), rising, ending, far], [], TODAY)
    assert kinds(found) == [(Kind.NO_VALUE, "rien"), (Kind.CHANGE, "fin"), (Kind.CHANGE, "hausse")]
    assert found.stale
    assert [line.detail for line in found.of(Kind.CHANGE)] == [
        "Un titre (plus de valeur ensuite)",
        "Un titre (nouvelle valeur déjà écrite)",
    ]


def test_an_answer_that_one_person_alone_has_read_is_listed(write: Write) -> None:
    revue = {"le": "2026-11-01", "prochaine": "2027-06-01"}
    alone = answer_item(load_fiche(write(answer_file(revue={**revue, "statut": "redige"}))))
    again = answer_item(load_fiche(write(answer_file(revue={**revue, "statut": "relu"}))))
    (line,) = report([alone, again], [], TODAY).findings
    assert (line.kind, line.day, line.name) == (Kind.ONE_READER, date(2026, 11, 1), "réponse cpf_autre")


def test_an_old_source_is_one_line_that_names_who_uses_it(write: Write) -> None:
    old = {**SOURCE, "date": "2024-01-01", "consulte": "2025-01-01"}
    answer = answer_item(load_fiche(write(answer_file(sources=[SOURCE, old]))))
    twin = item("b", readings=(answer.readings[1],))
    unknown = item("c", readings=(Reading("Autre", "https://exemple.gouv.fr/b", TODAY, None),))
    first, second = report([answer, twin, unknown], [], TODAY).of(Kind.OLD_SOURCE)
    assert first.detail == (
        "page de plus de deux ans, pas rouverte depuis plus d'un an ; https://exemple.gouv.fr/a ; "
        "sert à : b, réponse cpf_autre"
    )
    assert second.detail.startswith("date de lecture inconnue")


def test_an_old_extract_is_told_once_with_its_old_pages() -> None:
    pages = [Page("travail", date(2020, 1, 1)), Page("travail", date(2026, 1, 1))]
    found = report([], [*pages, Page("vdd", date(2026, 11, 1))], TODAY)
    assert kinds(found) == [(Kind.OLD_EXTRACT, "travail"), (Kind.OLD_PAGE, "travail")]
    assert [line.day for line in found.findings] == [date(2026, 1, 1), date(2020, 1, 1)]


def test_the_report_is_written_for_a_page_and_for_a_terminal() -> None:
    found = report([item(review=date(2026, 11, 1))], [], TODAY)
    assert as_markdown(found) == (
        "# Fraîcheur au 23/11/2026\n\n"
        "1 à corriger sans attendre. « Bientôt » veut dire : dans les 60 jours.\n\n"
        "## Relecture dépassée (1)\n\n"
        "- **a**, à relire depuis le 01/11/2026 : Un titre"
    )
    assert as_text(found).splitlines()[-1] == "  a, à relire depuis le 01/11/2026 : Un titre"
    assert "Rien n'est périmé." in as_text(report([], [], TODAY))


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "scripts/freshness.py", *arguments]
    return subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_looks_at_the_date_asked_and_its_status_says_whether_something_is_stale(
    tmp_path: Path,
) -> None:
    base = tmp_path / "fiches.db"
    imported(base, packed(tmp_path / "paquet.tgz", [record()]))
    late = command("--date", "2036-01-01", "--format", "md", "--fiches", str(base))
    assert (late.returncode, late.stderr) == (1, "")
    for line in ("## Relecture dépassée", "- **réponse cpf_alimentation**", "- **paramètre cpf.plafond**",
                 "- **tableau age_legal**", "## Extraits officiels à importer de nouveau"):  # fmt: skip
        assert line in late.stdout
    before = command("--date", "1990-01-01", "--fiches", str(tmp_path / "absent.db"))
    assert before.returncode == 1 and "paramètre cpf.plafond" in before.stdout.split("À relire")[0]
    assert "Relecture dépassée" not in before.stdout
    damaged = tmp_path / "abime.db"
    damaged.write_bytes(b"ceci n'est pas une base" * 100)
    assert command("--fiches", str(damaged)).returncode == 2
    assert "--jours" in command("--help").stdout
