"""Writes supervisord's configuration from the templates beside this file; no secret ever goes into it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from supervision import guard
from supervision.layout import Layout
from supervision.programs import Program

_HERE = Path(__file__).parent


def write(layout: Layout, programs: Sequence[Program]) -> Path:
    """Write the configuration of this start; answers its path."""
    target = layout.run / "supervisord.conf"
    target.write_text(render(layout, programs), encoding="utf-8")
    return target


def render(layout: Layout, programs: Sequence[Program]) -> str:
    """The whole configuration as text."""
    template = Template((_HERE / "supervisord.conf.tmpl").read_text(encoding="utf-8"))
    return template.substitute(
        root=_escape(layout.root),
        run=_escape(layout.run),
        logs=_escape(layout.logs),
        socket=_escape(layout.control_socket),
        # Said aloud, or supervisord warns at each start that nobody chose it.
        user="user=root\n" if os.geteuid() == 0 else "",
        names=",".join(program.name for program in programs),
        programs="".join(_program(layout, program) for program in programs),
    )


def _program(layout: Layout, program: Program) -> str:
    template = Template((_HERE / "program.conf.tmpl").read_text(encoding="utf-8"))
    return template.substitute(
        name=program.name,
        root=_escape(layout.root),
        logs=_escape(layout.logs),
        command=_escape(shlex.join(_guarded(layout, program))),
        environment=",".join(f'{name}="{_escape(value)}"' for name, value in program.environment.items()),
        startsecs=program.steady_after,
    )


def _guarded(layout: Layout, program: Program) -> list[str]:
    secrets = [f"--secret={name}" for name in program.secrets]
    wrapper = [sys.executable, "-I", "-S", guard.__file__, "--signal=KILL", f"--secrets={layout.secrets}"]
    return [*wrapper, *secrets, "--", *program.command]


def _escape(value: object) -> str:
    """Supervisord expands %(…)s."""
    return str(value).replace("%", "%%")
