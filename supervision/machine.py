"""Checks what the machine offers before anything starts: free ports and disk space."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from supervision.errors import NotEnoughSpace, PortInUse

_GIB = 1024**3
_LISTENING = "0A"


def check_space(folder: Path, needed_gib: float) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        NotEnoughSpace: less than `needed_gib` is free.
    """
    free = shutil.disk_usage(folder).free / _GIB
    if free < needed_gib:
        raise NotEnoughSpace(
            f"Il reste {_french(free)} Gio sur le disque de {folder} ; l'installation en demande "
            f"{_french(needed_gib)}. Libérez de la place (« uv cache clean » vide le cache des paquets), "
            "puis relancez."
        )


def _french(gib: float) -> str:
    return f"{gib:.1f}".replace(".", ",")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether one of our processes could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def check_ports(wanted: Iterable[tuple[str, str, int]]) -> None:
    """Refuse to start when someone else listens; each item is (process, variable, port).

    Raises:
        PortInUse: one is taken; says by whom when the system tells.
    """
    for process, variable, port in wanted:
        if is_free(port):
            continue
        holder = _holder(port)
        taken = f"est déjà pris par {holder}" if holder else "est déjà pris"
        raise PortInUse(
            f"Le port {port}, dont « {process} » a besoin, {taken}.\n"
            f"Choisissez-en un autre (« {variable}={port + 10} make run »), ou arrêtez ce programme "
            "(« make stop » si c'est une autre copie du conseiller)."
        )


def _holder(port: int) -> str | None:
    """The program that listens on this port, when /proc shows it to us."""
    inodes = _listening_inodes(port)
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            links = {os.readlink(link) for link in folder.iterdir()}
            name = (folder.parent / "comm").read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if links & inodes:
            return f"« {name} » (processus {folder.parent.name})"
    return None


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes
