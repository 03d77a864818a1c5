"""The launcher's commands: run, stop, prepare, train."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time

from supervision import guard, leftovers, lock, machine, programs, secret_files
from supervision.console import Console
from supervision.errors import Interrupted, LauncherError
from supervision.instance import Instance
from supervision.layout import Layout
from supervision.lock import InstanceLock
from supervision.preparation import Preparation

_STOP_TIMEOUT = 12.0


def stop_on_signals() -> threading.Event:
    """An event set by Ctrl-C, a termination, or the closing of the terminal."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run(layout: Layout, console: Console) -> int:
    """Prepare, start, stay until asked to stop."""
    stop = stop_on_signals()
    with InstanceLock(layout):
        secret_files.ensure(layout, programs.SECRETS)
        wanted = programs.programs(layout, secret_files.read(layout, programs.RASA_SECRET))
        leftovers.end(layout)
        machine.check_ports((one.name, one.port_variable, one.port) for one in wanted)
        Preparation(layout, console, dev=False).run(stop, migrate=True)
        instance = Instance(
            layout,
            wanted,
            console,
            python=str(layout.root / ".venv" / "bin" / "python"),
            environment=programs.environment(layout),
        )
        return supervise(instance, stop, console, layout)


def supervise(instance: Instance, stop: threading.Event, console: Console, layout: Layout) -> int:
    """Start the processes, announce the address, wait for the end."""
    try:
        console.say("• Démarrage de rasa, actions et service…")
        instance.start()
        if not instance.wait_ready(stop):
            return 0
        announce(console, layout)
        while not stop.wait(0.25) and not console.closed:
            if instance.has_ended():
                console.say("Le superviseur a été arrêté : tout s'arrête. Relancez « make run ».")
                return 1
        return 0
    finally:
        console.say("• Arrêt en cours…")
        instance.stop()
        console.say("Tout est arrêté.")


def announce(console: Console, layout: Layout) -> None:
    """Where to go now."""
    environment = programs.environment(layout)
    console.say("")
    console.say(f"  Le conseiller virtuel est prêt : http://{environment['HOST']}:{environment['PORT']}")
    accounts = layout.var / "demo-accounts.json"
    if environment["MODE"] == "demo" and accounts.exists():
        console.say(f"  Comptes de démonstration : {os.path.relpath(accounts)}")
    console.say("  Pour l'arrêter : Ctrl-C ici, ou « make stop » ailleurs.")
    console.say("")


def stop(layout: Layout, console: Console) -> int:
    """Stop the instance of this folder, whatever state it is in."""
    pid = lock.holder(layout.run)
    if pid is None and not leftovers.find(layout):
        console.say("Rien à arrêter.")
        return 0
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_TIMEOUT
        while lock.holder(layout.run) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
    leftovers.end(layout, patience=3)
    console.say("Tout est arrêté.")
    return 0


def prepare(layout: Layout, console: Console, *, train: bool) -> int:
    """What the tests need: both environments with their development locks, pages, model, browser."""
    preparation = Preparation(layout, console, dev=True)
    preparation.run(stop_on_signals(), migrate=False, train=train)
    preparation.browser()
    return 0


def train(layout: Layout, console: Console, options: list[str]) -> int:
    """Train the model now, when an input changed."""
    preparation = Preparation(layout, console, dev=False)
    preparation.run(stop_on_signals(), migrate=False, train=False)
    preparation.train(*options)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; every foreseen failure is a sentence and a non-zero code."""
    parser = argparse.ArgumentParser(prog="supervision", description="Installe, lance et arrête tout.")
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="installe ce qui manque et lance tout")
    running.add_argument("--tied", action="store_true", help="s'arrête aussi quand l'appelant est tué")
    commands.add_parser("stop", help="arrête une instance lancée depuis ce dossier")
    preparing = commands.add_parser("prepare", help="installe ce que demandent les tests")
    preparing.add_argument("--no-train", action="store_true", help="sans entraîner le modèle")
    training = commands.add_parser("train", help="entraîne le modèle si ses entrées ont changé")
    training.add_argument("--force", action="store_true", help="l'entraîne de toute façon")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    console = Console()
    layout = Layout.read()
    try:
        layout.make_folders()
        if options.command == "run":
            if options.tied:
                guard.tie_to_parent(signal.SIGTERM)
            return run(layout, console)
        if options.command == "stop":
            return stop(layout, console)
        if options.command == "prepare":
            return prepare(layout, console, train=not options.no_train)
        return train(layout, console, ["--force"] if options.force else [])
    except Interrupted as error:
        console.say(str(error))
        return 130
    except LauncherError as error:
        console.say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
