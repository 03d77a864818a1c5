"""Log files are followed line by line, through rotations, and never block who writes them."""

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervision import configuration
from supervision.console import Console
from supervision.follow import LogFile
from supervision.layout import Layout
from supervision.programs import Program


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rasa.log"


@pytest.fixture
def follow(path: Path) -> Iterator[Callable[[], LogFile]]:
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(contextlib.closing(LogFile(path)))


def test_only_what_is_written_from_now_on_is_shown_by_whole_lines(
    path: Path, follow: Callable[[], LogFile]
) -> None:
    path.write_text("hier\n")
    followed = follow()
    with path.open("a") as log:
        log.write("bonj")
        log.flush()
        assert followed.lines() == []
        log.write("our\nmonde\n")
    assert followed.lines() == ["bonjour", "monde"]


def test_a_rotation_loses_and_repeats_nothing(path: Path, follow: Callable[[], LogFile]) -> None:
    path.write_text("")
    followed = follow()
    with path.open("a") as log:
        log.write("avant\n")
        path.rename(path.with_name("rasa.log.1"))
        log.write("dernière\n")
    path.write_text("après\n")
    assert followed.lines() == ["avant", "dernière", "après"]
    assert followed.lines() == []


def test_a_file_that_appears_later_is_read_from_its_beginning(
    path: Path, follow: Callable[[], LogFile]
) -> None:
    followed = follow()
    assert followed.lines() == []
    path.write_text("bonjour\n")
    assert followed.lines() == ["bonjour"]


def test_a_closed_terminal_is_remembered_instead_of_raising() -> None:
    out = io.StringIO()
    console = Console(out)
    console.log("rasa", "bonjour")
    assert out.getvalue() == "rasa        | bonjour\n"
    out.close()
    console.say("encore")
    assert console.closed


def test_paths_with_spaces_and_percent_signs_survive_the_configuration(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "100% à moi", tmp_path / "100% à moi" / "var")
    layout.make_folders()
    program = Program("rasa", (str(layout.root / "python"), "-m", "x"), "http://127.0.0.1:1/", 1, "RASA_PORT")
    text = configuration.render(layout, [program])
    assert f"directory={tmp_path}/100%% à moi\n" in text
    assert f"-- '{tmp_path}/100%% à moi/python' -m x\n" in text


def test_a_very_long_path_does_not_make_an_unusable_socket(tmp_path: Path) -> None:
    layout = Layout(tmp_path, tmp_path / ("dossier" * 20))
    assert len(str(layout.control_socket)) < 100
    assert layout.control_socket.name == "supervisor.sock"
