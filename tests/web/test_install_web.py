"""The front-end files are copied once for each lock, and only those that the pages use."""

from pathlib import Path

import pytest

from scripts import install_web


def test_nothing_is_downloaded_while_the_lock_is_unchanged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = tmp_path / ".lock-sha256"
    stamp.write_text(install_web.wanted_digest() + "\n", encoding="ascii")
    monkeypatch.setattr(install_web, "STAMP", stamp)
    monkeypatch.setattr(install_web, "download", lambda **_: pytest.fail("downloaded"))
    assert install_web.main([]) == 0
    assert "à jour" in capsys.readouterr().out


def test_another_lock_asks_for_a_new_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = install_web.wanted_digest()
    (tmp_path / "package-lock.json").write_text('{"packages": {}}', encoding="utf-8")
    monkeypatch.setattr(install_web, "ROOT", tmp_path)
    assert install_web.wanted_digest() != before


def test_a_missing_lock_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install_web, "ROOT", tmp_path)
    assert install_web.main([]) == 1
    assert "package-lock.json est absent" in capsys.readouterr().err


def test_only_the_files_a_style_sheet_asks_for_are_copied() -> None:
    css = "a{b:url(icons/x.svg)}c{d:url('fonts/y.woff2')}e{f:url(fonts/y.woff)}g{h:url(data:image/svg+xml,z)}"
    assert install_web.referenced_files(css) == ["fonts/y.woff2", "icons/x.svg"]


def test_the_lock_names_no_registry() -> None:
    lock = (install_web.ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock and "http" not in lock
