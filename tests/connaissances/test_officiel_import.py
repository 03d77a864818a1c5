"""Importing extracts: what changed and nothing else, from a file, with errors that say what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from actions.settings import Settings
from connaissances.officiel.errors import SuspiciousExtract, UnreadableExtract
from connaissances.officiel.extract import open_extract
from connaissances.officiel.npm import fetch_package
from connaissances.officiel.search import FileFinder
from tests.connaissances.officiel_factory import imported, packed, publication, record, zipped

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "var" / "fiches.db"


def test_the_second_import_of_an_extract_changes_nothing(tmp_path: Path, base: Path) -> None:
    extract = packed(tmp_path / "paquet.tgz", [record("article1"), record("article2", "Le congé sidéral")])
    first = imported(base, extract)
    stamp = (base.stat().st_ino, base.stat().st_mtime_ns)
    second = imported(base, extract)
    assert (first.added, first.nothing_changed) == (2, False)
    assert (second.unchanged, second.nothing_changed) == (2, True)
    assert (base.stat().st_ino, base.stat().st_mtime_ns) == stamp
    assert list(base.parent.iterdir()) == [base]


def test_a_changed_fiche_is_replaced_and_a_vanished_one_removed(tmp_path: Path, base: Path) -> None:
    names = [f"article{n}" for n in range(4)]
    imported(base, packed(tmp_path / "a.tgz", [record(name) for name in names]))
    changed = record("article1", intro="<p>Les timbres se collent désormais au plafond.</p>")
    report = imported(base, packed(tmp_path / "b.tgz", [record("article0"), changed, record("article2")]))
    assert (report.unchanged, report.changed, report.removed) == (2, 1, 1)
    finder = FileFinder(base)
    hit = finder.best("congé du philatéliste au plafond")
    finder.close()
    assert hit is not None and "plafond" in hit.passage.text


def test_each_extract_removes_its_own_fiches_only(tmp_path: Path, base: Path) -> None:
    """A fiche that concerns two publics is published in both extracts."""
    shared = publication("F9", audiences=("Particuliers", "Professionnels"))
    pros = publication("F2", audiences=("Professionnels",)), publication("F3", audiences=("Professionnels",))
    first = zipped(tmp_path / "part.zip", ("F1.xml", publication()), ("F9.xml", shared))
    second = zipped(tmp_path / "pro.zip", ("F2.xml", pros[0]), ("F3.xml", pros[1]), ("F9.xml", shared))
    imported(base, first)
    assert imported(base, second).removed == 0
    assert imported(base, first).nothing_changed
    assert imported(base, second).nothing_changed


def test_an_unreadable_fiche_keeps_its_stored_version(tmp_path: Path, base: Path) -> None:
    imported(base, zipped(tmp_path / "a.zip", ("F1.xml", publication()), ("F2.xml", publication("F2"))))
    report = imported(base, zipped(tmp_path / "b.zip", ("F1.xml", publication()), ("F2.xml", b"<Publi")))
    assert (report.unchanged, report.removed) == (1, 0)
    assert len(report.unreadable) == 1 and report.unreadable[0].startswith("F2 : XML illisible")


def test_a_stump_of_an_extract_is_refused_unless_forced(tmp_path: Path, base: Path) -> None:
    whole = packed(tmp_path / "a.tgz", [record(f"article{n}") for n in range(10)])
    stump = packed(tmp_path / "b.tgz", [record("article1")])
    imported(base, whole)
    before = base.read_bytes()
    with pytest.raises(SuspiciousExtract, match="9 fiches sur 10"):
        imported(base, stump)
    assert base.read_bytes() == before
    assert imported(base, stump, force=True).removed == 9


def test_an_extract_is_a_zip_a_folder_a_package_or_its_json(tmp_path: Path) -> None:
    folder = tmp_path / "xml"
    folder.mkdir()
    (folder / "F1.xml").write_bytes(publication())
    (folder / "N1.xml").write_bytes(b"<Publication/>")
    data = tmp_path / "paquet" / "data" / "fiches-travail.json"
    data.parent.mkdir(parents=True)
    data.write_text(json.dumps([record()]), encoding="utf-8")
    archive = zipped(tmp_path / "x.zip", ("vdd/F1.xml", publication()), ("vdd/R1.xml", b"<a/>"))
    for path in (folder, archive, data, tmp_path / "paquet", packed(tmp_path / "p.tgz", [record()])):
        with open_extract(path) as documents:
            assert [document.parse() is not None for document in documents] == [True], path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.zip", None, "n'existe pas"),
        ("lettre.txt", b"bonjour", "n'est pas un extrait connu"),
        ("vide.json", b"[]", "n'est pas un extrait connu"),
        ("coupe.json", b'[{"pubId"', "abîmé"),
        ("coupe.tgz", b"\x1f\x8b\x08\x00", "abîmé"),
    ],
)
def test_what_is_no_extract_is_refused_with_the_remedy(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableExtract, match=said), open_extract(tmp_path / name):
        pass


def test_the_command_says_what_it_did_and_that_nothing_changed(tmp_path: Path, base: Path) -> None:
    extract = zipped(tmp_path / "v.zip", ("F1.xml", publication()), ("F2.xml", publication("F2", url="")))
    first, second = (command(str(extract), "--base", str(base)) for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert "2/2" in first.stdout and "1 ajoutées, 0 remplacées, 0 retirées" in first.stdout
    assert "1 sans texte à citer" in first.stdout
    assert "Rien n'a changé : 1 fiches étaient déjà là" in second.stdout


def test_the_command_explains_its_refusals(tmp_path: Path, base: Path) -> None:
    refused = command(str(tmp_path / "absent.zip"), "--base", str(base))
    assert refused.returncode == 1 and "absent.zip n'existe pas" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not base.exists()
    damaged = tmp_path / "abime.db"
    damaged.write_bytes(b"ceci n'est pas une base" * 100)
    extract = zipped(tmp_path / "v.zip", ("F1.xml", publication()))
    refused = command(str(extract), "--base", str(damaged))
    assert refused.returncode == 1 and "abime.db ne s'écrit pas" in refused.stderr
    assert "EXTRAIT" in command("--help").stdout.upper()


def command(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "scripts/import_fiches.py", *arguments]
    env = {**os.environ, **env}
    return subprocess.run(script, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["FICHES_DB", "VAR_DIR"])
def test_the_command_writes_where_the_assistant_reads(tmp_path: Path, name: str) -> None:
    env = {"FICHES_DB": "", "VAR_DIR": "", name: str(tmp_path / "ailleurs")}
    done = command(str(zipped(tmp_path / "v.zip", ("F1.xml", publication()))), **env)
    assert (done.returncode, done.stderr) == (0, "")
    finder = FileFinder(Settings.from_env(env).fiches)
    assert finder.best("congé du numismate") is not None
    finder.close()


def test_npm_is_asked_for_one_package_and_its_refusal_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def npm(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        asked.extend(command[-4:])
        if command[-1].endswith("@9.9.9"):
            error = "npm error code ETARGET\nnpm error No matching version found"
            return subprocess.CompletedProcess(command, 1, "", error)
        packed(tmp_path / "paquet.tgz", [record()])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("connaissances.officiel.npm.subprocess.run", npm)
    with pytest.raises(UnreadableExtract, match=r"No matching version found.*fichier déjà téléchargé"):
        fetch_package(tmp_path, "9.9.9")
    assert fetch_package(tmp_path, "4.1174.0") == tmp_path / "paquet.tgz"
    assert asked[-1] == "@socialgouv/fiches-travail-data@4.1174.0"
