"""What Linux says of a process and of its children: memory held, processor time used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """The process and all its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            yield from family(int(child))


def resident(pid: int) -> float:
    """Resident memory of the process and its descendants, in MiB."""
    pages = 0
    for one in family(pid):
        pages += int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 2**20


def cpu_seconds(pid: int) -> float:
    """Processor time of the process and its descendants, ended ones included."""
    ticks = 0
    for one in family(pid):
        # The name, in brackets, may hold spaces: the numbers come after it.
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += sum(map(int, fields[11 : 15 if one == pid else 13]))
    return ticks / _TICK


def be_nice(pid: int, nice: int) -> None:
    """Let others go first; where Linux groups processes by session, it is the group that must."""
    os.setpriority(os.PRIO_PROCESS, pid, nice)
    group = Path(f"/proc/{pid}/autogroup")
    if group.exists():
        group.write_text(str(nice), encoding="ascii")
