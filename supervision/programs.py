"""The supervised processes: what each runs, which secrets it may know, and how it proves that it is ready."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from supervision.errors import LauncherError
from supervision.layout import Layout

RASA_SECRET = "RASA_CHANNEL_SECRET"
DROITS_SECRET = "DROITS_TOKEN_SECRET"
SECRETS = (RASA_SECRET, DROITS_SECRET)
_PROBE_TIMEOUT = 2.0
# Never through a proxy: the processes listen on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _always(_body: bytes) -> bool:
    return True


def _status_ok(body: bytes) -> bool:
    try:
        return bool(json.loads(body)["status"] == "ok")
    except (ValueError, KeyError, TypeError):
        return False


@dataclass(frozen=True)
class Program:
    """One process; ready when `url` answers 200 with a body that `accepts` is content with."""

    name: str
    command: tuple[str, ...]
    url: str
    port: int
    port_variable: str
    secrets: tuple[str, ...] = ()
    bearer: str = field(default="", repr=False)
    accepts: Callable[[bytes], bool] = _always
    environment: Mapping[str, str] = field(default_factory=dict)
    # A process that dies sooner is started again later and later; later than that, at once.
    steady_after: int = 10

    def is_ready(self) -> bool:
        """Ask the process itself: an open port proves nothing."""
        request = urllib.request.Request(self.url)
        if self.bearer:
            request.add_header("Authorization", f"Bearer {self.bearer}")
        try:
            with _DIRECT.open(request, timeout=_PROBE_TIMEOUT) as answer:
                return bool(answer.status == 200) and self.accepts(answer.read(100_000))
        except (OSError, urllib.error.URLError, ValueError):
            return False


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise LauncherError(f"{variable} vaut « {text} » : écrivez un numéro de port, de 1 à 65535.")
    return int(text)


def ports() -> dict[str, int]:
    """The three ports, from the environment.

    Raises:
        LauncherError: one of them is not a port number.
    """
    return {
        "service": _port("PORT", 8080),
        "actions": _port("ACTIONS_PORT", 5055),
        "rasa": _port("RASA_PORT", 5005),
    }


def environment(layout: Layout) -> dict[str, str]:
    """What every process reads; anything already set by the person wins."""
    port = ports()
    service = f"http://127.0.0.1:{port['service']}"
    defaults = {
        "MODE": "demo",
        "HOST": "127.0.0.1",
        "PORT": str(port["service"]),
        "ACTIONS_PORT": str(port["actions"]),
        "RASA_PORT": str(port["rasa"]),
        "RASA_URL": f"http://127.0.0.1:{port['rasa']}",
        "ACTIONS_URL": f"http://127.0.0.1:{port['actions']}/webhook",
        "DROITS_API_URL": f"{service}/api/v1/droits",
        "SIMULATEUR_API_URL": f"{service}/api/v1/simulations",
        "DATABASE_URL": f"sqlite+aiosqlite:///{layout.var / 'gate.db'}",
        "TRACKER_DB": str(layout.var / "rasa_tracker.db"),
        "MODEL_DIR": str(layout.root / "models"),
        "PYTHONUNBUFFERED": "1",
    }
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return {**defaults, **{name: value for name, value in kept.items() if value}, "VAR_DIR": str(layout.var)}


# What belongs to the caller's own shell or make and would lead a child astray.
_DROPPED = frozenset(("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"))


def programs(layout: Layout, secret: str) -> tuple[Program, ...]:
    """The processes of the adviser; `secret` is the one that opens Rasa's channel."""
    port = ports()
    service_python = str(layout.root / ".venv" / "bin" / "python")
    rasa_python = str(layout.root / ".venv-rasa" / "bin" / "python")
    return (
        Program(
            name="rasa",
            command=(rasa_python, "-m", "nlu.serve"),
            url=f"http://127.0.0.1:{port['rasa']}/gate/ready",
            port=port["rasa"],
            port_variable="RASA_PORT",
            secrets=(RASA_SECRET,),
            bearer=secret,
            environment={
                "OMP_NUM_THREADS": "1",
                "TF_CPP_MIN_LOG_LEVEL": "2",
                "RASA_TELEMETRY_ENABLED": "false",
            },
            steady_after=20,
        ),
        Program(
            name="actions",
            command=(service_python, "-m", "actions"),
            url=f"http://127.0.0.1:{port['actions']}/ready",
            port=port["actions"],
            port_variable="ACTIONS_PORT",
            environment={"RASA_TELEMETRY_ENABLED": "false"},
        ),
        Program(
            name="service",
            command=(service_python, "-m", "app"),
            url=f"http://127.0.0.1:{port['service']}/health",
            port=port["service"],
            port_variable="PORT",
            secrets=SECRETS,
            accepts=_status_ok,
        ),
    )
