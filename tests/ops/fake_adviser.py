"""`make run` without its preparation, on stand-in processes: name:port:behaviour arguments."""

import sys
from pathlib import Path

from supervision import programs, secret_files
from supervision.__main__ import stop_on_signals, supervise
from supervision.console import Console
from supervision.errors import LauncherError
from supervision.instance import Instance
from supervision.layout import Layout
from supervision.lock import InstanceLock
from supervision.programs import Program

_SECRETS = {"rasa": (programs.RASA_SECRET,), "service": programs.SECRETS}


def _program(argument: str) -> Program:
    name, port, behaviour = argument.split(":")
    return Program(
        name=name,
        command=(sys.executable, str(Path(__file__).with_name("fake_process.py")), port, behaviour),
        url=f"http://127.0.0.1:{port}/",
        port=int(port),
        port_variable={"service": "PORT", "actions": "ACTIONS_PORT", "rasa": "RASA_PORT"}[name],
        secrets=_SECRETS.get(name, ()),
        steady_after=1,
    )


def main() -> int:
    layout = Layout.read()
    layout.make_folders()
    stop = stop_on_signals()
    console = Console()
    wanted = [_program(argument) for argument in sys.argv[1:]]
    try:
        with InstanceLock(layout):
            secret_files.ensure(layout, programs.SECRETS)
            environment = programs.environment(layout)
            instance = Instance(layout, wanted, console, python=sys.executable, environment=environment)
            return supervise(instance, stop, console, layout)
    except LauncherError as error:
        console.say(str(error))
        return 1


sys.exit(main())
