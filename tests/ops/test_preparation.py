"""What the launcher installs, when, and what it says when it cannot."""

import io
import json
import shutil
import stat
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from supervision import environments, interpreters, programs, secret_files
from supervision.console import Console
from supervision.environments import Environment
from supervision.errors import Interrupted, LauncherError, MissingTool, NotEnoughSpace, StepFailed
from supervision.layout import Layout
from supervision.preparation import Preparation
from supervision.tasks import Tasks

# Stands for uv: notes what it is asked, and makes the interpreter that `uv venv` would make.
_FAKE_UV = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
  --version) echo "uv 99.0.0" ;;
  venv) for folder; do :; done; mkdir -p "$folder/bin"; ln -sf {python} "$folder/bin/python" ;;
  python) exit 2 ;;
esac
{ending}
"""


class Workshop:
    """An empty clone with its locks, and a fake uv whose calls can be read."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root, root / "var")
        self.layout.make_folders()
        self.text = io.StringIO()
        self.console = Console(self.text)
        self.tasks = Tasks(self.console, root, self.layout.logs)
        (root / "requirements").mkdir()
        for name in ("service", "dev", "rasa", "rasa-dev"):
            (root / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
        self.uv = str(root / "uv")
        self.write_uv()

    def write_uv(self, ending: str = "") -> None:
        python = shutil.which("python3") or "python3"
        path = Path(self.uv)
        path.write_text(_FAKE_UV.format(calls=self.layout.root / "calls", python=python, ending=ending))
        path.chmod(0o755)

    def syncs(self) -> list[str]:
        """The locks installed since the last call."""
        calls = self.layout.root / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [Path(line.split()[-1]).name for line in lines if line.startswith("pip sync")]

    def sync(self, environment: Environment, *, dev: bool) -> list[str]:
        environments.sync(environment, self.tasks, self.uv, dev=dev)
        return self.syncs()


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(interpreters, "works", lambda python, version: Path(python).exists())
    return Workshop(tmp_path)


def test_an_environment_is_installed_once_and_again_only_when_its_lock_changes(workshop: Workshop) -> None:
    service = environments.service(workshop.layout)
    assert workshop.sync(service, dev=False) == ["service.txt"]
    assert workshop.sync(service, dev=False) == []
    service.lock.write_text("# another\n")
    assert workshop.sync(service, dev=False) == ["service.txt"]


def test_running_after_testing_keeps_the_development_packages(workshop: Workshop) -> None:
    service = environments.service(workshop.layout)
    assert workshop.sync(service, dev=True) == ["dev.txt"]
    assert workshop.sync(service, dev=False) == []
    service.lock.write_text("# another\n")
    assert workshop.sync(service, dev=False) == ["dev.txt"]


def test_testing_after_running_adds_the_development_packages(workshop: Workshop) -> None:
    rasa = environments.rasa(workshop.layout)
    assert workshop.sync(rasa, dev=False) == ["rasa.txt"]
    assert workshop.sync(rasa, dev=True) == ["rasa-dev.txt"]


def test_an_interrupted_installation_is_done_again(workshop: Workshop) -> None:
    service = environments.service(workshop.layout)
    workshop.write_uv('if [ "$1" = pip ]; then echo "réseau injoignable"; exit 1; fi')
    with pytest.raises(StepFailed, match=r"(?s)réseau injoignable.*HTTPS_PROXY.*Journal complet"):
        workshop.sync(service, dev=False)
    assert not service.is_current(dev=False)
    workshop.write_uv()
    workshop.syncs()
    assert workshop.sync(service, dev=False) == ["service.txt"]


def test_a_copied_folder_does_not_pass_for_an_installed_one(workshop: Workshop) -> None:
    service = environments.service(workshop.layout)
    workshop.sync(service, dev=False)
    stamp = service.folder / ".conseiller-lock.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "folder": "/ailleurs/.venv"}))
    assert not service.is_current(dev=False)


def test_no_python_310_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin/nowhere")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    with pytest.raises(
        MissingTool, match=r"(?s)Python 3\.10 est introuvable.*pyenv install 3\.10.*PYTHON_RASA="
    ):
        interpreters.find(interpreters.RASA, workshop.uv)


