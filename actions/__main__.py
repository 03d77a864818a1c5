"""Starts the action server: `python -m actions`."""

from __future__ import annotations

import logging
import sys

from actions.errors import ActionsError
from actions.server import run
from actions.settings import Settings
from connaissances import ConnaissancesError
from simulateur.errors import SimulateurError


def main() -> int:
    """Serve; a content or a setting that cannot be read is one clear sentence."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        run(Settings.from_env())
    except (ActionsError, ConnaissancesError, SimulateurError) as exc:
        print(f"Le serveur d'actions ne démarre pas : {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
