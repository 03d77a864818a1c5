"""Where everything lives on disk, computed once from the root of the repository and VAR_DIR."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# sockaddr_un holds 108 bytes, and supervisord binds a temporary name that is longer than the final one.
_SOCKET_PATH_MAX = 90


@dataclass(frozen=True)
class Layout:
    """The paths of one instance: the code in `root`, everything written at run time in `var`."""

    root: Path
    var: Path

    @classmethod
    def read(cls, root: Path = ROOT) -> Layout:
        """The layout of this repository; a relative VAR_DIR starts from its root."""
        return cls(root, (root / os.environ.get("VAR_DIR", "var")).resolve())

    @property
    def logs(self) -> Path:
        """One file a process, rotated by the supervisor."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """Locks, pid files, the generated configuration."""
        return self.var / "run"

    @property
    def secrets(self) -> Path:
        """One file a secret, readable by the owner only."""
        return self.var / "secrets"

    @property
    def control_socket(self) -> Path:
        """The supervisor's socket: in a temporary folder when the path is too long for a Unix socket."""
        usual = self.run / "supervisor.sock"
        if len(os.fsencode(usual)) <= _SOCKET_PATH_MAX:
            return usual
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"conseiller-{os.getuid()}-{digest}" / "supervisor.sock"

    def make_folders(self) -> None:
        """Create what is written at run time, closed to other users."""
        for folder in (self.var, self.logs, self.run, self.secrets, self.control_socket.parent):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.var, self.run, self.secrets, self.logs, self.control_socket.parent):
            folder.chmod(0o700)