def test_an_interpreter_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "bin" / "python3.10"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    real = tmp_path / "pyenv" / "versions" / "3.10.99" / "bin" / "python3.10"
    real.parent.mkdir(parents=True)
    real.write_text("#!/bin/sh\necho 3.10\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert interpreters.find(interpreters.RASA, "/nowhere/uv") == str(real)


def test_an_imposed_interpreter_of_the_wrong_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_RASA", shutil.which("python3") or "")
    with pytest.raises(MissingTool, match="PYTHON_RASA"):
        interpreters.find(interpreters.RASA, str(tmp_path / "uv"))


def test_a_full_disk_is_said_before_anything_is_installed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=300 * 1024**2))
    preparation = Preparation(workshop.layout, workshop.console, dev=False)
    with pytest.raises(NotEnoughSpace, match=r"Il reste 0,3 Gio .* demande \d,\d\."):
        preparation.run(threading.Event(), migrate=True)
    assert workshop.syncs() == []


def _preparation(workshop: Workshop, scripts: dict[str, str]) -> Preparation:
    """A preparation whose environments are there, over these scripts."""
    for environment in (environments.service(workshop.layout), environments.rasa(workshop.layout)):
        workshop.sync(environment, dev=False)
    for path, text in scripts.items():
        target = workshop.layout.root / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
    return Preparation(workshop.layout, workshop.console, dev=False)


def test_a_failed_training_stops_the_start_with_its_last_lines_and_the_remedy(workshop: Workshop) -> None:
    preparation = _preparation(
        workshop,
        {
            "scripts/train.py": "import sys; print('data/nlu/cpf.yml: YAML illisible'); sys.exit(1)",
            # The other half would last: it is ended, and does not hide the cause.
            "scripts/install_web.py": "import time; time.sleep(60)",
        },
    )
    with pytest.raises(StepFailed, match=r"(?s)entraînement.*YAML illisible.*make train"):
        preparation.run(threading.Event(), migrate=False)


def test_the_training_tells_its_progress_and_keeps_the_libraries_chatter_for_the_journal(
    workshop: Workshop,
) -> None:
    script = "print('[entraînement] 1/3'); print('0 %\\r50 %\\rWarning: bavardage')"
    preparation = _preparation(workshop, {"scripts/train.py": script, "scripts/install_web.py": ""})
    preparation.run(threading.Event(), migrate=False)
    assert "[entraînement] 1/3" in workshop.text.getvalue()
    assert "bavardage" not in workshop.text.getvalue()
    assert any("bavardage" in log.read_text() for log in workshop.layout.logs.iterdir())


def test_an_interruption_ends_what_is_being_prepared(workshop: Workshop) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    endless = "import time; time.sleep(60)"
    preparation = _preparation(workshop, {"scripts/train.py": endless, "scripts/install_web.py": endless})
    with pytest.raises(Interrupted):
        preparation.run(stop, migrate=False)


def test_secrets_are_made_once_and_readable_by_their_owner_only(workshop: Workshop) -> None:
    secret_files.ensure(workshop.layout, programs.SECRETS)
    first = {name: secret_files.read(workshop.layout, name) for name in programs.SECRETS}
    (workshop.layout.secrets / "droits_token_secret").write_text("")  # as a crash could leave it
    secret_files.ensure(workshop.layout, programs.SECRETS)
    assert secret_files.read(workshop.layout, programs.RASA_SECRET) == first[programs.RASA_SECRET]
    assert len(secret_files.read(workshop.layout, programs.DROITS_SECRET)) >= 32
    assert stat.S_IMODE(workshop.layout.secrets.stat().st_mode) == 0o700


def test_a_port_that_is_not_a_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "abc")
    with pytest.raises(LauncherError, match="PORT vaut « abc »"):
        programs.ports()


def test_the_addresses_follow_the_chosen_port(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8090")
    environment = programs.environment(workshop.layout)
    assert environment["DROITS_API_URL"] == "http://127.0.0.1:8090/api/v1/droits"
    assert environment["MODE"] == "demo"
    assert environment["VAR_DIR"] == str(workshop.layout.var)
