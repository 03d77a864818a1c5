"""What the launcher promises of the processes it starts: none lost, none left."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time

from supervision.leftovers import MARK
from tests.ops.conftest import ROOT, Adviser, eventually, free_port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _launcher(adviser: Adviser, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "supervision", command],
        cwd=ROOT,
        env=adviser.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_address_is_given_once_every_process_is_ready_and_logs_carry_names(adviser: Adviser) -> None:
    adviser.start_ready()
    text = adviser.output
    for name in adviser.ports:
        assert text.index(f"{name} est prêt") < text.index(
            "Le conseiller virtuel est prêt : http://127.0.0.1"
        )
        assert adviser.pids_logged(name) == [adviser.child(name).pid]


def test_ctrl_c_stops_everything_within_ten_seconds(adviser: Adviser) -> None:
    adviser.start_ready()
    started = time.monotonic()
    os.killpg(adviser.launcher.pid, signal.SIGINT)
    assert adviser.launcher.wait(10) == 0
    assert time.monotonic() - started < 10
    assert adviser.supervised() == []
    assert "Tout est arrêté." in adviser.output


def test_a_process_that_ignores_the_request_to_stop_is_stopped_within_ten_seconds(adviser: Adviser) -> None:
    adviser.behaviours["rasa"] = "deaf"
    adviser.start_ready()
    adviser.launcher.send_signal(signal.SIGTERM)
    assert adviser.launcher.wait(10) == 0
    assert adviser.supervised() == []


def test_killing_the_supervisor_leaves_no_orphan_and_says_so(adviser: Adviser) -> None:
    adviser.behaviours["rasa"] = "forks"
    adviser.start_ready()
    adviser.supervisor().kill()
    assert adviser.launcher.wait(10) == 1
    assert adviser.supervised() == []
    assert "Relancez « make run »" in adviser.output


def test_killing_the_launcher_leaves_no_orphan(adviser: Adviser) -> None:
    adviser.start_ready()
    adviser.launcher.kill()
    adviser.launcher.wait()
    assert eventually(lambda: not adviser.supervised(), within=10)


def test_after_a_brutal_death_of_all_the_next_start_recovers(adviser: Adviser) -> None:
    adviser.behaviours["service"] = "forks"
    adviser.start_ready()
    supervisor = adviser.supervisor()
    adviser.launcher.kill()
    supervisor.kill()
    adviser.launcher.wait()
    assert eventually(lambda: not _answers(adviser.ports["service"]), within=5)
    first = {one.pid for one in adviser.supervised()}  # the grandchild that nobody could tie
    adviser.start_ready()
    assert not first & {one.pid for one in adviser.supervised()}


def test_a_stale_pid_file_never_kills_a_stranger(adviser: Adviser) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        run = adviser.var / "run"
        run.mkdir(parents=True)
        (run / "supervisord.pid").write_text(f"{stranger.pid}\n")
        (run / "lanceur.lock").write_text(f"{stranger.pid}\n")
        (run / "supervisor.sock").write_text("")
        assert "Rien à arrêter." in _launcher(adviser, "stop").stdout
        adviser.start_ready()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_process_comes_back_and_the_others_are_not_touched(adviser: Adviser) -> None:
    adviser.start_ready()
    rasa, service = adviser.child("rasa").pid, adviser.child("service").pid
    time.sleep(1.2)  # past the time during which a death counts as a failed start
    os.kill(rasa, signal.SIGKILL)
    assert eventually(lambda: len(adviser.births("rasa")) == 2 and _answers(adviser.ports["rasa"]))
    assert adviser.child("service").pid == service


def test_a_process_that_keeps_dying_is_tried_less_and_less_often_then_reported(adviser: Adviser) -> None:
    adviser.behaviours["rasa"] = "crash"
    adviser.start()
    assert adviser.launcher.wait(20) == 1
    births = adviser.births("rasa")
    gaps = [later - earlier for earlier, later in itertools.pairwise(births)]
    assert len(births) >= 3
    assert gaps == sorted(gaps)
    assert gaps[-1] > gaps[0]  # by how much, a busy machine decides
    assert "« rasa » s'arrête chaque fois qu'on le démarre" in adviser.output
    assert "le modèle manque" in adviser.output.partition("Ses dernières lignes")[2]
    assert adviser.supervised() == []


def test_a_taken_port_is_named_with_its_holder_and_the_remedy(adviser: Adviser) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        adviser.ports["service"] = port = other.getsockname()[1]
        adviser.start()
        assert adviser.launcher.wait(10) == 1
    assert f"Le port {port}, dont « service » a besoin, est déjà pris" in adviser.output
    assert f"(processus {os.getpid()})" in adviser.output
    assert f"PORT={port + 10} make run" in adviser.output
    assert adviser.supervised() == []


def test_a_second_start_is_refused_while_the_first_runs(adviser: Adviser) -> None:
    adviser.start_ready()
    before = {one.pid for one in adviser.supervised()}
    second = _launcher(adviser, "run")
    assert second.returncode == 1
    assert f"déjà en marche ici (processus {adviser.launcher.pid})" in second.stdout
    assert {one.pid for one in adviser.supervised()} == before


def test_make_stop_stops_a_running_instance_and_only_it(adviser: Adviser) -> None:
    neighbour = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, MARK: f"{adviser.var}-voisin"},
    )
    try:
        adviser.start_ready()
        assert _launcher(adviser, "stop").stdout == "Tout est arrêté.\n"
        assert adviser.launcher.wait(5) == 0
        assert adviser.supervised() == []
        assert neighbour.poll() is None
        assert _launcher(adviser, "stop").stdout == "Rien à arrêter.\n"
    finally:
        neighbour.kill()
        neighbour.wait()


def test_each_process_knows_only_its_own_secrets(adviser: Adviser) -> None:
    adviser.ports["actions"] = free_port()
    adviser.start_ready()
    logs = {name: (adviser.var / "log" / f"{name}.log").read_text() for name in adviser.ports}
    assert "secrets [RASA_CHANNEL_SECRET]" in logs["rasa"]
    assert "secrets []" in logs["actions"]
    assert "secrets [DROITS_TOKEN_SECRET RASA_CHANNEL_SECRET]" in logs["service"]
    conf = (adviser.var / "run" / "supervisord.conf").read_text()
    for path in (adviser.var / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text().strip() not in conf + adviser.output
